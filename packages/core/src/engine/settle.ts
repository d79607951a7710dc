import type { Outcome } from "../method.js"
import type { Reason } from "../status.js"
import type { ConnectionRow, Intent, SlotDetail } from "../store.js"
import type { LiveSecret } from "../tokens.js"
import { changeRow } from "./change-row.js"
import { commitRenewed, readSpare, withSpareAdopted } from "./commit.js"
import { nextDueAt } from "./due.js"
import type { Engine } from "./engine.js"
import { noteAppRefused, noteRefusal } from "./fence.js"
import type { HeldLease } from "./lease.js"
import type { Candidate } from "./refresh.js"
import { revokeOrphan } from "./revoke.js"
import { unwell, withEvent, withIntent, withSlot } from "./slot-changes.js"
import { unavailable } from "./unavailable.js"

/** An answer (or the lack of one), and under what it was got. */
export interface Exchange {
  readonly held: HeldLease
  readonly outcome: Outcome | { readonly is: "app_gone" }
  /** The intent as it was before, put back where nothing was spent. */
  readonly before: { readonly slot: string; readonly intent: Intent | undefined }
  readonly presentations: number
  readonly generation: number
}

/**
 * Writes what an exchange brought (design section 5, points 5 to 8). Success is written whatever stands in the row; everything else
 * only under our own lease. Undefined: look again.
 */
export async function settle(
  engine: Engine,
  candidate: Candidate,
  exchange: Exchange,
): Promise<LiveSecret | undefined> {
  const { outcome } = exchange
  switch (outcome.is) {
    case "renewed": {
      const { held, generation } = exchange
      const arrived = { connectionId: candidate.row.id, slot: candidate.slot, generation, leaseId: held.id, outcome }
      const committed = await commitRenewed(engine, arrived)
      if (committed.is === "committed") return { ...candidate, row: committed.row, secret: outcome.secret }
      if (committed.is === "orphaned") await revokeOrphan(engine, candidate, outcome.secret)
      return undefined
    }
    case "refused":
      return outcome.by === "client"
        ? await clientRefused(engine, candidate, exchange, outcome.providerCode)
        : await grantRefused(engine, candidate, exchange, outcome.providerCode)
    case "app_gone":
      return await postpone(engine, candidate, exchange, { reason: "app_not_configured", afterMs: 300_000 })
    case "later":
      return await postpone(engine, candidate, exchange, {
        reason: "provider_unavailable",
        ...(outcome.retryAfterMs !== undefined && { afterMs: outcome.retryAfterMs }),
      })
    case "unknown":
      // What is not single-use loses nothing by an answer that is lost (ruling R6).
      return exchange.presentations === 0
        ? await postpone(engine, candidate, exchange, { reason: "provider_unavailable" })
        : await leaveAmbiguous(engine, candidate, exchange)
  }
}

/** Nothing was spent: come again later. A living access token goes on being used. */
async function postpone(
  engine: Engine,
  candidate: Candidate,
  exchange: Exchange,
  why: { reason: Reason; afterMs?: number; providerCode?: string; event?: boolean },
): Promise<LiveSecret | undefined> {
  const row = await underLease(engine, candidate, exchange, (current, detail) => {
    const now = engine.runtime.clock.now()
    const failures = detail.failures + 1
    const waitMs = why.afterMs ?? engine.settings.backoffMs * Math.min(2 ** (failures - 1), 100)
    const ended = typeof detail.clock.expiresAt === "number" && detail.clock.expiresAt <= now
    const state = why.reason !== "provider_unavailable" || ended ? unwell("degraded", why.reason, why.providerCode) : {}
    const next = withSlot(engine, withIntent(current, candidate.slot, exchange.before.intent), candidate.slot, {
      ...state,
      failures,
      retryAt: now + boundWait(waitMs),
    })
    return why.event
      ? withEvent(engine, next, "app.refused", {
          reason: why.reason,
          ...(why.providerCode && { providerCode: why.providerCode }),
          appId: current.appId,
        })
      : next
  })
  if (row) throw unavailable(engine, row, candidate.slot)
  return undefined
}

