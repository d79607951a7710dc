import type { Target } from "../connector.js"
import type { ConnectionRow } from "../store.js"

/** The row as it is at a place: the target's data stand over the account's. */
export function rowAt(row: ConnectionRow, target: Target | undefined): ConnectionRow {
  if (!target) return row
  const { account } = row.detail
  return { ...row, detail: { ...row.detail, account: { ...account, data: { ...account.data, ...target.data } } } }
}
