import type { ConnectionInfo } from "./connection.js"
import { reasonTable } from "./status.js"
import type { ConnectionRow } from "./store.js"

/** What may be known of a row. No secret is in it, so nothing has to be opened. */
export function infoOf(row: ConnectionRow): ConnectionInfo {
  const slots = Object.values(row.detail.slots)
  const reason = slots.find((slot) => slot.status === row.status && slot.reason !== null)?.reason ?? null
  return {
    id: row.id,
    number: row.number,
    connector: row.connector,
    method: row.method,
    name: row.detail.name,
    alias: row.alias,
    account: row.detail.account,
    status: row.status,
    reason,
    actor: reason === null ? null : reasonTable[reason],
    shared: row.userId === null ? "tenant" : "user",
    tenantId: row.tenantId,
    userId: row.userId,
    slots: Object.fromEntries(
      Object.entries(row.detail.slots).map(([name, slot]) => [
        name,
        { status: slot.status, expiresAt: slot.clock.expiresAt, scopes: slot.granted },
      ]),
    ),
    createdAt: row.detail.createdAt,
  }
}
