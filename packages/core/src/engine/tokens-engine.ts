import { HoldfastError } from "../errors.js"
import type { Reason } from "../status.js"
import type { ConnectionRow, SlotDetail } from "../store.js"
import type { LiveOptions, LiveSecret, Tokens } from "../tokens.js"
import { changeRow } from "./change-row.js"
import { nextDueAt } from "./due.js"
import type { Engine } from "./engine.js"
import { createLeaseWatch } from "./lease-watch.js"
import { type RefreshRequest, refreshSlot } from "./refresh.js"
import { unwell, withSlot } from "./slot-changes.js"
import { unavailable } from "./unavailable.js"

/** The engine's own face: what the scheduler uses beside callers. */
export interface TokensEngine extends Tokens {
  /** Renews a slot now, sharing a flight with callers. */
  renew(live: LiveSecret): Promise<LiveSecret>
  /** Ends when no refresh is under way. */
  settled(): Promise<void>
}

// A younger token was refused for another reason than age (ruling R14).
const youngMs = 60_000

/** The one path to a secret: one store read and one open where the token is good; else one refresh, whatever the number of callers. */
export function createTokens(engine: Engine): TokensEngine {
  const watch = createLeaseWatch(engine)
  const flights = new Map<string, Promise<LiveSecret>>()

  function fly(request: RefreshRequest): Promise<LiveSecret> {
    const key = `${request.connectionId}\n${request.slot}`
    const known = flights.get(key)
    if (known) return known
    const flight = refreshSlot(engine, watch, request).finally(() => flights.delete(key))
    flights.set(key, flight)
    // Whoever waits hears of it; a flight that nobody waits for any more must not take the process down.
    flight.catch(() => {})
    return flight
  }

  async function read(
    connection: string | ConnectionRow,
    wanted: string | undefined,
    clearingAway = false,
  ): Promise<LiveSecret & { detail: SlotDetail }> {
    const row = typeof connection === "string" ? await engine.store.connections.get(connection) : connection
    const connectionId = typeof connection === "string" ? connection : connection.id
    if (!row) throw new HoldfastError("not_found", undefined, { details: { connectionId } })
    if ((row.status === "disconnecting" && !clearingAway) || row.status === "disabled")
      throw new HoldfastError("connection_disabled", undefined, { details: { connectionId } })
    const { connector, method } = engine.methodOf(row)
    const slot = wanted ?? method.slots.find((name) => row.sealed[name] !== undefined) ?? "main"
    const detail = row.detail.slots[slot]
    if (!detail || row.sealed[slot] === undefined) {
      throw new HoldfastError("scope_missing", `The connection has no ${slot} credential. Reconnect and grant it.`, {
        details: { connectionId, slot },
      })
    }
    return { row, connector, method, slot, detail, secret: await engine.vault.openSlot(row, slot) }
  }

  const renewable = (live: LiveSecret) =>
    live.method.refresh !== undefined && live.method.renewable?.(live.secret) !== false

  const generationOf = (live: LiveSecret) => live.row.detail.slots[live.slot]?.generation ?? -1

  const engineTokens: TokensEngine = {
    async live(connection, options = {}) {
      const live = await read(connection, options.slot, options.clearingAway)
      if (live.row.status === "disconnecting") return live
      const now = engine.runtime.clock.now()
      const refused = options.rejected?.slot === live.slot && generationOf(options.rejected) === live.detail.generation
      if (isDead(live.detail)) throw unavailable(engine, live.row, live.slot)
      if (refused) {
        if (!renewable(live) || isYoung(live.detail, now)) return live
      } else if (goodFor(live.detail, now, options.minValidMs ?? 60_000)) {
        return live
      }
      if (!renewable(live)) return await ended(live, now)
      const request = {
        connectionId: live.row.id,
        slot: live.slot,
        generation: live.detail.generation,
        accessTokenRefused: refused,
      }
      return await orStillLiving(engine, live, refused, waitFor(engine, fly(request), options))
    },

    async refused(live, providerCode, outright = false) {
      // What can be renewed is not dead because an API does not take it yet: only a word about its grant says so.
      const status = renewable(live) && !outright ? "degraded" : "needs_reauth"
      await changeRow(engine, live.row.id, (row) => {
        if (row.detail.slots[live.slot]?.generation !== generationOf(live)) return undefined
        const next = withSlot(engine, row, live.slot, { ...unwell(status, "key_refused", providerCode), retryAt: null })
        return { ...next, dueAt: nextDueAt(engine, live.method, next) }
      })
    },

    renew: (live) =>
      fly({ connectionId: live.row.id, slot: live.slot, generation: generationOf(live), accessTokenRefused: false }),

    async settled() {
      while (flights.size > 0) await Promise.allSettled(flights.values())
    },
  }
  return engineTokens

  /** A token that cannot be renewed: it lives, or it has ended and the person must act. */
  async function ended(live: LiveSecret & { detail: SlotDetail }, now: number): Promise<LiveSecret> {
    if (typeof live.detail.clock.expiresAt !== "number" || live.detail.clock.expiresAt > now) return live
    const reason = live.method.policy.expectsRefreshToken ? "refresh_token_missing" : "token_expired"
    const row = await changeRow(engine, live.row.id, (row) => {
      if (
        row.detail.slots[live.slot]?.generation !== live.detail.generation ||
        row.detail.slots[live.slot]?.status === "needs_reauth"
      )
        return undefined
      const next = withSlot(engine, row, live.slot, unwell("needs_reauth", reason))
      return { ...next, dueAt: nextDueAt(engine, live.method, next) }
    })
    throw unavailable(engine, row ?? live.row, live.slot)
  }
}