async function clientRefused(
  engine: Engine,
  candidate: Candidate,
  exchange: Exchange,
  providerCode: string,
): Promise<LiveSecret | undefined> {
  const event = await noteAppRefused(engine, candidate.row.appId)
  return await postpone(engine, candidate, exchange, { reason: "app_refused", afterMs: 300_000, providerCode, event })
}

/** A single-use value was shown, and nobody knows what became of it. The intent stays. */
async function leaveAmbiguous(
  engine: Engine,
  candidate: Candidate,
  exchange: Exchange,
): Promise<LiveSecret | undefined> {
  await underLease(engine, candidate, exchange, (current, detail) =>
    withSlot(engine, current, candidate.slot, {
      ...unwell("ambiguous", "refresh_unacknowledged"),
      failures: detail.failures + 1,
      retryAt: null,
    }),
  )
  // The next round decides whether, and when, it may be shown once more.
  return undefined
}

async function grantRefused(
  engine: Engine,
  candidate: Candidate,
  exchange: Exchange,
  providerCode: string,
): Promise<LiveSecret | undefined> {
  const { slot } = candidate
  const rotationLost = exchange.presentations > 1
  const held = !rotationLost && (await noteRefusal(engine, candidate.row))
  const row = await underLease(engine, candidate, exchange, async (current, detail) => {
    const spare = await readSpare(engine, current, slot)
    if (spare) return await withSpareAdopted(engine, current, slot, spare)
    const answered = withIntent(current, slot, undefined)
    if (held) {
      const retryAt = engine.runtime.clock.now() + held.holdMs
      const spared = withSlot(engine, answered, slot, {
        ...unwell("degraded", "mass_refusal", providerCode),
        failures: detail.failures + 1,
        retryAt,
      })
      return held.rose
        ? withEvent(engine, spared, "app.mass_refusal", { appId: current.appId, reason: "mass_refusal" })
        : spared
    }
    return withSlot(engine, answered, slot, {
      ...unwell("needs_reauth", rotationLost ? "rotation_lost" : "grant_refused", providerCode),
      failures: detail.failures + 1,
      retryAt: null,
    })
  })
  if (row?.detail.slots[slot]?.generation === exchange.generation) throw unavailable(engine, row, slot)
  return undefined
}

/**
 * The value must not be shown before `untilAt`; null: it was shown as often as may be and never answered, so only the person can go on.
 * It is not said to be dead, since nobody said so. A lease found standing still is cleared with it.
 */
export async function settleUnacknowledged(
  engine: Engine,
  candidate: Candidate,
  untilAt: number | null,
): Promise<undefined> {
  const { slot } = candidate
  let met = false
  const row = await changeRow(engine, candidate.row.id, (current) => {
    const detail = current.detail.slots[slot]
    met =
      detail?.generation === candidate.detail.generation &&
      current.lease?.id === candidate.row.lease?.id &&
      current.lease?.beat === candidate.row.lease?.beat
    if (!met || (detail?.status === "ambiguous" && detail.retryAt === untilAt && !current.lease)) return undefined
    return due(
      engine,
      candidate,
      withSlot(engine, { ...current, lease: null }, slot, {
        ...unwell("ambiguous", "refresh_unacknowledged"),
        retryAt: untilAt,
      }),
    )
  })
  if (row && met) throw unavailable(engine, row, slot)
}

/** Changes a row and lets the lease go, if the lease is still ours. Undefined when it is not: somebody else's word counts then. */
async function underLease(
  engine: Engine,
  candidate: Candidate,
  { held, generation }: Exchange,
  change: (row: ConnectionRow, detail: SlotDetail) => ConnectionRow | Promise<ConnectionRow>,
): Promise<ConnectionRow | undefined> {
  held.stop()
  let met = false
  const row = await changeRow(engine, candidate.row.id, async (current) => {
    const detail = current.detail.slots[candidate.slot]
    met = current.lease?.id === held.id && detail?.generation === generation
    return met && detail ? due(engine, candidate, await change({ ...current, lease: null }, detail)) : undefined
  })
  return met ? row : undefined
}

function due(engine: Engine, { method }: Candidate, row: ConnectionRow): ConnectionRow {
  return { ...row, dueAt: nextDueAt(engine, method, row) }
}

// What a provider asks for is bounded: a day at most, a second at least.
function boundWait(waitMs: number): number {
  return Math.min(Math.max(waitMs, 1_000), 86_400_000)
}
