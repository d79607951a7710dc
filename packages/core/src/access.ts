import type { Owner } from "./owner.js"

/**
 * Ways for callers who have no session of the host's: tokens for a browser, minted by the backend for whoever is signed in, and API keys for
 * programs. Neither is ever an admin.
 */
export interface Access {
  /**
   * A signed token that says for some minutes who asks, for a page that calls the handler without cookies. Not stored, and not revocable:
   * it ends by itself.
   * @throws HoldfastError `config_invalid` for an owner that is none, `connector_unknown`, `input_invalid` for other options that cannot be
   * @see https://www.rfc-editor.org/rfc/rfc8725 JWT best current practices
   */
  browserToken(owner: Owner, options?: BrowserTokenOptions): Promise<string>
  /**
   * Who a browser's token speaks for. `origin` is that of the page that sent it.
   * @throws HoldfastError `unauthenticated`, whatever is wrong with it
   */
  readBrowserToken(token: string, from?: { readonly origin?: string | undefined }): Promise<BrowserAccess>
  /**
   * A key for programs. The answer is the only place it is ever seen: what is stored is its digest.
   * @throws HoldfastError `config_invalid` for an owner that is none, `input_invalid`
   */
  createKey(
    owner: Owner,
    options: {
      /** What people tell it by; 100 letters at most. */
      readonly name: string
      /** What it may do. Default: `connect`. */
      readonly scopes?: readonly ApiKeyScope[]
    },
  ): Promise<ApiKeyInfo & { readonly key: string }>
  /** The keys of an owner, newest first: of a user theirs, of an admin or an owner without a user all of the tenant. */
  listKeys(owner: Owner): Promise<readonly ApiKeyInfo[]>
  /** Ends a key at once. @throws HoldfastError `not_found`, also for one that {@link Access.listKeys} would not show */
  revokeKey(owner: Owner, id: string): Promise<void>
  /** Who a key speaks for. @throws HoldfastError `unauthenticated`, and `forbidden` where it lacks the scope */
  readKey(key: string, scope: ApiKeyScope): Promise<{ readonly id: string; readonly owner: Owner }>
  /** Which of the two a bearer token looks like, genuine or not. Undefined: it is none of ours. */
  kindOf(token: string): "browser" | "key" | undefined
}

export interface BrowserTokenOptions {
  /** Whole seconds from 1 on. Default 300, at most 600. */
  readonly expiresInSeconds?: number
  /** The connectors that it may connect and see. Default: all. */
  readonly connectors?: readonly string[]
  /** The one origin whose pages it is good for, such as `https://app.example.com`. Default: the origins that the handler lists. */
  readonly origin?: string
}

export interface BrowserAccess {
  readonly owner: Owner
  /** Undefined: all. */
  readonly connectors: readonly string[] | undefined
  /** The one origin that it is for, if it is for one. */
  readonly origin: string | undefined
}

/**
 * `connect`: begin, finish and give up attempts, rename and disconnect. `read`: see connectors and connections. `run`: test connections and
 * run operations.
 */
export type ApiKeyScope = "connect" | "read" | "run"

/** What may be known of a key. */
export interface ApiKeyInfo {
  /** `key_…` */
  readonly id: string
  readonly name: string
  /** The first letters of the key, to tell it from others. None of them are of its secret. */
  readonly prefix: string
  readonly scopes: readonly ApiKeyScope[]
  readonly tenantId: string
  readonly userId: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}
