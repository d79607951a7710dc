import { HoldfastError } from "./errors.js"
import type { ConnectionRow } from "./store.js"

/** As many rows as one `updateMany` takes. */
export const maxBatch = 1_000

/**
 * What every store's `updateMany` refuses before it writes anything: more than 1 000 rows, or the same id twice.
 * @throws HoldfastError `input_invalid`
 */
export function verifyBatch(rows: readonly Pick<ConnectionRow, "id">[]): void {
  if (rows.length > maxBatch) throw new HoldfastError("input_invalid", `updateMany takes ${maxBatch} rows at most.`)
  if (new Set(rows.map(({ id }) => id)).size < rows.length)
    throw new HoldfastError("input_invalid", "updateMany takes each row once.")
}
