import type { Account } from "../account.js"
import { changeRowWhateverItTakes, isIdentityTaken } from "../engine/change-row.js"
import type { Engine } from "../engine/engine.js"
import { revokeOrphan } from "../engine/revoke.js"
import { HoldfastError } from "../errors.js"
import type { Grant } from "../method.js"
import type { ConnectionRow } from "../store.js"
import { discard } from "./discard.js"
import type { FinishDependencies, Finishing } from "./finishing.js"
import { withGrant } from "./granted-row.js"
import { union } from "./reconnect-scopes.js"
import { isRivalOf, keepsOne, unshownOf, withRival } from "./rivals.js"

/** Puts what was granted in the place of what a connection holds. Its id and its account stay. */
export async function reconnect(
  deps: FinishDependencies,
  finishing: Finishing,
  account: Account,
  id: string,
): Promise<ConnectionRow> {
  const { engine } = deps
  const { record, connector, app, overlap } = finishing
  let replaced: ConnectionRow | undefined
  let { alias } = record
  let isOvertaken = false
  let isRival = false
  const change = async (current: ConnectionRow) => {
    if (current.status === "disconnecting" || current.detail.attemptId === record.id) return undefined
    const isCrossed = overlap !== undefined && current.detail.attemptId !== overlap.before
    isOvertaken = isCrossed && overlap.isLater
    // The one that is put in the place of a later one may be what the connection lives on, whatever the provider does with the other.
    isRival = isCrossed && isRivalOf(finishing, current, account) && (!isOvertaken || keepsOne(finishing))
    if (isOvertaken) return isRival ? await withRival(engine, current, record.id, finishing.grant.slots) : undefined
    replaced = current
    const moved: ConnectionRow = {
      ...current,
      status: current.status === "disabled" ? "active" : current.status,
      method: record.method,
      appId: app?.id ?? "",
      accountKey: account.id,
      lease: null,
      ...(alias !== undefined && { alias }),
      detail: {
        ...current.detail,
        attemptId: record.id,
        requested: requestedWith(current, finishing),
        ...(record.name !== undefined && { name: record.name }),
        ...(connector.webhooks?.subscribe && {
          webhooks: {
            subscriptions: current.detail.webhooks?.subscriptions ?? [],
            ...(current.detail.webhooks?.address && { address: current.detail.webhooks.address }),
            state: "wanted",
            tries: 0,
          },
        }),
      },
    }
    const next = await withGrant(engine, finishing, moved, account, "connection.reconnected")
    return isRival ? await withRival(engine, next, current.detail.attemptId, await unshownOf(engine, current)) : next
  }
  const row = await changeRowWhateverItTakes(engine, id, change).catch(async (error: unknown) => {
    if (isIdentityTaken(error)) {
      // What names nobody may be put in the place of anything, but for what another connection has.
      await deps.unclaimed(finishing)
      const details = { connector: record.connector, connectionId: id, reason: "connected_already" }
      throw new HoldfastError("account_mismatch", "Another connection of this owner has this very account.", {
        details,
      })
    }
    if (alias === undefined) throw error
    // Another connection has the alias: the grant is worth more than its nickname.
    alias = undefined
    return await changeRowWhateverItTakes(engine, id, change)
  })
  if (!row || row.status === "disconnecting") {
    if (row) await discard(engine, finishing, row, account)
    else await deps.unclaimed(finishing)
    throw new HoldfastError("not_found", undefined, { details: { connectionId: id } })
  }
  if (isOvertaken && !isRival)
    await discard(engine, { ...finishing, record: { ...record, holds: false } }, row, account)
  else if (replaced) await endReplaced(engine, replaced, finishing.grant)
  return row
}

/** What was asked for: also before, where this connection was authorised again in the same way. */
function requestedWith({ method, detail }: ConnectionRow, finishing: Finishing): readonly string[] {
  const { record } = finishing
  const asked = record.scopes ?? finishing.method.facts.scopes ?? detail.requested
  return record.reconnects && record.scopes && method === record.method ? union(detail.requested, asked) : asked
}

/** A session that was replaced would live on at the provider by itself. */
async function endReplaced(engine: Engine, replaced: ConnectionRow, { slots }: Grant): Promise<void> {
  const { method } = engine.methodOf(replaced)
  if (!method.policy.revokesReplaced) return
  for (const slot of Object.keys(replaced.sealed)) {
    const secret = await engine.vault.openSlot(replaced, slot).catch(() => undefined)
    // Some providers hand out the same token again: it is the connection's now.
    const isSame = Object.values(slots ?? {}).some(
      (granted) => JSON.stringify(granted.secret) === JSON.stringify(secret),
    )
    if (secret !== undefined && !isSame) await revokeOrphan(engine, { row: replaced, method, slot }, secret)
  }
}
