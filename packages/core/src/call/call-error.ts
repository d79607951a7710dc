import { type ErrorCode, isHoldfastError } from "../errors.js"
import type { Failure } from "./classify.js"

/** How the last call of an operation failed at the provider. No secret, and nothing of what the provider wrote but its short code. */
export interface CallError {
  readonly code: ErrorCode
  readonly providerCode?: string
  readonly providerStatus?: number
}

/** What a call's error says of the provider; undefined where the provider was not asked, or had nothing to do with it. */
export function callErrorOf(error: unknown): CallError | undefined {
  if (!isHoldfastError(error)) return undefined
  const { code, details } = error
  const { providerCode, providerStatus, reason } = details
  // What the engine says of a stored credential stands in the connection's state already.
  if (providerStatus === undefined && reason !== "no_answer" && reason !== "unsent") return undefined
  return told(code, providerCode, providerStatus)
}

/** The same of a raw answer, which was handed on as it is. */
export function callErrorOfAnswer({ meaning, providerCode }: Failure, status: number): CallError {
  const isOfToken = meaning === "token_expired" || meaning === "grant_ended"
  return told(isOfToken ? "reauth_required" : meaning, providerCode, status)
}

function told(code: ErrorCode, providerCode: string | undefined, providerStatus: number | undefined): CallError {
  return {
    code,
    ...(providerCode !== undefined && { providerCode }),
    ...(providerStatus !== undefined && { providerStatus }),
  }
}
