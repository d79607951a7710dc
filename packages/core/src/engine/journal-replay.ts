import { isHoldfastError } from "../errors.js"
import type { JournalEntry } from "../journal.js"
import type { ConnectionRow } from "../store.js"
import { type Arrived, commitToRow } from "./commit.js"
import type { Engine } from "./engine.js"
import { revokeOrphan } from "./revoke.js"

/**
 * Finishes what a crash left in the journal: an entry is committed if its row still holds the intent that it answers (ruling R9), kept as
 * a spare if another renewal was written meanwhile, revoked if it was disconnected, and dropped otherwise. Answers how many were committed.
 */
export async function replayJournal(engine: Engine): Promise<number> {
  let committed = 0
  for (const entry of (await engine.journal?.list()) ?? []) {
    const row = await engine.store.connections.get(entry.connectionId)
    const arrived = row && (await open(engine, entry))
    if (arrived === "unreadable") continue
    const isOfUse = arrived && isWanted(row, arrived) && !isRevoked(engine, row, arrived)
    const ended = isOfUse ? await commitToRow(engine, arrived) : undefined
    if (ended?.is === "committed") committed++
    // Disconnected meanwhile: nobody else knows of it.
    if (ended?.is === "orphaned" && arrived)
      await revokeOrphan(engine, { row, slot: arrived.slot, ...engine.methodOf(row) }, arrived.outcome.secret)
    await engine.journal?.remove(entry.id)
  }
  return committed
}

/** What an entry holds. One whose key is missing is left for when it is put back, and the others do not wait for it. */
async function open(engine: Engine, { id, connectionId, sealed }: JournalEntry): Promise<Arrived | "unreadable"> {
  try {
    return (await engine.vault.openDocument("journal", id, sealed)) as Arrived
  } catch (error) {
    if (!isHoldfastError(error, "credential_unreadable")) throw error
    engine.log.warn("a journal entry cannot be opened, and is left as it is", { connectionId, code: error.code })
    return "unreadable"
  }
}

/** Where a repeat revokes the family, whoever was refused has ended what is in here too. */
function isRevoked(engine: Engine, row: ConnectionRow, { slot }: Arrived): boolean {
  if (row.status === "disconnecting" || row.detail.slots[slot]?.status !== "needs_reauth") return false
  return engine.methodOf(row).method.policy.reuse === "revokes-family"
}

/** Whether a row waits for what an entry holds, or may need it yet. */
export function isWanted(row: ConnectionRow, { leaseId, slot, generation }: Arrived): boolean {
  if (Object.values(row.intents).some((intent) => intent.id === leaseId)) return true
  const current = row.detail.slots[slot]
  // Nothing else has come of what was shown for it, whatever others were told since.
  if (current?.generation === generation) return true
  // Where a repeat is taken the provider may have ended, with the answer in here, the one that was written. Only the one right behind:
  // behind any later one this may have been written, and spent, long ago.
  return current?.generation === generation + 1 && current.writtenBy !== leaseId
}
