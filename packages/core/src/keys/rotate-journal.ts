import type { Arrived } from "../engine/commit.js"
import { isWanted } from "../engine/journal-replay.js"
import type { Journal, JournalEntry } from "../journal.js"
import type { RotationCounts } from "./rotate-connections.js"
import { openOr, type UnreadableTally } from "./unreadable.js"
import type { KeyWalk } from "./walk.js"

/**
 * Seals this host's journal anew: an entry that its row still waits for. One that it waits for no more is purged, as a replay would
 * (ruling R9).
 */
export async function rotateJournal(walk: KeyWalk, counts: RotationCounts, tally: UnreadableTally): Promise<void> {
  const { journal, vault } = walk
  if (!journal) return
  for (const entry of await walk.patiently(() => journal.list())) {
    if (vault.keyIdOf(entry.sealed) === vault.keyId) continue
    await walk.take(1)
    const found = await openOr(() => vault.openDocument("journal", entry.id, entry.sealed), journalPlace(entry, vault))
    if ("unreadable" in found) tally.note([found.unreadable])
    else if (await rotateEntry(walk, journal, entry, found.opened as Arrived)) counts.journal++
    walk.progress()
  }
}

async function rotateEntry(walk: KeyWalk, journal: Journal, entry: JournalEntry, arrived: Arrived): Promise<boolean> {
  const { vault } = walk
  const awaited = await isAwaited(walk, arrived)
  if (awaited) {
    const sealed = await vault.sealDocument("journal", entry.id, arrived)
    await journal.append({ ...entry, keyId: vault.keyId, sealed })
    // Its process may have committed and removed it a moment ago.
    if (await isAwaited(walk, arrived)) return true
  }
  await journal.remove(entry.id)
  return awaited
}

async function isAwaited({ patiently, store }: KeyWalk, arrived: Arrived): Promise<boolean> {
  const row = await patiently(() => store.connections.get(arrived.connectionId))
  return row !== undefined && isWanted(row, arrived)
}

export function journalPlace({ id, sealed }: JournalEntry, vault: KeyWalk["vault"]) {
  const keyId = vault.keyIdOf(sealed)
  return { in: "journal", id, ...(keyId !== undefined && { keyId }) } as const
}
