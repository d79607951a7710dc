import type { Account } from "../account.js"
import type { Engine } from "../engine/engine.js"
import { revokeOrphan } from "../engine/revoke.js"
import { mayAbandon } from "../methods/abandon-grant.js"
import type { ConnectionRow } from "../store.js"
import type { Finishing } from "./finishing.js"

/** What was granted and cannot be kept is ended at the provider, unless a living connection stands on it. */
export async function discard(
  engine: Engine,
  { grant, method, record, app }: Finishing,
  row: ConnectionRow,
  account: Account,
): Promise<void> {
  // What waited in the attempt is revoked with it.
  if (record.holds || !mayAbandon(method)) return
  // As the account that it was granted for: its secret must not go where the row's account lives.
  const granter = { ...row, method: record.method, appId: app?.id ?? "", detail: { ...row.detail, account } }
  for (const [slot, granted] of Object.entries(grant.slots ?? {})) {
    await revokeOrphan(engine, { row: granter, method, slot }, granted.secret)
  }
}
