import { sleep } from "../runtime.js"
import type { Scheduler, TickReport } from "../scheduler.js"
import type { ConnectionRow } from "../store.js"
import { changeRow } from "./change-row.js"
import { deliverEvents, type LifecycleHandler } from "./deliver-events.js"
import { type Disconnector, resumeDisconnect } from "./disconnect.js"
import { keepAliveAt, nextDueAt, refreshMarginMs, webhooksDueAt } from "./due.js"
import type { Engine } from "./engine.js"
import { replayJournal } from "./journal-replay.js"
import type { TokensEngine } from "./tokens-engine.js"

export interface SchedulerDependencies extends Disconnector {
  readonly engine: Engine
  readonly tokens: TokensEngine
  readonly handlers: ReadonlySet<LifecycleHandler>
  readonly url: string
  /** Makes and renews webhooks whose time has come. */
  tendWebhooks(row: ConnectionRow): Promise<void>
  /** Ends at the provider what waited in attempts that nobody finished. */
  revokeAbandoned(): Promise<void>
  /** Hands on webhook events whose handlers failed. */
  retryEvents(): Promise<void>
  lastUsedAt(connectionId: string): Promise<number | null>
  flushUsage(): Promise<void>
  /** Drops what was counted for a connection that is gone. */
  forgetUsage(connectionId: string): Promise<void>
}

// Longer than a row takes at its slowest, so that no other tick is given it meanwhile.
const hideMs = 120_000
const againMs = 60_000

// A row claimed this short a time ago is not read again: whatever is done with it holds against its version and generation.
const recentMs = 1_000

type Work = { -readonly [Key in keyof TickReport]: number }

