import type { ConnectionRow } from "@holdfast/core"
import { toInteger } from "./to-integer.js"

/** A row of the connections table, whatever the dialect. What is JSON is text. */
export interface ConnectionTable {
  id: string
  tenant_id: string
  user_id: string | null
  connector: string
  method: string
  app_id: string
  account_key: string
  alias: string | null
  number: number
  key_id: string
  status: string
  due_at: number | null
  version: number
  generation: number
  lease: string | null
  intents: string
  sealed: string
  spares: string
  detail: string
}

/** Its columns, in the order in which {@link fromColumns} reads them. */
export const connectionColumns = [
  "id",
  "tenant_id",
  "user_id",
  "connector",
  "method",
  "app_id",
  "account_key",
  "alias",
  "number",
  "key_id",
  "status",
  "due_at",
  "version",
  "generation",
  "lease",
  "intents",
  "sealed",
  "spares",
  "detail",
] as const satisfies readonly (keyof ConnectionTable)[]

// The two long ones stay text of their own: JSON in JSON would be escaped and parsed twice.
const long: readonly string[] = ["sealed", "detail"]

/** All but the long columns, for dialects that answer them as one JSON array. */
export const packedColumns = connectionColumns.filter((column) => !long.includes(column))

/** The row that stands in {@link packedColumns} as JSON, `sealed` and `detail`. */
export function fromPacked([packed, sealed, detail]: readonly unknown[]): ConnectionRow {
  const short = JSON.parse(packed as string) as unknown[]
  const spares = short.pop()
  return fromColumns([...short, sealed, spares, detail])
}

/** A row as its columns. */
export function toColumns(row: ConnectionRow): ConnectionTable {
  return {
    id: row.id,
    tenant_id: row.tenantId,
    user_id: row.userId,
    connector: row.connector,
    method: row.method,
    app_id: row.appId,
    account_key: row.accountKey,
    alias: row.alias,
    number: row.number,
    key_id: row.keyId,
    status: row.status,
    due_at: row.dueAt,
    version: row.version,
    generation: row.generation,
    lease: row.lease === null ? null : JSON.stringify(row.lease),
    intents: JSON.stringify(row.intents),
    sealed: JSON.stringify(row.sealed),
    spares: JSON.stringify(row.spares),
    detail: JSON.stringify(row.detail),
  }
}

/** The row that stands in these columns, given in the order of {@link connectionColumns}. */
export function fromColumns(columns: readonly unknown[]): ConnectionRow {
  return {
    id: columns[0] as string,
    tenantId: columns[1] as string,
    userId: columns[2] as string | null,
    connector: columns[3] as string,
    method: columns[4] as string,
    appId: columns[5] as string,
    accountKey: columns[6] as string,
    alias: columns[7] as string | null,
    number: toInteger(columns[8]),
    keyId: columns[9] as string,
    status: columns[10] as ConnectionRow["status"],
    dueAt: columns[11] === null ? null : toInteger(columns[11]),
    version: toInteger(columns[12]),
    generation: toInteger(columns[13]),
    lease: columns[14] === null ? null : parse<ConnectionRow["lease"]>(columns[14]),
    intents: parse<ConnectionRow["intents"]>(columns[15]),
    sealed: parseSealed(columns[16] as string),
    spares: parse<ConnectionRow["spares"]>(columns[17]),
    detail: parse<ConnectionRow["detail"]>(columns[18]),
  }
}

const oneSlot = '{"main":"'

/** Nearly always one slot and a ciphertext in which JSON escapes nothing: that is cut out, where parsing would copy all of it. */
function parseSealed(column: string): ConnectionRow["sealed"] {
  const end = column.length - 2
  const isPlain = column.startsWith(oneSlot) && column.indexOf('"', oneSlot.length) === end && !column.includes("\\")
  return isPlain ? { main: column.slice(oneSlot.length, end) } : parse(column)
}

function parse<Value>(column: unknown): Value {
  return (column === "{}" ? {} : JSON.parse(column as string)) as Value
}
