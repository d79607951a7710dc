import type { AuthMethod, SlotClock } from "../method.js"
import type { ConnectionRow, Intent, SlotDetail, SubscriptionDetail } from "../store.js"
import type { Engine } from "./engine.js"
import { isSpent } from "./permit.js"

const day = 86_400_000

/** How long before its end a token is renewed by the scheduler: a fifth of its life, five minutes at most. */
export function refreshMarginMs(clock: SlotClock): number {
  return typeof clock.expiresAt === "number"
    ? Math.min(300_000, Math.max(0, (clock.expiresAt - clock.issuedAt) / 5))
    : 0
}

/** When an unused refresh token must be used so that it stays alive; undefined: it does not end by waiting. */
export function keepAliveAt(method: AuthMethod, clock: SlotClock): number | undefined {
  const { refreshIdleDays } = method.policy
  const ends = [
    clock.refreshExpiresAt,
    refreshIdleDays === undefined ? undefined : clock.issuedAt + refreshIdleDays * day,
  ]
  const end = Math.min(...ends.filter((at) => at !== undefined))
  // At three quarters of its life: late enough to be rare, early enough to survive a week's outage of most.
  return Number.isFinite(end) ? clock.issuedAt + (end - clock.issuedAt) * 0.75 : undefined
}

/** When the scheduler should next look at a row, and null where nothing will come due by itself. */
export function nextDueAt(engine: Pick<Engine, "runtime">, method: AuthMethod, row: ConnectionRow): number | null {
  const now = engine.runtime.clock.now()
  if (row.detail.pendingEvents.length > 0) return now
  if (row.status === "disconnecting") return now + 60_000
  if (row.status === "disabled") return null
  const times = Object.entries(row.detail.slots).flatMap(
    ([name, slot]) => slotDueAt(engine, method, slot, row.intents[name]) ?? [],
  )
  const webhooks = webhooksDueAt(row, now)
  if (webhooks !== undefined) times.push(webhooks)
  return times.length > 0 ? Math.round(Math.min(...times)) : null
}

/** When webhooks are to be made or renewed; undefined where nothing is to be done, or nothing can be without the person. */
export function webhooksDueAt({ status, detail: { webhooks } }: ConnectionRow, now: number): number | undefined {
  if (!webhooks || status === "needs_reauth" || status === "disabled" || status === "disconnecting") return undefined
  if (webhooks.state === "wanted") return webhooks.retryAt ?? now + 60_000
  if (webhooks.state !== "made") return undefined
  const first = Math.min(...webhooks.subscriptions.map(renewalAt))
  return Number.isFinite(first) ? Math.max(first, webhooks.retryAt ?? 0) : undefined
}

/** When a subscription is renewed: a fifth of its life ahead of its end, a day at most. Infinity: it does not end. */
export function renewalAt({ madeAt, expiresAt }: SubscriptionDetail): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - Math.min(day, (expiresAt - madeAt) / 5)
}

function slotDueAt(
  engine: Pick<Engine, "runtime">,
  method: AuthMethod,
  slot: SlotDetail,
  intent: Intent | undefined,
): number | undefined {
  if (!method.refresh || slot.status === "needs_reauth") return undefined
  if (slot.retryAt !== null) return slot.retryAt
  // Shown as often as may be, without an answer: nothing more can be done without the person. Else whoever showed it has not said yet
  // when it may be shown again, and may have died over that.
  if (slot.status === "ambiguous") return isSpent(intent) ? undefined : engine.runtime.clock.now() + 60_000
  const { clock } = slot
  const keepAlive = keepAliveAt(method, clock)
  if (typeof clock.expiresAt !== "number") return keepAlive
  const margin = refreshMarginMs(clock)
  const jitter = ((engine.runtime.random(1)[0] ?? 0) / 256) * margin
  return Math.min(clock.expiresAt - margin - jitter, keepAlive ?? Number.POSITIVE_INFINITY)
}
