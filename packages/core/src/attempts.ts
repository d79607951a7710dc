import type { ErrorCode } from "./errors.js"
import type { Owner } from "./owner.js"
import type { Step } from "./step.js"

/** What may be said when connecting. */
export interface ConnectOptions {
  /** Id of the method; the connector's first one unless told. */
  readonly method?: string
  /** What the method's fields ask for, such as `{ shop: "acme" }`. Missing ones are asked for in a form. */
  readonly values?: Readonly<Record<string, string>>
  /** Name of the connection. Default: the account's label. */
  readonly name?: string
  /** A name for code and workflows, unique in the tenant. */
  readonly alias?: string
  /** Default: the connector's. */
  readonly shared?: "tenant" | "user"
  /** Scopes instead of the method's own. */
  readonly scopes?: readonly string[]
  /** Where the browser goes at the end: a path on the origin of `url`, or an entry of `returnUrls`. */
  readonly returnTo?: string
  /** An entry of `redirectUris`, verbatim, instead of the default one. */
  readonly redirectUri?: string
}

/** An attempt just begun. */
export interface BegunAttempt extends AttemptView {
  /** Where to send the person: a page of ours that binds their browser and goes on to the first step. */
  readonly url: string
}

/** What may be known of an attempt. Public. */
export interface AttemptView {
  readonly id: string
  /** Id that it was begun under, where the person had to be sent to the provider once more. Both are good. */
  readonly begunAs?: string
  readonly connector: string
  readonly method: string
  /** `granted`: the provider has granted, and the grant waits to be claimed (`BeginRequest.claim`). */
  readonly status: "pending" | "exchanging" | "granted" | "connected" | "failed"
  readonly step: Step
  /** Why it failed. `reason` tells causes of one code apart, in snake_case: `invalid_hmac`. */
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly reason?: string }
  readonly connectionId?: string
  readonly returnTo?: string
  readonly expiresAt: number
}

/** Who comes back to an attempt: at least one of the two must be known, and each that is known must fit. */
export interface Visitor {
  /** The browser's long-lived id, as its cookie holds it; all of them, where pages that began at once gave it one each. */
  readonly browser?: string | readonly string[]
  /** Who the host application says is asking. */
  readonly owner?: Owner
}

export interface BeginRequest extends ConnectOptions {
  readonly connector: string
  /** The browser that asks. Absent: the bounce page binds one, or for a helper in process, `state` alone binds. */
  readonly browser?: string
  /** `state`: whoever brings the state back completes it (seed helper, in process). Default: "browser". */
  readonly binding?: "browser" | "state"
  /** Reconnects this connection; the account must be the same. */
  readonly reconnect?: string
  /**
   * What is granted waits, sealed, until it is claimed with a handle; a minute, then it is revoked. For applications that are handed a
   * `code`: `browser`, where a page of the browser that consented posts it; `owner`, where the owner's own server does, which no browser can.
   */
  readonly claim?: "browser" | "owner"
  /** Instead of the default redirect URI, where none is saved with the app or set in the environment. Not for what a request said. */
  readonly defaultRedirectUri?: string
}

/** Who claims what an attempt was granted. The owner must be the attempt's, and the browser where there is one. */
export interface Claimant {
  readonly connector: string
  readonly owner: Owner
  /**
   * Absent: a server claims, which only an attempt that was begun with `claim: "owner"` lets it. The handle then proves by itself that the
   * browser which consented came back: it was handed to no other (ruling X4).
   */
  readonly browser?: string | readonly string[]
  /** Where the page was handed the attempt's id beside the handle: they must belong together. */
  readonly attempt?: string
}

/** What came to a callback address. */
export interface Arrival {
  /** Value of `state` in the query. */
  readonly state: string
  /** The connector named in the path, where it is. */
  readonly connector?: string
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
}

/**
 * Conversations that connect an account. Stored, single-use, expiring; sealed at rest under a digest.
 * Every call may throw HoldfastError: `not_found` (no such attempt for this visitor), `attempt_expired`, `attempt_replayed`,
 * `attempt_interrupted`, `state_mismatch`, `access_denied`, `input_invalid`, `account_mismatch`, `app_not_configured`,
 * `redirect_uri_mismatch`, `too_many_attempts`, and what the method throws.
 */
export interface Attempts {
  begin(owner: Owner, request: BeginRequest): Promise<BegunAttempt>
  /** Binds a browser to an attempt begun without one, once: by the first of its ids. */
  bind(id: string, visitor: Visitor & Pick<Required<Visitor>, "browser">): Promise<AttemptView>
  /** Who asks, for the bounce page. */
  about(id: string): Promise<{
    readonly connector: string
    readonly tenantId: string
    readonly userId: string | undefined
    readonly bound: boolean
  }>
  view(id: string, visitor: Visitor): Promise<AttemptView>
  /** The answer of a form. */
  submit(id: string, visitor: Visitor, values: Readonly<Record<string, string>>): Promise<AttemptView>
  /** Asks a `qr` or `wait` step how it stands. */
  poll(id: string, visitor: Visitor): Promise<AttemptView>
  /** The provider's answer. The same callback again gets the first one's result, after the same checks. */
  callback(arrival: Arrival, visitor: Visitor): Promise<AttemptView>
  /**
   * A handle for what was granted: for the address of a page, where it is worth nothing without this browser and its owner. Lives a
   * minute. @throws HoldfastError `input_invalid` when nothing waits
   */
  handOut(id: string, visitor: Visitor): Promise<string>
  /**
   * Makes the connection that a handle stands for. The same handle again gets the first one's result; with another connector, browser or
   * owner it is `state_mismatch`, and not used up. `attempt_expired` after a minute.
   */
  claim(handle: string, claimant: Claimant): Promise<AttemptView>
  /** Gives an attempt up. Idempotent. */
  cancel(id: string, visitor: Visitor): Promise<void>
}
