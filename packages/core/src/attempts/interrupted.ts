import { isHoldfastError } from "../errors.js"
import type { Grant } from "../method.js"
import type { AdvanceDependencies } from "./attempt-dependencies.js"
import { type AttemptRecord, failedOf, type Stored } from "./attempt-record.js"
import { finish } from "./finish.js"
import { interruptedAfterMs } from "./held-grants.js"
import { saveConnected } from "./write-attempt.js"

/**
 * An exchange that never ended: the row says whether it went through (ruling R24), and what the provider granted stands beside the attempt, so
 * that whoever looks first takes it on where its process stopped. Answers the attempt as it was where somebody else does, and where the
 * provider, the store or the app cannot be asked now.
 */
export async function settleInterrupted(deps: AdvanceDependencies, stored: Stored): Promise<Stored> {
  const { engine, records } = deps
  const { record } = stored
  const now = engine.runtime.clock.now()
  if (record.status !== "exchanging" || now - (record.exchangingSince ?? 0) < interruptedAfterMs) return stored
  const row = await engine.store.connections.get(record.connectionId)
  if (row?.detail.attemptId === record.id) return await saveConnected(deps, stored, record.connectionId)
  if (record.granted === undefined) return (await fail(deps, stored, { error: "attempt_interrupted" })) ?? stored
  const mine = await records.save({ ...record, exchangingSince: now }, stored.version)
  if (!mine) return (await records.load(record.id)) ?? stored
  return await takeOn(deps, mine, record.granted)
}

async function takeOn(deps: AdvanceDependencies, stored: Stored, grant: Grant): Promise<Stored> {
  const { record } = stored
  try {
    const { connector, method } = deps.methodOfAttempt(record)
    const [app] = method.needsApp ? await deps.appsOfAttempt(record) : []
    // Without the app that asked for it nothing can be done with it: it waits until the app is configured again.
    if (method.needsApp && !app) return stored
    const finished = await finish(
      // While the provider is away, nothing is given up.
      { ...deps, unclaimed: async () => {} },
      {
        record: { ...record, holds: false },
        connector,
        method,
        app,
        grant,
        // What a first connect finds there may be older or newer than this: neither is lost.
        overlap: record.overlap ?? { before: "", isLater: false },
      },
    )
    if (finished.is === "connected") return await saveConnected(deps, stored, finished.row.id)
    return (await fail(deps, stored, { error: "refresh_token_missing" })) ?? stored
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    if (error.retryable) return stored
    return (await fail(deps, stored, { error: error.code, reason: error.details.reason })) ?? stored
  }
}

async function fail(
  { records, held }: AdvanceDependencies,
  { record, version }: Stored,
  why: Pick<AttemptRecord, "error" | "reason">,
): Promise<Stored | undefined> {
  const failed = await records.save({ ...failedOf(record), ...why }, version)
  if (failed) await held.abandon(failed)
  return failed ?? (await records.load(record.id))
}
