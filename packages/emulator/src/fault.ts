/**
 * Something that goes wrong on demand. `before` means that the provider never did the work, `after` that it did (the
 * code is spent, the refresh token is rotated) and only the answer is damaged or lost.
 *
 * - `drop_before`, `drop_after`: the connection is reset; `fetch` rejects with a `TypeError` whose cause has the code
 *   `ECONNRESET`, and over loopback the socket is destroyed.
 * - `unreachable`: provably unsent; the cause has the code `ECONNREFUSED`. Over loopback it shows as a reset.
 * - `delay`: the answer is `ms` late. The work is done after the delay, unless `when` is `"after"`.
 * - `hang`: never answers, until the request is aborted. The work is done first when `when` is `"after"`.
 * - `status`: 429 with `retryAfterSeconds`, a 5xx, anything. Default `when` is `"before"`.
 * - `html`: a proxy's HTML page in place of the answer. Default status 502, default `when` is `"after"`.
 * - `truncated`: the real answer, cut in the middle of its body.
 * - `empty`: 204 (or `status`) and no body in place of the real answer.
 * - `token_answer`: only for token endpoints: the tokens are issued, the answer lacks or disguises a field.
 */
export type Fault =
  | { kind: "drop_before" }
  | { kind: "drop_after" }
  | { kind: "unreachable" }
  | { kind: "delay"; ms: number; when?: FaultMoment }
  | { kind: "hang"; when?: FaultMoment }
  | {
      kind: "status"
      status: number
      retryAfterSeconds?: number
      body?: unknown
      headers?: Record<string, string>
      when?: FaultMoment
    }
  | { kind: "html"; status?: number; when?: FaultMoment }
  | { kind: "truncated" }
  | { kind: "empty"; status?: number }
  | TokenAnswerFault

/** Whether the provider had done the work when the fault struck. */
export type FaultMoment = "before" | "after"

/** The tokens are issued as usual, but the answer says less, or says it differently. */
export interface TokenAnswerFault {
  kind: "token_answer"
  /** `"absent"` leaves `expires_in` out, `"string"` sends it as a string, a number replaces it. */
  expiresIn?: "absent" | "string" | number
  /** `"absent"` strips the refresh token: where it rotates, the old one is spent all the same. */
  refreshToken?: "absent"
  /** The scopes that the grant and the answer are cut down to. */
  scopes?: readonly string[]
}

/** A fault and where it strikes. */
export interface PlannedFault {
  /**
   * A route id (`"chat.postMessage"`), or a name that a route goes by: authorization servers answer to `authorize`,
   * `token`, `token.code`, `token.refresh`, `token.<grant_type>`, `revoke`, and to the same behind their id
   * (`"oauth.token.refresh"`). `"*"` is every request.
   */
  on: string
  fault: Fault
  /** How many requests it strikes. Default 1. `"always"` until `clear()`. */
  times?: number | "always"
  /** How many matching requests, not struck by another fault, pass unharmed first. Default 0. */
  skip?: number
}

/** The faults of one emulator. Each request is struck by the first planned fault that matches it. */
export interface Faults {
  /** Plans a fault for the next matching request(s). Faults on one name strike in the order they were planned. */
  next(planned: PlannedFault): void
  /** Forgets every planned fault. */
  clear(): void
  /** Faults that have not (fully) struck yet. */
  pending(): readonly PlannedFault[]
}
