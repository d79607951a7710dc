import type { Actor } from "../status.js"

/**
 * When a provider answered: while a connection was being made, while its token was being renewed, or when its API was called.
 */
export type Moment = "connecting" | "refreshing" | "calling"

/** What a connector knows of an error code of its provider beyond the general causes: who must act, and what to do. */
export interface KnownCause {
  /** The provider's short codes, as `errors.read` finds them in answers of the API, and the method in answers to it. */
  readonly codes: readonly string[]
  /** Default: at any. */
  readonly when?: readonly Moment[]
  /** snake_case: `testing_mode_expired`. */
  readonly cause: string
  readonly actor: Actor
  /** What happened, one sentence. */
  readonly text: string
  /** What to do. */
  readonly advice: string
  /** The provider's page about it. */
  readonly link?: string
}
