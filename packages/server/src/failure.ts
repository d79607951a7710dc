import { type ErrorCode, type ErrorDetails, errorTable, isHoldfastError } from "@holdfast/core"

/** What a caller may learn of an error: its code, our fixed text for it, and harmless details. */
export interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly details: Readonly<Partial<ErrorDetails>>
}

// Ids of rows, slots and statuses of the provider are the operator's; these are what a person or a page can act on.
const shown = [
  "fields",
  "retryAfterMs",
  "connectUrl",
  "choices",
  "missingScopes",
  "providerCode",
  "redirectUri",
] as const satisfies readonly (keyof ErrorDetails)[]

/** What may be said of an error; nothing of what it says itself. */
export function toFailure(error: unknown): Failure {
  // A bug, or what the host threw: its words stay with the operator.
  if (!isHoldfastError(error)) return failureOf("unexpected")
  const { code, status, publicText, details } = error
  const safe = Object.fromEntries(
    shown.filter((name) => details[name] !== undefined).map((name) => [name, details[name]]),
  ) as Partial<ErrorDetails>
  // A provider's code is outside input: a short word, or nothing.
  if (safe.providerCode !== undefined && !/^[\w.:-]{1,64}$/.test(safe.providerCode)) delete safe.providerCode
  return { status, code, message: publicText, details: safe }
}

/** The failure that belongs to a code, for pages that know nothing else. */
export function failureOf(code: string): Failure {
  const known: ErrorCode = Object.hasOwn(errorTable, code) ? (code as ErrorCode) : "unexpected"
  const { status, text } = errorTable[known]
  return { status, code: known, message: text, details: {} }
}

/** The JSON answer: `{ error, message }`, with `details` where there are any. */
export function failureJson(failure: Failure): Response {
  const { status, code, message, details } = failure
  const body = { error: code, message, ...(Object.keys(details).length > 0 && { details }) }
  return Response.json(body, { status, headers: retryAfter(failure) })
}

/** `Retry-After` in whole seconds, where the error says when to try again. */
export function retryAfter({ details }: Failure): Record<string, string> {
  return details.retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(details.retryAfterMs / 1000)) }
}
