import type { ConnectionRow } from "../store.js"
import type { UnreadableValue } from "./key-rotation.js"
import { openValue, placeOf, sealedValuesOf, sealValue } from "./sealed-values.js"
import { openOr, type UnreadableTally } from "./unreadable.js"
import { eachPage, type KeyWalk } from "./walk.js"

/** What a rotation counts. */
export interface RotationCounts {
  connections: number
  documents: number
  journal: number
  conflicts: number
  left: number
}

// Each further round needs somebody else to have written the row meanwhile.
const maxRounds = 16

/**
 * Seals every row anew that holds something under another key than the sealing one. All rows are looked at, since what a row's `keyId`
 * says was judged by whoever wrote it last, and some may not have known yet which key seals now.
 */
export async function rotateConnections(walk: KeyWalk, counts: RotationCounts, tally: UnreadableTally): Promise<void> {
  const { connections } = walk.store
  await eachPage(
    walk,
    (after, limit) => connections.list({ limit, ...(after !== undefined && { after }) }),
    (row) => row.id,
    (rows) => rotateRows(walk, rows, counts, tally),
  )
}

async function rotateRows(
  walk: KeyWalk,
  rows: readonly ConnectionRow[],
  counts: RotationCounts,
  tally: UnreadableTally,
): Promise<void> {
  const { connections } = walk.store
  const unreadable = new Map<string, readonly UnreadableValue[]>()
  let pending = rows
  for (let round = 0; ; round++) {
    const looked = await Promise.all(pending.map((row) => resealed(walk, row)))
    for (const { id, values } of looked) unreadable.set(id, values)
    const changed = looked.flatMap(({ next }) => next ?? [])
    if (changed.length === 0) break
    await walk.take(changed.length)
    // Asked again after a lost answer, what landed is stale, and found to be done.
    const results = await walk.patiently(() => connections.updateMany(changed))
    const lost = changed.filter((_, at) => results[at] !== "updated")
    counts.connections += changed.length - lost.length
    counts.conflicts += lost.length
    if (lost.length === 0) break
    if (round >= maxRounds) {
      counts.left += lost.length
      break
    }
    pending = (await Promise.all(lost.map(({ id }) => walk.patiently(() => connections.get(id))))).flatMap(
      (row) => row ?? [],
    )
  }
  for (const values of unreadable.values()) tally.note(values)
}

interface Looked {
  readonly id: string
  /** Undefined where the row is to stay as it is. */
  readonly next: ConnectionRow | undefined
  readonly values: readonly UnreadableValue[]
}

/** The row with all that opens sealed under the sealing key. Generation, intents and lease stay: nothing of the credential has changed. */
async function resealed({ vault }: KeyWalk, row: ConnectionRow): Promise<Looked> {
  const values: UnreadableValue[] = []
  const next = { ...row, sealed: { ...row.sealed }, spares: { ...row.spares } }
  let isChanged = false
  for (const value of sealedValuesOf(row, vault)) {
    if (value.keyId === vault.keyId) continue
    const found = await openOr(() => openValue(row, value, vault), placeOf(row, value))
    if ("unreadable" in found) {
      values.push(found.unreadable)
      continue
    }
    next[value.place][value.slot] = await sealValue(row, value, found.opened, vault)
    isChanged = true
  }
  const keyId = vault.rowKeyId(next)
  // A row in which nothing opens is not touched at all.
  const isMislabelled = keyId !== row.keyId && values.length === 0
  return { id: row.id, values, next: isChanged || isMislabelled ? { ...next, keyId } : undefined }
}
