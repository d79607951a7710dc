/**
 * Every way a call can fail, as a code that the caller can act on. Codes are public API.
 */
export type ErrorCode = keyof typeof errorTable

interface ErrorFacts {
  /** HTTP status with which the handler answers. */
  readonly status: number
  /** The fixed text a browser sees for this code: what happened and what to do, never a cause's words. */
  readonly text: string
  /** Whether the same call can succeed later with nothing changed. */
  readonly retryable?: true
}

/** One row a code: the HTTP status, the fixed public text, and whether trying again can help. */
export const errorTable = {
  config_invalid: { status: 500, text: "The integration is misconfigured." },
  app_not_configured: {
    status: 409,
    text: "OAuth configuration missing. Add the client id and secret for this service.",
  },
  unauthenticated: { status: 401, text: "Sign in first." },
  forbidden: { status: 403, text: "You are not allowed to do this." },
  not_found: { status: 404, text: "There is nothing here under this name or id, or it is not yours." },
  ambiguous_connection: { status: 409, text: "There are several connections of this kind. Name one." },
  input_invalid: { status: 400, text: "Some of the fields are missing or not valid." },
  attempt_expired: { status: 410, text: "This attempt to connect has expired. Start again." },
  attempt_replayed: { status: 409, text: "This attempt to connect was already used. Start again." },
  attempt_interrupted: { status: 409, text: "Connecting was interrupted. Start again." },
  state_mismatch: {
    status: 400,
    text: "This answer does not belong to an attempt started in this browser. Start again.",
  },
  access_denied: { status: 403, text: "Access was not granted at the provider." },
  redirect_uri_mismatch: { status: 400, text: "The redirect URI does not match the one that is registered." },
  account_mismatch: {
    status: 409,
    text: "This is another account than the one that was connected. Sign in with the same account.",
  },
  reauth_required: { status: 409, text: "The connection needs to be authorised again." },
  scope_missing: { status: 403, text: "The connection lacks a permission that this needs." },
  rate_limited: { status: 429, text: "Too many requests. Try again later.", retryable: true },
  provider_unavailable: {
    status: 503,
    text: "The provider cannot be reached right now. Try again later.",
    retryable: true,
  },
  provider_rejected: { status: 502, text: "The provider refused the request." },
  response_invalid: { status: 502, text: "The provider answered in a way that could not be understood." },
  host_forbidden: { status: 403, text: "This address is not allowed." },
  webhook_unverified: { status: 401, text: "The signature of this delivery is not valid." },
  credential_unreadable: { status: 500, text: "The stored credential cannot be opened with the configured keys." },
  credential_invalid: { status: 422, text: "The provider did not accept this key or password." },
  store_conflict: { status: 409, text: "Something else changed this at the same time. Try again.", retryable: true },
  store_unavailable: {
    status: 503,
    text: "The database cannot be reached right now. Try again later.",
    retryable: true,
  },
  connector_unknown: { status: 404, text: "There is no such connector." },
  operation_unknown: { status: 404, text: "The connector has no such operation." },
  resource_not_found: { status: 404, text: "The provider has nothing under this name or id." },
  refresh_token_missing: {
    status: 409,
    text: "The provider gave no refresh token. Authorise again with full consent.",
  },
  too_many_attempts: { status: 429, text: "Too many tries. Wait a while and start again.", retryable: true },
  payload_too_large: { status: 413, text: "The request is too large." },
  connection_disabled: { status: 409, text: "The connection is switched off." },
  unexpected: { status: 500, text: "Something went wrong. Try again." },
  route_unknown: { status: 404, text: "There is nothing at this address." },
  method_not_allowed: { status: 405, text: "This address does not take this method." },
  aborted: { status: 499, text: "The call was cancelled." },
} as const satisfies Record<string, ErrorFacts>

/** What an error tells beside its code: ids, numbers and short codes; never a secret, a body or a header. */
export interface ErrorDetails {
  connector?: string
  connectionId?: string
  operation?: string
  slot?: string
  /** The provider's own short code, such as `channel_not_found`. */
  providerCode?: string
  /** HTTP status the provider answered with. */
  providerStatus?: number
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number
  missingScopes?: readonly string[]
  /** Names of the fields that were missing or wrong. */
  fields?: readonly string[]
  /** Names to choose from, where several connections match; ids of targets, or names of operations, where one is unknown. */
  choices?: readonly string[]
  /** Where a person can connect or reconnect. */
  connectUrl?: string
  /** The exact redirect URI to register at the provider. */
  redirectUri?: string
  /** A short reason in snake_case, such as `rotation_lost`. */
  reason?: string
}

const brand = Symbol.for("holdfast.error")

/**
 * The one error class of Holdfast. Its `message` is for the operator and says what to change;
 * `publicText` is what a browser may see. Use {@link isHoldfastError}, since copies of the package may be duplicated.
 */
export class HoldfastError extends Error {
  override readonly name = "HoldfastError"
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly [brand] = true

  constructor(code: ErrorCode, message?: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message ?? errorTable[code].text, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = Object.freeze({ ...options.details })
  }

  /** Whether the same call can succeed later with nothing changed. */
  get retryable(): boolean {
    return "retryable" in errorTable[this.code]
  }

  /** HTTP status with which the handler answers. */
  get status(): number {
    return errorTable[this.code].status
  }

  /** The fixed text for this code, safe to show to anybody. */
  get publicText(): string {
    return errorTable[this.code].text
  }
}

/**
 * Whether `value` is a {@link HoldfastError}, also when it comes from another copy of this package.
 * With `code`, whether it carries that code.
 */
export function isHoldfastError(value: unknown, code?: ErrorCode): value is HoldfastError {
  const is = typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true
  return is && (code === undefined || (value as HoldfastError).code === code)
}
