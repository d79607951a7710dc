import type { Account } from "../account.js"
import { readSpare, type Spare } from "../engine/commit.js"
import type { Engine } from "../engine/engine.js"
import { withSealed } from "../engine/slot-changes.js"
import type { Grant } from "../method.js"
import type { ConnectionRow } from "../store.js"
import type { Finishing } from "./finishing.js"

/**
 * Whether what a row holds is another consent to the same: two that crossed, and nobody here can tell which the provider heard last. One goes
 * into the row and the other stays behind it as a spare, which is tried before the connection is called dead.
 */
export function isRivalOf({ method, record, app }: Finishing, row: ConnectionRow, account: Account): boolean {
  return (
    method.refresh !== undefined &&
    !method.policy.revokesReplaced &&
    row.method === record.method &&
    row.appId === (app?.id ?? "") &&
    row.accountKey === account.id
  )
}

/** Whether only one of two consents lives on at the provider. */
export function keepsOne({ method }: Finishing): boolean {
  return method.policy.reconsent === "kills"
}

/** What a row holds and has not shown since. */
export async function unshownOf(engine: Engine, row: ConnectionRow): Promise<NonNullable<Grant["slots"]>> {
  const slots: Record<string, NonNullable<Grant["slots"]>[string]> = {}
  for (const [name, detail] of Object.entries(row.detail.slots)) {
    const secret = row.intents[name] ? undefined : await engine.vault.openSlot(row, name).catch(() => undefined)
    if (secret !== undefined) slots[name] = { secret, clock: detail.clock }
  }
  return slots
}

/** The row with the other consent's secrets as spares, wherever it has a slot of that name and no spare. */
export async function withRival(
  engine: Engine,
  row: ConnectionRow,
  attemptId: string,
  slots: Grant["slots"],
): Promise<ConnectionRow> {
  let next = row
  for (const [name, { secret, clock, granted }] of Object.entries(slots ?? {})) {
    if (!Object.hasOwn(row.sealed, name) || (await readSpare(engine, row, name).catch(() => undefined))) continue
    const outcome = { is: "renewed", secret, clock, ...(granted && { granted }) } as const
    const spare: Spare = { leaseId: attemptId, outcome }
    next = withSealed(next, "spares", name, await engine.vault.sealSpare(next, name, spare))
  }
  return { ...next, keyId: engine.vault.rowKeyId(next) }
}
