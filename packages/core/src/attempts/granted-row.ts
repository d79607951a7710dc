import type { Account } from "../account.js"
import { nextDueAt } from "../engine/due.js"
import type { Engine } from "../engine/engine.js"
import { wellAgain, withEvent, withStatus } from "../engine/slot-changes.js"
import type { ConnectionRow, SlotDetail } from "../store.js"
import type { Finishing } from "./finishing.js"

/** The row with every granted slot sealed at a new generation. Slots not granted now stay only if they are well and were not ended by it. */
export async function withGrant(
  engine: Engine,
  { record, grant, method }: Finishing,
  row: ConnectionRow,
  account: Account,
  event: string,
): Promise<ConnectionRow> {
  const generation = row.generation + 1
  const granted = grant.slots ?? {}
  const kept = (name: string) =>
    Object.hasOwn(granted, name) ||
    (method.policy.reconsent === "keeps" && row.detail.slots[name]?.status === "active" && method.slots.includes(name))
  const slots: Record<string, SlotDetail> = Object.fromEntries(
    Object.entries(row.detail.slots).filter(([name]) => kept(name)),
  )
  const sealed: Record<string, string> = Object.fromEntries(Object.entries(row.sealed).filter(([name]) => kept(name)))
  for (const [name, slot] of Object.entries(granted)) {
    slots[name] = { ...wellAgain, clock: slot.clock, granted: slot.granted ?? null, generation, writtenBy: record.id }
    sealed[name] = await engine.vault.sealSlot(row, name, generation, slot.secret)
  }
  const intents = Object.fromEntries(Object.entries(row.intents).filter(([name]) => !Object.hasOwn(granted, name)))
  const detail = {
    ...row.detail,
    account: { ...account, data: { ...row.detail.account.data, ...account.data } },
    slots,
  }
  const next: ConnectionRow = { ...row, generation, sealed, spares: {}, intents, detail }
  const told = withEvent(engine, withStatus(engine, { ...next, keyId: engine.vault.rowKeyId(next) }, row.status), event)
  return { ...told, dueAt: nextDueAt(engine, method, told) }
}
