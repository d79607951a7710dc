import type { ZodType } from "zod"
import type { Context } from "../context.js"
import type { GrantPolicy } from "../method.js"
import type { Field, Input } from "../step.js"
import type { Choice } from "./choice.js"

/** The secret of a slot filled by OAuth 2.0. */
export interface TokenSet {
  readonly accessToken: string
  readonly refreshToken?: string
  /** As the provider wrote it; sent back only where a provider needs its own spelling. */
  readonly tokenType?: string
  /** A refresh has replaced this grant's refresh token: showing one is taken to spend it, though nothing was declared. */
  readonly replaced?: true
}

/** A token answer as JSON, before it is read. */
export type TokenBody = Readonly<Record<string, unknown>>

/**
 * How a provider departs from plain OAuth 2.0, as data. Every field has the standard's value as its default.
 * Endpoints may hold `{placeholders}` of what the person typed or of `account.data`.
 */
export interface OAuth2Options {
  /** Default: "oauth". */
  readonly id?: string
  /** Default: "Connect with OAuth". */
  readonly label?: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** Where refreshes go if not to `tokenEndpoint`. */
  readonly refreshEndpoint?: string
  /** RFC 7009. For another convention give `revoke`. */
  readonly revocationEndpoint?: string
  /** The issuer, where the provider sends `iss` in the callback (RFC 9207) or id tokens. */
  readonly issuer?: string
  /** Other spellings of the issuer that its id tokens carry, where the provider documents them. The callback's `iss` is compared with `issuer` alone. */
  readonly issuerAliases?: readonly string[]
  /** Whether an answer without `iss` is refused: the provider always sends it (RFC 9207 section 2.4). Default: false, and a wrong one is refused all the same. */
  readonly requiresIss?: boolean

  /** Scopes asked for when the caller names none. By slot where slots ask in parameters of their own. */
  readonly scopes: readonly string[]
  /** Those of `scopes` that are asked for even where the caller names others: what `identify` needs. Default: none. */
  readonly alwaysScopes?: readonly string[]
  /** Default: " ". */
  readonly scopeSeparator?: string
  /**
   * The provider adds a new consent to the old one (`include_granted_scopes`, given as an authorization parameter): where scopes are
   * missing only those are asked for. Default: the new one replaces the old, and what was granted is asked for again beside them.
   */
  readonly scopesAddUp?: true
  /**
   * Slots beyond `main`, each with the parameter that asks for its scopes and its default scopes. One that asks by `scope` stands instead of `main`.
   * `{ bot: { parameter: "scope", scopes: [...] }, user: { parameter: "user_scope", scopes: [] } }`
   */
  readonly slots?: Readonly<Record<string, { readonly parameter: string; readonly scopes: readonly string[] }>>
  /** Default: "S256". */
  readonly pkce?: "S256" | "none"
  /** Default: "post". An app without a client secret is a public client, and authenticates by its id alone. */
  readonly clientAuthentication?: "basic" | "post" | "none"
  /** Default: "form". */
  readonly tokenRequestFormat?: "form" | "json"
  /** Headers on token requests. */
  readonly tokenRequestHeaders?: Readonly<Record<string, string>>
  /** Added to the authorization request: `{ access_type: "offline" }`. Values may hold `{placeholders}`, here and below, and `{clientId}`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** Added to the authorization request when a refresh token must come: `{ prompt: "consent" }`. */
  readonly consentParameters?: Readonly<Record<string, string>>
  /** Added to the code exchange: `{ expiring: "1" }`. */
  readonly tokenParameters?: Readonly<Record<string, string>>
  /** Added to refresh requests. */
  readonly refreshParameters?: Readonly<Record<string, string>>

  /** What must be known before leaving for the provider, such as the shop. */
  readonly fields?: readonly Field[]
  readonly input?: ZodType<Record<string, string>>
  /** Whether those placeholders choose the host. Default: true when an endpoint's host has one. */
  readonly hostIsChosen?: boolean
  /** Proves a callback beyond `state` and `iss`, over its raw URL. Throws `state_mismatch` or `access_denied`. */
  verifyCallback?(context: Context, input: Extract<Input, { from: "callback" }>): void | Promise<void>
  /**
   * Values for `{placeholders}` that only the callback brings, such as the data centre that holds the account. The browser carries them, and
   * the app's secret goes where they say: check each against the provider's own list, and throw `state_mismatch` for any other.
   * Refreshes read the same names from `account.data`.
   */
  callbackValues?(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  /** Codes of the callback's `error` that mean the person said no, beside `access_denied`. */
  readonly deniedErrors?: readonly string[]

  /** Cuts a token answer into slots. Default: the whole answer is the first slot. Slots left out were not granted (or not renewed). */
  tokens?(body: TokenBody): Readonly<Record<string, TokenBody>>
  /** The error code in an answer of any status; undefined where it is a success. Default: `error` of the body when the status is not 2xx. */
  errorCode?(answer: { status: number; body: unknown }): string | undefined
  /** Codes that say the grant is gone. Default: `invalid_grant`. These are added to it. */
  readonly grantErrors?: readonly string[]
  /** Codes that say the app's id or secret is wrong. Default: `invalid_client`, `unauthorized_client`. These are added to them. */
  readonly clientErrors?: readonly string[]
  /** Codes that say: not now. Default: `temporarily_unavailable`, `slow_down`, and status 429. Only for answers that prove nothing was spent. */
  readonly laterErrors?: readonly string[]
  /** Reads expiry where it is not `expires_in`: seconds from now. */
  expiresInSeconds?(body: TokenBody): number | "never" | undefined
  /** Life of the refresh token in seconds, where the answer tells. Default: `refresh_token_expires_in`. */
  refreshExpiresInSeconds?(body: TokenBody): number | undefined
  /** Scopes granted. Default: `scope` of the body, split at blanks and commas. */
  granted?(body: TokenBody): readonly string[] | undefined
  /** What a refresh answer changes about the account, such as the API host. */
  account?(body: TokenBody): { readonly data?: Readonly<Record<string, string>> } | undefined
  /** Refresh grant in a shape of the provider's own. Return the request to send instead of the standard one. */
  refreshRequest?(context: Context, secret: TokenSet, slot: string): Request | Promise<Request>
  /**
   * Which token a revocation takes. Default: the refresh token where there is one. Where it is the access token alone, one that has ended
   * (as it says itself, or as `expiredErrors` say) leaves the refresh token alive: that is then spent for a last access token to revoke.
   */
  readonly revocationToken?: "access_token"
  /** Codes with which a revocation refuses an access token that has ended by itself. */
  readonly expiredErrors?: readonly string[]
  /** Ends the grant where it is not RFC 7009. Return the request to send; a 2xx without an error code means done. */
  revokeRequest?(context: Context, secret: TokenSet, slot: string): Request | Promise<Request>
  /** Puts the token on a request. Default: `Authorization: Bearer`. */
  authorize?(request: Request, token: string, context: Context): void
  /** Asks the person for one of several places (a tenant, a site) after the tokens have come. */
  readonly choose?: Choice

  /**
   * What the provider's documentation says. A `rotation` that is left out is "reusable" until a refresh shows another refresh token; one that
   * is written here is believed. Defaults: rotation "reusable", reuse "revokes-family", reconsent "keeps", revokes "token", accessTokenSeconds "unknown", expectsRefreshToken = rotation is not "none".
   */
  readonly policy?: Partial<GrantPolicy>
}
