import { HoldfastError, isHoldfastError } from "../errors.js"
import { sleep } from "../runtime.js"
import type { ConnectionRow } from "../store.js"
import type { Engine } from "./engine.js"

const maxConflicts = 64

type Change = (row: ConnectionRow) => ConnectionRow | undefined | Promise<ConnectionRow | undefined>

/**
 * Reads, changes and writes a row until the write meets the version that was read. `change` answers undefined to leave it as it is.
 * Answers the row as it then stands; undefined when there is none.
 * @throws HoldfastError `store_unavailable` when the write may or may not have landed, `store_conflict` after too many conflicts
 */
export async function changeRow(
  engine: Pick<Engine, "store">,
  id: string,
  change: Change,
): Promise<ConnectionRow | undefined> {
  for (let conflict = 0; conflict < maxConflicts; conflict++) {
    const row = await engine.store.connections.get(id)
    if (!row) return undefined
    const next = await change(row)
    if (!next) return row
    const result = await engine.store.connections.update(next)
    if (result === "updated") return { ...next, version: row.version + 1 }
    if (result === "alias_taken")
      throw new HoldfastError("input_invalid", "Another connection of the tenant has this alias.", {
        details: { fields: ["alias"] },
      })
  }
  throw new HoldfastError("store_conflict")
}

/**
 * Like {@link changeRow}, but goes on through an unreachable store for as long as the process lives: for what must not be dropped.
 * `change` sees what an earlier, unacknowledged try may have written, and answers undefined when it has landed.
 */
export function changeRowWhateverItTakes(
  engine: Engine,
  id: string,
  change: Change,
): Promise<ConnectionRow | undefined> {
  return whateverItTakes(engine, id, () => changeRow(engine, id, change))
}

/** Goes on through an unreachable store, for as long as the process lives, with what must not be dropped. */
export async function whateverItTakes<Value>(
  engine: Engine,
  connectionId: string,
  task: () => Promise<Value>,
): Promise<Value> {
  for (let failures = 0; ; failures++) {
    try {
      return await task()
    } catch (error) {
      // Not the store's trouble, and no better the next time: an alias, or an account, that another connection has.
      if (isHoldfastError(error, "input_invalid") || isIdentityTaken(error)) throw error
      engine.log.warn("what must not be lost waits for the store", { connectionId, failures: failures + 1 })
      if (engine.closing.aborted && failures >= maxTriesWhenClosing) throw error
      await sleep(engine.runtime.timers, Math.min(50 * 2 ** Math.min(failures, 10), 5_000))
    }
  }
}

// A process that is asked to stop gives the store this many more chances; the journal has the rest.
const maxTriesWhenClosing = 5

/** Whether a write was refused since another connection of the owner is for the account that the row would be moved to. */
export function isIdentityTaken(error: unknown): boolean {
  return isHoldfastError(error, "store_conflict") && error.details.reason === "identity_taken"
}
