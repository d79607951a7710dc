import { HoldfastError, isHoldfastError } from "../errors.js"
import { isProvablyUnsent } from "../methods/unsent.js"

/** What is known of a request that brought no answer: surely never sent, or nothing. */
export type SendFailureReason = "unsent" | "no_answer"

/**
 * A rejected fetch, as `provider_unavailable` with `details.reason`: `unsent` where it is certain that nothing left, else `no_answer`.
 * Of the foreign error only its codes are kept: its text may hold the URL with its query.
 */
export function sendFailure(error: unknown, host: string): HoldfastError {
  if (isHoldfastError(error)) return error
  const reason: SendFailureReason = isProvablyUnsent(error) ? "unsent" : "no_answer"
  const cause = codesOnly(error)
  const code = firstCode(cause)
  const what = reason === "unsent" ? "could not be reached" : "gave no answer"
  return new HoldfastError("provider_unavailable", `${host} ${what}${code ? ` (${code})` : ""}.`, {
    details: { reason },
    ...(cause && { cause }),
  })
}

/** Whether it is certain that the request never left, so that repeating it repeats nothing. */
export function isUnsent(error: unknown): boolean {
  return isHoldfastError(error, "provider_unavailable") && error.details.reason === "unsent"
}

interface Codes {
  readonly code?: string
  readonly syscall?: string
  readonly cause?: Codes
  readonly errors?: readonly Codes[]
}

/** The skeleton of an error: the system's short codes, so that whoever needs to know can still tell what happened. */
function codesOnly(error: unknown, depth = 0): Codes | undefined {
  if (typeof error !== "object" || error === null || depth > 4) return undefined
  const { code, syscall, cause, errors } = error as Partial<Record<keyof Codes, unknown>>
  const inner = codesOnly(cause, depth + 1)
  const several = Array.isArray(errors) ? errors.slice(0, 16).map((each) => codesOnly(each, depth + 1) ?? {}) : []
  return {
    ...(isCode(code) && { code }),
    ...(isCode(syscall) && { syscall }),
    ...(inner && { cause: inner }),
    ...(several.length > 0 && { errors: several }),
  }
}

function firstCode(codes: Codes | undefined): string | undefined {
  return codes && (codes.code ?? firstCode(codes.cause) ?? firstCode(codes.errors?.[0]))
}

function isCode(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z][\w]{1,50}$/.test(value)
}
