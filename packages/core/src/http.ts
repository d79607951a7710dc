import type { ZodType } from "zod"

/** Values for the holes of a path template and the query. `undefined` leaves a query parameter out. */
export type HttpValue = string | number | boolean | undefined

/** One request to a provider's API, as data. */
export interface HttpOptions<Out = unknown> {
  /** Values of the template's `{holes}`; each is encoded, and `.` and `..` are refused. */
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, HttpValue | readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, HttpValue>>
  readonly body?: string | Uint8Array
  /** Checks and types the answer. Without it the answer is `unknown`. */
  readonly output?: ZodType<Out>
  /** Which slot's credential goes on it. Default: the method's first. */
  readonly as?: string
  readonly signal?: AbortSignal
  /** Default 30 000. */
  readonly timeoutMs?: number
  /** Whether it may be sent again after an answer was lost. Default: GET, HEAD, PUT and DELETE. */
  readonly idempotent?: boolean
  /** Is shown the headers of a good answer, for what stands nowhere else: links to the next page, totals. */
  onHeaders?(headers: Headers): void
}

/**
 * Calls to the provider's API with the credential attached, refreshed and rate limits respected. `path` is a template below the
 * connector's base URL (`/spreadsheets/{id}`), or an absolute URL of one of the connector's hosts for this account.
 * Answers the parsed JSON; undefined for an empty answer.
 * @throws HoldfastError with a code for what the provider said: `reauth_required` `scope_missing` `rate_limited` `resource_not_found`
 * `provider_rejected` `provider_unavailable` `response_invalid` `host_forbidden` `aborted`
 */
export interface Http {
  get<Out = unknown>(path: string, options?: HttpOptions<Out>): Promise<Out>
  post<Out = unknown>(path: string, options?: HttpOptions<Out>): Promise<Out>
  put<Out = unknown>(path: string, options?: HttpOptions<Out>): Promise<Out>
  patch<Out = unknown>(path: string, options?: HttpOptions<Out>): Promise<Out>
  delete<Out = unknown>(path: string, options?: HttpOptions<Out>): Promise<Out>
  /** The raw answer, for what is not JSON. Never redirected across origins; not checked for errors. */
  fetch(request: Request | string | URL, init?: RequestInit & { as?: string }): Promise<Response>
}
