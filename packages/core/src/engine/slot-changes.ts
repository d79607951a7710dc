import { base64url } from "../runtime.js"
import { type Reason, reasonTable, type SlotStatus, type Status, worstStatus } from "../status.js"
import type { ConnectionRow, Intent, PendingEvent, SlotDetail } from "../store.js"
import type { Engine } from "./engine.js"

/** The same row with one slot's detail changed, its status worked out anew, and an event where that changed. */
export function withSlot(
  engine: Pick<Engine, "runtime">,
  row: ConnectionRow,
  slot: string,
  change: Partial<SlotDetail>,
): ConnectionRow {
  const before = row.detail.slots[slot]
  if (!before) return row
  const slots = { ...row.detail.slots, [slot]: { ...before, ...change } }
  return withStatus(engine, { ...row, detail: { ...row.detail, slots } }, row.status)
}

/** Works out a row's status from its slots, and adds an event when it is another than `previous`. */
export function withStatus(engine: Pick<Engine, "runtime">, row: ConnectionRow, previous: Status): ConnectionRow {
  if (row.status === "disconnecting" || row.status === "disabled") return row
  const slots = Object.values(row.detail.slots)
  const status = worstStatus(slots.map((slot) => slot.status))
  const changed = { ...row, status }
  if (status === previous) return changed
  const worst = slots.find((slot) => slot.status === status)
  return withEvent(
    engine,
    changed,
    status === "needs_reauth" ? "connection.needs_reauth" : "connection.status_changed",
    {
      status,
      ...(worst?.reason && { reason: worst.reason, actor: reasonTable[worst.reason] }),
      ...(worst?.providerCode && { providerCode: worst.providerCode }),
    },
  )
}

/** Adds an event that is written with the change it tells of, and makes the row due so that the scheduler delivers it. */
export function withEvent(
  engine: Pick<Engine, "runtime">,
  row: ConnectionRow,
  type: string,
  data: Record<string, unknown> = {},
): ConnectionRow {
  const event: PendingEvent = {
    id: `evt_${base64url(engine.runtime.random(12))}`,
    type,
    at: engine.runtime.clock.now(),
    data,
  }
  const pendingEvents = [...row.detail.pendingEvents, event].slice(-maxPendingEvents)
  return { ...row, dueAt: engine.runtime.clock.now(), detail: { ...row.detail, pendingEvents } }
}

// A host that never ticks must not grow its rows without end; the newest say how things stand.
const maxPendingEvents = 20

/** The same row with an intent put for a slot, or taken away. */
export function withIntent(row: ConnectionRow, slot: string, intent: Intent | undefined): ConnectionRow {
  const { [slot]: _gone, ...others } = row.intents
  return { ...row, intents: intent ? { ...others, [slot]: intent } : others }
}

/** The same row with a sealed value of a slot put or taken away. */
export function withSealed(
  row: ConnectionRow,
  place: "sealed" | "spares",
  slot: string,
  sealed: string | undefined,
): ConnectionRow {
  const { [slot]: _gone, ...others } = row[place]
  return { ...row, [place]: sealed === undefined ? others : { ...others, [slot]: sealed } }
}

/** A slot that is well again. */
export const wellAgain = {
  status: "active",
  reason: null,
  providerCode: null,
  retryAt: null,
  failures: 0,
} as const satisfies Partial<SlotDetail>

/** Status and reason of a slot in one. */
export function unwell(
  status: SlotStatus,
  reason: Reason,
  providerCode?: string,
): Pick<SlotDetail, "status" | "reason" | "providerCode"> {
  return { status, reason, providerCode: providerCode ?? null }
}
