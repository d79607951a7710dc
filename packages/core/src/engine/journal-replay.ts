import { type Arrived, commitToRow } from "./commit.js"
import type { Engine } from "./engine.js"

/**
 * Finishes what a crash left in the journal: an entry is committed if its row still holds the intent that it answers (ruling R9),
 * and dropped otherwise. Answers how many were committed.
 */
export async function replayJournal(engine: Engine): Promise<number> {
  let committed = 0
  for (const entry of (await engine.journal?.list()) ?? []) {
    const row = await engine.store.connections.get(entry.connectionId)
    const arrived = row && ((await engine.vault.openDocument("journal", entry.id, entry.sealed)) as Arrived)
    const awaited = arrived && Object.values(row.intents).some((intent) => intent.id === entry.id)
    if (awaited && (await commitToRow(engine, arrived)).is === "committed") committed++
    await engine.journal?.remove(entry.id)
  }
  return committed
}
