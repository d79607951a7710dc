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
    else if (await rotateEntry(walk, journal, entry, found.opened)) counts.journal++
    walk.progress()
  }
}

async function rotateEntry(walk: KeyWalk, journal: Journal, entry: JournalEntry, opened: unknown): Promise<boolean> {
  const { vault } = walk
  const awaited = await isAwaited(walk, entry)
  if (awaited) {
    const sealed = await vault.sealDocument("journal", entry.id, opened)
    await journal.append({ ...entry, keyId: vault.keyId, sealed })
    // Its process may have committed and removed it a moment ago.
    if (await isAwaited(walk, entry)) return true
  }
  await journal.remove(entry.id)
  return awaited
}

async function isAwaited({ patiently, store }: KeyWalk, { id, connectionId }: JournalEntry): Promise<boolean> {
  const row = await patiently(() => store.connections.get(connectionId))
  return row !== undefined && Object.values(row.intents).some((intent) => intent.id === id)
}

export function journalPlace({ id, sealed }: JournalEntry, vault: KeyWalk["vault"]) {
  const keyId = vault.keyIdOf(sealed)
  return { in: "journal", id, ...(keyId !== undefined && { keyId }) } as const
}