/** The scheduler over the store: what is due lives there, so any number of processes may tick. */
export function createScheduler(deps: SchedulerDependencies): Scheduler {
  const { engine } = deps
  let replayed = false

  async function tick({
    limit = 200,
    concurrency = 10,
    signal,
  }: Parameters<Scheduler["tick"]>[0] = {}): Promise<TickReport> {
    const work: Work = { claimed: 0, refreshed: 0, delivered: 0, failed: 0, swept: 0 }
    await quietly("usage could not be written yet", () => deps.flushUsage())
    if (!replayed) {
      await quietly("the journal could not be replayed yet", async () => {
        await replayJournal(engine)
        replayed = true
      })
    }
    await quietly("the store could not be asked what is due", async () => {
      const claimedAt = engine.runtime.clock.monotonic()
      const rows = await engine.store.connections.claimDue(engine.runtime.clock.now(), limit, hideMs)
      work.claimed = rows.length
      const queue = rows.values()
      const worker = async () => {
        for (const row of queue) {
          if (signal?.aborted || engine.closing.aborted) return
          await workOff(row, claimedAt, work)
        }
      }
      await Promise.all(Array.from({ length: Math.min(concurrency, rows.length) }, worker))
    })
    await quietly("webhook events could not be handed on again", () => deps.retryEvents())
    await quietly("the store could not be asked for grants that nobody claimed", () => deps.revokeAbandoned())
    await quietly("expired documents could not be swept", async () => {
      work.swept = await engine.store.documents.sweep(engine.runtime.clock.now(), 500)
    })
    return work
  }

  async function quietly(message: string, task: () => Promise<void>): Promise<void> {
    await task().catch(() => engine.log.warn(message))
  }

  async function workOff(claimed: ConnectionRow, claimedAt: number, work: Work): Promise<void> {
    try {
      const isResumed = claimed.status === "disconnecting" && Object.keys(claimed.sealed).length > 0
      if (isResumed) await resumeDisconnect(engine, deps, claimed)
      const isRecent = !isResumed && engine.runtime.clock.monotonic() - claimedAt < recentMs
      const row = isRecent ? claimed : ((await engine.store.connections.get(claimed.id)) ?? claimed)
      let delivered = 0
      if (row.detail.pendingEvents.length > 0 || row.status === "disconnecting")
        delivered = await deliverEvents(engine, deps.handlers, deps.url, row, deps.forgetUsage)
      // Others count meanwhile: what is added is known before it is added.
      work.delivered += delivered
      if (row.status === "disconnecting" || row.status === "disabled") return
      await deps.tendWebhooks(row)
      const { tried, refreshed } = await refreshDue(row)
      work.refreshed += refreshed
      const isHeard = delivered === row.detail.pendingEvents.length
      await reschedule(row, { isUnchanged: delivered + tried === 0, isIdle: tried === 0, isHeard })
    } catch {
      work.failed++
      engine.log.warn("a due connection could not be worked off and comes again", { connectionId: claimed.id })
    }
  }

  /** Renews the slots whose time has come: used ones ahead of their end, idle ones only to keep their refresh token alive. */
  async function refreshDue(row: ConnectionRow): Promise<{ tried: number; refreshed: number }> {
    const { connector, method } = engine.methodOf(row)
    let tried = 0
    let refreshed = 0
    if (!method.refresh) return { tried, refreshed }
    for (const [slot, detail] of Object.entries(row.detail.slots)) {
      if (detail.status === "needs_reauth" || row.sealed[slot] === undefined) continue
      const now = engine.runtime.clock.now()
      if (detail.retryAt !== null && detail.retryAt > now) continue
      const { clock } = detail
      const keepAlive = keepAliveAt(method, clock)
      const mustLive = keepAlive !== undefined && now >= keepAlive
      const ends = typeof clock.expiresAt === "number" && now >= clock.expiresAt - 2 * refreshMarginMs(clock)
      const used = ends && ((await deps.lastUsedAt(row.id)) ?? row.detail.createdAt) >= clock.issuedAt
      // What is in doubt is cleared up, used or not.
      if (!mustLive && !used && detail.retryAt === null && detail.status !== "ambiguous") continue
      const secret = await engine.vault.openSlot(row, slot)
      if (method.renewable?.(secret) === false) continue
      tried++
      try {
        await deps.tokens.renew({ row, connector, method, slot, secret })
        refreshed++
      } catch {
        // The row says why; the next look is written there.
      }
    }
    return { tried, refreshed }
  }

  /** A row whose look is over and whose `dueAt` is still the claim's, or past: when to look again. */
  async function reschedule(
    seen: ConnectionRow,
    look: { isUnchanged: boolean; isIdle: boolean; isHeard: boolean },
  ): Promise<void> {
    const lookAgain = (row: ConnectionRow) => {
      const { method } = engine.methodOf(row)
      const now = engine.runtime.clock.now()
      // Whoever has written the row since has said when.
      if (row.dueAt !== seen.dueAt && (row.dueAt === null || row.dueAt > now)) return undefined
      const dueAt = nextDueAt(engine, method, row)
      // An idle connection is not looked at again at every tick: only for what keeps it alive. One that had to be refreshed is not idle: it
      // failed without a word in the row (the store was away, a dead process's lease stands), or looks past by a clock that is ahead.
      const isPast = dueAt !== null && dueAt <= now && row.detail.pendingEvents.length === 0
      const waits = !isPast ? dueAt : look.isIdle ? idleDueAt(row, now) : now + againMs
      // Events that a handler refused come again, but not in every round: a backlog of them would never let it rest.
      const next = look.isHeard || waits === null ? waits : Math.max(waits, now + againMs)
      return next === row.dueAt ? undefined : { ...row, dueAt: next }
    }
    // Most rows are as they were seen: one write, and no read.
    const next = look.isUnchanged ? lookAgain(seen) : undefined
    if (next && (await engine.store.connections.update(next)) === "updated") return
    await changeRow(engine, seen.id, lookAgain)
  }

  function idleDueAt(row: ConnectionRow, now: number): number | null {
    const { method } = engine.methodOf(row)
    const times = Object.values(row.detail.slots).flatMap((slot) => keepAliveAt(method, slot.clock) ?? [])
    times.push(...[webhooksDueAt(row, now) ?? []].flat())
    return times.length > 0 ? Math.max(Math.min(...times), now + 60_000) : null
  }

  return {
    tick,
    start({ everyMs = 15_000 } = {}) {
      const stopped = new AbortController()
      const signal = AbortSignal.any([stopped.signal, engine.closing])
      const running = (async () => {
        while (!signal.aborted) {
          const { claimed } = await tick({ signal })
          // A full round means that there is more.
          await sleep(engine.runtime.timers, claimed >= 200 ? 0 : everyMs, signal, { background: true })
        }
      })()
      return async () => {
        stopped.abort()
        await running
      }
    },
  }
}
