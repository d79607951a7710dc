import type { ErrorCode, ErrorDetails } from "../errors.js"
import { HoldfastError } from "../errors.js"
import { retryAfterOf } from "./classify.js"
import type { Answered, Ended } from "./exchange.js"

/** A provider's refusal as our error: our words, its short code, and never its text. */
export function failureError(
  ended: Ended<Answered>,
  options: { operation?: string | undefined; isStored: boolean; now: number },
): HoldfastError {
  const { answered, credential } = ended
  const { failure, answer } = answered
  const code = codeOf(ended, options.isStored)
  const retryAfterMs = retryAfterOf(credential.connector.errors, answer, options.now)
  const details: ErrorDetails = {
    connector: credential.connector.id,
    ...(credential.connectionId !== undefined && { connectionId: credential.connectionId }),
    ...(options.operation !== undefined && { operation: options.operation }),
    slot: credential.slot,
    ...(failure?.providerCode !== undefined && { providerCode: failure.providerCode }),
    providerStatus: answer.status,
    ...((code === "rate_limited" || code === "provider_unavailable") && retryAfterMs !== undefined && { retryAfterMs }),
    ...(ended.refused === "alive" && { reason: "token_is_valid" }),
  }
  const said = failure?.providerCode ? `${answer.status} ${failure.providerCode}` : `${answer.status}`
  return new HoldfastError(code, `${credential.connector.name} answered ${said}. ${advice[code] ?? ""}`.trim(), {
    details,
  })
}

function codeOf({ answered, refused }: Ended<Answered>, isStored: boolean): ErrorCode {
  const meaning = answered.failure?.meaning ?? "provider_rejected"
  if (meaning !== "token_expired" && meaning !== "grant_ended" && meaning !== "reauth_required") return meaning
  // Nothing is stored yet: what was just granted or typed is not good.
  if (!isStored) return "credential_invalid"
  // The token is good for `check`: this answer was about something else, such as a permission (ruling R14).
  if (refused === "alive") return "provider_rejected"
  return refused === "unknown" ? "provider_unavailable" : "reauth_required"
}

const advice: Partial<Record<ErrorCode, string>> = {
  reauth_required: "The connection needs to be authorised again.",
  credential_invalid: "Check the key or password.",
  scope_missing: "Reconnect and grant the missing permission.",
  rate_limited: "Wait before calling again.",
  resource_not_found: "Check the name or id.",
  provider_unavailable: "Try again later.",
}
