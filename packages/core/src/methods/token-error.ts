import { type ErrorDetails, HoldfastError } from "../errors.js"
import type { TokenAnswer } from "./token-answer.js"

const redirectCodes = new Set(["redirect_uri_mismatch", "invalid_redirect_uri", "bad_redirect_uri"])

/** Why a token request of somebody who is waiting brought nothing, as the error that says what to change. */
export function connectError(answer: Exclude<TokenAnswer, { is: "granted" }>, redirectUri?: string): HoldfastError {
  const details: ErrorDetails = {
    ...(answer.providerCode !== undefined && { providerCode: answer.providerCode }),
    ...("retryAfterMs" in answer && answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
    ...("status" in answer && answer.status !== undefined && { providerStatus: answer.status }),
  }
  if (answer.providerCode !== undefined && redirectCodes.has(answer.providerCode) && redirectUri !== undefined) {
    return new HoldfastError("redirect_uri_mismatch", `Register ${redirectUri} at the provider.`, {
      details: { ...details, redirectUri },
    })
  }
  switch (answer.is) {
    case "refused":
      return answer.by === "client"
        ? new HoldfastError(
            "config_invalid",
            "The provider refuses the app's client id or secret. Save the current ones.",
            { details },
          )
        : new HoldfastError("provider_rejected", "The provider refused the grant: it was used, or has expired.", {
            details,
          })
    case "later":
      return new HoldfastError(answer.status === undefined ? "provider_unavailable" : "rate_limited", undefined, {
        details,
      })
    case "unknown":
      if (answer.unreadable) return new HoldfastError("response_invalid", undefined, { details })
      return new HoldfastError(
        // It did answer, and not with a fault of its own.
        (answer.status ?? 500) < 500 ? "provider_rejected" : "provider_unavailable",
        undefined,
        { details },
      )
  }
}
