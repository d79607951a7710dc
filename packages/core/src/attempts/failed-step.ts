import { HoldfastError, isHoldfastError } from "../errors.js"
import type { Input } from "../step.js"
import type { AdvanceDependencies } from "./attempt-dependencies.js"
import { type AttemptRecord, failedOf, type Stored } from "./attempt-record.js"

/** An attempt after a step, with what made it fail. */
export interface Advanced extends Stored {
  readonly failure?: HoldfastError
}

/** A failed form is shown again with what was wrong; everything else ends the attempt, and says why. */
export async function afterFailure(
  deps: AdvanceDependencies,
  stored: Stored,
  input: Input,
  thrown: unknown,
): Promise<Advanced> {
  const { record } = stored
  const failure = isHoldfastError(thrown) ? thrown : withoutName(deps, record, thrown)
  const form = input.from === "callback" || input.from === "poll" ? undefined : await formAgain(deps, record, failure)
  if (form) {
    const saved = await deps.records.save(
      { ...record, status: "pending", exchangingSince: null, step: form },
      stored.version,
    )
    if (saved) return saved
  }
  deps.engine.log.warn("an attempt to connect failed", {
    connector: record.connector,
    attemptId: record.id,
    code: failure.code,
    reason: failure.details.reason,
    providerCode: failure.details.providerCode,
  })
  const { code, details } = failure
  const failed: AttemptRecord = { ...failedOf(record), error: code, reason: details.reason }
  const saved = await deps.records.save(failed, stored.version)
  if (saved) await deps.held.abandon(saved)
  return { ...(saved ?? { record: failed, version: stored.version }), failure }
}

/** What a method or connector threw that is no error of ours. Its words may hold anything: the log, which takes secrets out, has them. */
function withoutName({ engine }: AdvanceDependencies, { connector }: AttemptRecord, thrown: unknown): HoldfastError {
  engine.log.error(`connecting ${connector} threw`, { error: thrown })
  return new HoldfastError("provider_unavailable", "Connecting failed in a way that has no name; the log has it.", {
    details: { connector },
  })
}

const correctable = new Set([
  "input_invalid",
  "credential_invalid",
  "reauth_required",
  "provider_rejected",
  "scope_missing",
  "resource_not_found",
  "host_forbidden",
  "provider_unavailable",
  "rate_limited",
  "response_invalid",
])

async function formAgain(deps: AdvanceDependencies, record: AttemptRecord, failure: HoldfastError) {
  // Past its first form a conversation shows its own.
  if (!correctable.has(failure.code) || record.state !== undefined) return undefined
  const { connector, method } = deps.methodOfAttempt(record)
  if (method.fields.length === 0) return undefined
  const [field] = failure.details.fields ?? []
  const code = failure.code === "reauth_required" ? "credential_invalid" : failure.code
  const { retryAfterMs } = failure.details
  const error = { code, ...(field !== undefined && { field }), ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return { kind: "form", id: method.id, title: connector.name, fields: method.fields, error } as const
}