const deadly: ReadonlySet<Reason> = new Set(["key_refused", "ended_by_provider", "superseded_elsewhere"])

/** One that was issued later than now is of a host whose clock is ahead: nothing is known of its age. */
function isYoung({ clock }: SlotDetail, now: number): boolean {
  return clock.issuedAt <= now && now - clock.issuedAt < youngMs
}

/** Whether the secret itself was said to be dead. Where only its renewal was refused, it may be used for as long as it lives. */
function isDead(detail: SlotDetail): boolean {
  return detail.status === "needs_reauth" && detail.reason !== null && deadly.has(detail.reason)
}

/** Good enough: valid for the time asked, but never more than a fifth of its own life (ruling R15). */
function goodFor(detail: SlotDetail, now: number, minValidMs: number): boolean {
  const { expiresAt, issuedAt } = detail.clock
  return typeof expiresAt !== "number" || expiresAt - now >= Math.min(minValidMs, (expiresAt - issuedAt) / 5)
}

/** A caller's patience and signal end its waiting, never the refresh. Made of no more than it needs: a thousand callers may wait at once. */
function waitFor(
  engine: Engine,
  flight: Promise<LiveSecret>,
  { signal, timeoutMs = 10_000 }: LiveOptions,
): Promise<LiveSecret> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new HoldfastError("aborted"))
    const stop = () => {
      cancel()
      signal?.removeEventListener("abort", abort)
    }
    const giveUp = (error: HoldfastError) => {
      stop()
      reject(error)
    }
    const abort = () => giveUp(new HoldfastError("aborted"))
    const cancel = engine.runtime.timers.after(timeoutMs, () =>
      giveUp(
        new HoldfastError("provider_unavailable", "A refresh is under way and takes longer than this call waits."),
      ),
    )
    signal?.addEventListener("abort", abort, { once: true })
    flight.finally(stop).then(resolve, reject)
  })
}

/** A token that still lives for a moment beats an error (rulings R8 and R22), unless the API has refused it. */
async function orStillLiving(
  engine: Engine,
  live: LiveSecret & { detail: SlotDetail },
  refused: boolean,
  renewed: Promise<LiveSecret>,
): Promise<LiveSecret> {
  try {
    return await renewed
  } catch (error) {
    const { expiresAt } = live.detail.clock
    const lives = !refused && typeof expiresAt === "number" && expiresAt - engine.runtime.clock.now() > 5_000
    if (lives && !(error instanceof HoldfastError && error.code === "aborted")) return live
    throw error
  }
}
