import type { Account } from "./account.js"
import type { Guard } from "./guard.js"
import type { Logger } from "./logger.js"
import type { Owner } from "./owner.js"
import type { Clock } from "./runtime.js"

/** An app registration with the fields that its connector describes. Its identity is vendor + client id. */
export interface App {
  /** `vendor:clientId`. */
  readonly id: string
  readonly clientId: string
  /** Every field of the registration, secrets among them. */
  readonly fields: Readonly<Record<string, string>>
  /** Whether a tenant saved it for itself. */
  readonly tenantId: string | null
  readonly redirectUri?: string
}

/** What a connector's functions are given. Nothing here outlives the call. */
export interface Context<State = unknown> {
  readonly owner: Owner
  /** Absent for methods that need none. */
  readonly app?: App
  readonly account?: Account
  readonly connection?: { readonly id: string; readonly name: string }
  readonly attempt?: {
    readonly id: string
    readonly state: State | undefined
    /** The address that the provider answers to, with `state` in its query. */
    readonly callbackUrl: string
    /** The redirect URI as registered, verbatim in authorization and token requests. */
    readonly redirectUri: string
    /** The value of `state` that comes back. */
    readonly stateParameter: string
    /** Ask for consent even if the provider would skip it: no refresh token is stored. */
    readonly forceConsent: boolean
    readonly scopes: readonly string[] | undefined
    readonly input: Readonly<Record<string, string>>
  }
  readonly slot?: string
  /**
   * While reconnecting: the secret that is stored, for providers that mend a grant instead of making another.
   * Absent on a first connection; answers undefined where nothing can be opened.
   */
  stored?(slot: string): Promise<unknown>
  /**
   * Sends without any credential and never follows redirects. Rejects only when nothing is known of the outcome. Where a person or a
   * provider chose the host, say so: the guard then decides, and throws `host_forbidden` before anything is sent.
   */
  fetch(request: Request, options?: { readonly hostIsChosen?: boolean }): Promise<Response>
  readonly guard: Guard
  readonly clock: Clock
  random(byteLength: number): Uint8Array
  /** SHA-256 of the UTF-8 text, base64url. */
  digest(text: string): Promise<string>
  /** A fingerprint of `text` that only this installation can compute, for keys that name no account. */
  fingerprint(text: string): Promise<string>
  readonly log: Logger
}
