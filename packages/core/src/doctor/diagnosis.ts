import type { ErrorMeaning } from "../connector.js"
import type { Actor, Reason } from "../status.js"
import type { Moment } from "./known-cause.js"

/**
 * `broken`: the connection, or a slot of it, cannot be used. `impaired`: it can, and something of it does not work, or will not for long.
 * `notice`: it mends itself, or one call failed and the connection is well.
 */
export type Severity = "broken" | "impaired" | "notice"

/** What is wrong, who must act, and what to do. Public: no secret, and nothing of what the provider wrote but its short code. */
export interface Diagnosis {
  /** snake_case: a general one of the table in docs/doctor.md, or one of the connector's own `causes`. */
  readonly cause: string
  /** `provider`: nobody here need do anything but wait. */
  readonly actor: Actor
  /** What happened, one sentence. */
  readonly text: string
  /** What to do. */
  readonly advice: string
  /** Where to do it: the provider's page; of a stored connection whose person must act and that has none, `connectUrl`. */
  readonly link?: string
  /**
   * What the provider's answer means here, where it is about one. `token_expired`: the token is renewed and the call made again first;
   * `reauth_required` and `grant_ended`: the grant is gone.
   */
  readonly code?: ErrorMeaning
  /** Why the connection is not well, where it is about its stored state. */
  readonly reason?: Reason
  readonly moment?: Moment
  /** Of a stored connection. */
  readonly severity?: Severity
  /** Of a stored connection whose person must act: where they reconnect. */
  readonly connectUrl?: string
  readonly missingScopes?: readonly string[]
  /** The operation whose last call failed; when it is about a call past operations, none. */
  readonly operation?: string
  /** When it happened, milliseconds since the epoch, where that is known. */
  readonly at?: number
  /** When it is tried again, milliseconds since the epoch. */
  readonly retryAt?: number
  readonly slot?: string
  /** The provider's own code, where it is a short one. */
  readonly providerCode?: string
  /** HTTP status the provider answered with. */
  readonly providerStatus?: number
}
