import type { Connector } from "./connector.js"
import type { AuthMethod } from "./method.js"
import type { ConnectionRow } from "./store.js"

/** A secret that may be used now, and the row it was read from. */
export interface LiveSecret {
  readonly row: ConnectionRow
  readonly connector: Connector
  readonly method: AuthMethod
  readonly slot: string
  readonly secret: unknown
}

export interface LiveOptions {
  /** Default: the method's first slot. */
  readonly slot?: string
  /** Default 60 000. */
  readonly minValidMs?: number
  /** How long to wait for a refresh under way. Default 10 000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /**
   * The secret that the provider just refused. Renewed only if it is still the stored one and older than 60 s;
   * otherwise what is stored is answered, which may be the same: the caller then asks the connector's `check`.
   */
  readonly rejected?: LiveSecret
  /** Also while disconnecting: what was made for the connection is cleared away with its own credential. Never renews one then. */
  readonly clearingAway?: true
}

/** The one path to a secret: callers, the scheduler and replays of a refused call all take it. */
export interface Tokens {
  /**
   * A row that was read for this very call may be handed in instead of its id: one read is enough.
   * @throws HoldfastError `not_found` `connection_disabled` `reauth_required` `provider_unavailable` `rate_limited`
   * `store_unavailable` `credential_unreadable` `app_not_configured` `aborted`
   */
  live(connection: string | ConnectionRow, options?: LiveOptions): Promise<LiveSecret>
  /**
   * Records that the API refused a secret and that `check` agrees. What can be renewed is not dead by that alone; `outright` says that the
   * provider named the grant itself as gone.
   */
  refused(secret: LiveSecret, providerCode: string | undefined, outright?: boolean): Promise<void>
}
