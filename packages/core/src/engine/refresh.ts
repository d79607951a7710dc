import type { Connector } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod } from "../method.js"
import { sleep } from "../runtime.js"
import type { ConnectionRow, Intent, SlotDetail } from "../store.js"
import type { LiveSecret } from "../tokens.js"
import type { Engine } from "./engine.js"
import { exchange } from "./exchange.js"
import { type HeldLease, releaseLease, takeLease } from "./lease.js"
import type { LeaseWatch } from "./lease-watch.js"
import { permitToShow } from "./permit.js"
import { settle, settleUnacknowledged } from "./settle.js"
import { unavailable } from "./unavailable.js"

/** What one round of a refresh looks at. */
export interface Candidate {
  readonly row: ConnectionRow
  readonly connector: Connector
  readonly method: AuthMethod
  readonly slot: string
  readonly detail: SlotDetail
  readonly secret: unknown
}

export interface RefreshRequest {
  readonly connectionId: string
  readonly slot: string
  /** The generation that is to be replaced: another one found in the store is the answer. */
  readonly generation: number
  /** The API refused the access token, whatever the clock says. */
  readonly accessTokenRefused: boolean
}

// Each round either ends, waits, or meets somebody else's progress; a flight that met this many is told to come again.
const maxRounds = 10_000

/**
 * Renews one slot, whoever else is trying: takes the lease with the intent, shows the value once, and writes what came before anybody
 * gets it. Ends with the living secret, or throws why there is none. Callers' patience and signals do not reach in here.
 */
export async function refreshSlot(engine: Engine, watch: LeaseWatch, request: RefreshRequest): Promise<LiveSecret> {
  let asked = request
  // Most holders are done in a moment: those who wait look soon, and then less and less often.
  let lookAgainMs = engine.settings.pollMs / 16
  for (let round = 0; round < maxRounds; round++) {
    const candidate = await readCandidate(engine, asked)
    if (candidate.detail.generation !== asked.generation) {
      if (!hasEnded(engine, candidate.detail)) return candidate
      // A spare was adopted whose own access token is over: it is what is renewed now.
      asked = { ...request, generation: candidate.detail.generation, accessTokenRefused: false }
    }
    refuseHopeless(engine, candidate)
    const remainingMs = watch.remainingMs(candidate.row)
    if (remainingMs > 0) {
      if (engine.closing.aborted) throw new HoldfastError("aborted", "Holdfast was closed.")
      await sleep(engine.runtime.timers, Math.min(remainingMs, lookAgainMs), engine.closing)
      lookAgainMs = Math.min(lookAgainMs * 1.1, engine.settings.pollMs)
      continue
    }
    const done = await attempt(engine, candidate, asked)
    if (done) return done
  }
  throw new HoldfastError("provider_unavailable", "The connection was changed by others all the time. Try again.", {
    details: { connectionId: request.connectionId },
  })
}

async function readCandidate(engine: Engine, { connectionId, slot }: RefreshRequest): Promise<Candidate> {
  const row = await engine.store.connections.get(connectionId)
  const detail = row?.detail.slots[slot]
  if (!row || !detail) throw new HoldfastError("not_found", undefined, { details: { connectionId } })
  if (row.status === "disconnecting" || row.status === "disabled")
    throw new HoldfastError("connection_disabled", undefined, { details: { connectionId } })
  return { row, slot, detail, secret: await engine.vault.openSlot(row, slot), ...engine.methodOf(row) }
}

function hasEnded(engine: Engine, { clock }: SlotDetail): boolean {
  return typeof clock.expiresAt === "number" && clock.expiresAt <= engine.runtime.clock.now()
}

/** States in which nothing may be sent now. */
function refuseHopeless(engine: Engine, candidate: Candidate): void {
  const { detail, slot } = candidate
  if (detail.status === "needs_reauth") throw unavailable(engine, candidate.row, slot)
  if (detail.retryAt !== null && detail.retryAt > engine.runtime.clock.now())
    throw unavailable(engine, candidate.row, slot)
}

/** One round with the lease. Undefined: look again. */
async function attempt(engine: Engine, candidate: Candidate, request: RefreshRequest): Promise<LiveSecret | undefined> {
  const { row, method, slot, detail, secret } = candidate
  const value = method.presents?.(secret, slot)
  let intent: Omit<Intent, "id"> | undefined
  if (value !== undefined) {
    const now = engine.runtime.clock.now()
    const shown = { digest: await engine.runtime.digest(value), generation: detail.generation }
    const life = { policy: method.policy, clock: detail.clock, accessTokenRefused: request.accessTokenRefused, now }
    const permit = permitToShow(row.intents[slot], shown, life, engine.settings)
    if (permit.is !== "show")
      return await settleUnacknowledged(engine, candidate, permit.is === "wait" ? permit.untilAt : null)
    intent = { ...shown, presentations: permit.presentations, journalled: engine.journal !== undefined, shownAt: now }
  }
  const held = await takeLease(engine, row, { slot, ...(intent && { intent }) })
  if (!held) return undefined
  return await withLease(engine, candidate, held, intent)
}

async function withLease(
  engine: Engine,
  candidate: Candidate,
  held: HeldLease,
  intent: Omit<Intent, "id"> | undefined,
): Promise<LiveSecret | undefined> {
  const { slot, detail } = candidate
  const before = { slot, intent: candidate.row.intents[slot] }
  try {
    const exchanged = await exchange(engine, candidate, held).catch(async (error: unknown) => {
      // It failed before anything was sent: nothing was shown.
      await releaseLease(engine, held, before)
      throw error
    })
    if (exchanged.is === "unsent") {
      await releaseLease(engine, held, before)
      return undefined
    }
    return await settle(engine, candidate, {
      held,
      outcome: exchanged.outcome,
      before,
      presentations: intent?.presentations ?? 0,
      generation: detail.generation,
    })
  } finally {
    held.stop()
  }
}
