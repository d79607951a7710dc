import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, Next } from "../method.js"
import type { AdvanceDependencies } from "./attempt-dependencies.js"
import { type AttemptRecord, type Stored, withoutSecrets } from "./attempt-record.js"
import { interruptedAfterMs } from "./held-grants.js"

/** What was granted, with what tells whether another consent came between. */
export type Granted = Pick<AttemptRecord, "granted" | "overlap">

/**
 * The same attempt, with what was granted written beside it: whoever finds it after a crash goes on with it. Best effort: with the store
 * away, the grant is more than this copy.
 */
export async function keepThroughCrash(
  { held, records, engine }: AdvanceDependencies,
  stored: Stored,
  granted: Granted,
): Promise<Stored> {
  const { record } = stored
  if (record.holds || !granted.granted?.slots) return stored
  try {
    await held.watch(record.id, engine.runtime.clock.now() + interruptedAfterMs)
    const saved = await records.save({ ...record, ...granted, holds: true }, stored.version)
    return saved ? { record, version: saved.version } : stored
  } catch {
    return stored
  }
}

/** The step that the method asks the person to take. */
export async function saveStep(
  deps: AdvanceDependencies,
  stored: Stored,
  next: Extract<Next, { step: unknown }>,
  method: AuthMethod,
  context: Context,
): Promise<Stored> {
  const { record } = stored
  const state = next.state === undefined ? record.state : next.state
  const expiresAt = next.expiresAt ?? record.expiresAt
  const grant = method.held?.(state)
  if (grant) await deps.held.watch(record.id, expiresAt)
  const saved = await deps.records.save(
    {
      ...record,
      status: "pending",
      exchangingSince: null,
      step: next.step,
      takesServerPost: record.takesServerPost || (next.step.kind === "redirect" && next.step.returns === "server_post"),
      state,
      holds: grant !== undefined,
      expiresAt,
    },
    stored.version,
  )
  if (saved) return saved
  // It took so long that the attempt was given up meanwhile.
  if (grant && !record.holds) await deps.held.unclaimed(record, method, context, grant)
  throw new HoldfastError("store_conflict")
}

/** How long a grant waits for its page. */
export const claimMs = 60_000

/** What was granted, until its page claims it. */
export async function saveGranted(
  deps: AdvanceDependencies,
  stored: Stored,
  granted: Granted,
  method: AuthMethod,
  context: Context,
): Promise<Stored> {
  const { record } = stored
  const expiresAt = deps.engine.runtime.clock.now() + claimMs
  await deps.held.watch(record.id, expiresAt)
  const saved = await deps.records.save(
    {
      ...record,
      status: "granted",
      exchangingSince: null,
      step: { kind: "wait", message: "Connecting…", pollAfterMs: 1_000 },
      ...granted,
      holds: true,
      expiresAt,
    },
    stored.version,
  )
  if (saved) return saved
  if (granted.granted) await deps.held.unclaimed(record, method, context, granted.granted)
  throw new HoldfastError("store_conflict")
}

/** The attempt as it ended. */
export async function saveConnected(deps: AdvanceDependencies, stored: Stored, connectionId: string): Promise<Stored> {
  deps.connected(connectionId)
  const done: AttemptRecord = {
    ...withoutSecrets(stored.record),
    connectionId,
    status: "connected",
    step: { kind: "connected", connectionId },
    error: undefined,
  }
  // The connection stands, whatever becomes of this line: a later look finds it by the attempt's id.
  const saved = (await deps.records.save(done, stored.version)) ?? { record: done, version: stored.version }
  await deps.held.claimed(stored.record.id)
  return saved
}
