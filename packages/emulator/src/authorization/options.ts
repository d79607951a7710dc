import type { Call } from "../contract.js"
import type { EmulatedAccount, EmulatedClient, EmulatedGrant, OAuthRefusal, TokenAnswer } from "./model.js"

/**
 * An OAuth 2.0 authorization server as one provider runs it. Defaults are what RFC 6749 and RFC 9700 say; every
 * departure of the provider is an option.
 *
 * Endpoints are public URLs; their origin may be a pattern and their path a template
 * (`"https://*.myshopify.com/admin/oauth/access_token"`).
 */
export interface AuthorizationServerOptions<Data = unknown> {
  /** Names it among several of one provider. Default `"oauth"`. */
  id?: string
  authorizationEndpoint?: string
  tokenEndpoint: string
  /** Where refreshes go, when not to the token endpoint. */
  refreshEndpoint?: string
  revocation?: RevocationOptions
  /** RFC 9207: sent as `iss` in the callback. */
  issuer?: string

  clients: readonly EmulatedClient[]
  /** At least one, when there is an authorization endpoint; several make the consent page show a picker. */
  accounts: readonly EmulatedAccount<Data>[]

  /** `"basic"`: Authorization header only; `"post"`: in the body only; `"none"`: public clients. Default `"either"`. */
  clientAuthentication?: "basic" | "post" | "either" | "none"
  /**
   * What a token or revocation request shows of its client, where the provider reads it elsewhere than in a Basic header or in the body's
   * `client_id` and `client_secret`: a bearer key that names its client by itself. Undefined: as `clientAuthentication` says.
   */
  shownCredentials?(
    call: Call,
    parameters: Readonly<Record<string, string>>,
  ): { clientId: string; clientSecret: string } | undefined
  /** Default `"form"`. Anything else is refused, as `content_type`. */
  tokenRequestFormat?: "form" | "json" | "either"
  /** S256 only. `"none"` ignores the parameters. Default `"required"`. */
  pkce?: "required" | "optional" | "none"
  /** Whether `response_type=code` must be sent. Default true. */
  responseTypeRequired?: boolean
  /** Whether token requests must name their `grant_type`. Where not, one without it trades a code. Default true. */
  grantTypeRequired?: boolean
  /** Whether `state` must be sent. Default false. */
  stateRequired?: boolean
  /** `"required"`: RFC 6749 4.1.3; `"optional"`: compared when sent. Default `"required"`. */
  redirectUriAtToken?: "required" | "optional"
  /** Whether token requests may carry their parameters in the query as well. Default false. */
  tokenParametersInQuery?: boolean
  /** Parameters beyond the standard ones that authorize and token requests may have; when set, others are refused. */
  extraParameters?: readonly string[]

  /** Scopes that exist; others are refused. Default: any. */
  scopes?: readonly string[]
  /** Default `" "`. */
  scopeSeparator?: " " | ","
  /** Whether the person may untick scopes. Default false. */
  partialConsent?: boolean
  /** Scopes of a request that names none. Default: refused when `scopes` is set and this is not, else none. */
  defaultScopes?: readonly string[]

  /** How long a code lives. Default 60. */
  codeSeconds?: number
  /** Default 3600. */
  accessTokenSeconds?: number | "never"
  /** Default `"none"`. */
  refreshToken?: RefreshTokenOptions | "none"
  /** Overrides lifetimes for one token, from the client, the request or the slot. */
  policy?(context: PolicyContext<Data>): TokenPolicy
  /** Consenting again as the same account: do the earlier grants of the client live on? Default `"keeps"`. */
  reconsent?: "keeps" | "kills"
  /** Codes and tokens work only at the origin where consent was given (one tenant, one origin). Default false. */
  boundToOrigin?: boolean
  /** Token lines of a grant, each with its own access and refresh token. Default `[{ id: "main" }]`. */
  slots?(grant: EmulatedGrant<Data>): readonly TokenSlot[]
  /** Grant types beyond code and refresh: `client_credentials`, `account_credentials`, a JWT bearer … */
  grantTypes?: Readonly<Record<string, ExtraGrantType<Data>>>

  /** Shape of new token values. Default: 40 letters and digits. */
  tokenValue?(context: TokenValueContext<Data>): string
  /** Further parameters of the callback, such as an HMAC; it sees those that are already there. */
  callbackParameters?(context: CallbackContext<Data>): Record<string, string> | Promise<Record<string, string>>
  /** Which accounts may consent to this request. Default: all. */
  accountsFor?(parameters: Readonly<Record<string, string>>, call: Call): readonly EmulatedAccount<Data>[]
  /** A check of the provider's own on a valid authorization request; refusals go back to the app. */
  checkAuthorize?(context: {
    call: Call
    client: EmulatedClient
    parameters: Readonly<Record<string, string>>
  }): CustomRefusal | undefined
  /** A check of the provider's own on a valid token request (a header, a region). */
  checkToken?(context: {
    call: Call
    client: EmulatedClient
    parameters: Readonly<Record<string, string>>
    grant?: EmulatedGrant<Data>
  }): CustomRefusal | undefined
  /** Default: {@link standardTokenBody} as JSON with `no-store`. */
  tokenResponse?(answer: TokenAnswer<Data>, call: Call): Response | Promise<Response>
  /** Token and revocation endpoint errors. Default: RFC 6749 5.2. */
  errorResponse?(refusal: OAuthRefusal, call: Call): Response
}

/** What a refresh token is good for. */
export interface RefreshTokenOptions {
  /** Is a refresh token spent by using it? */
  rotation: "single-use" | "reusable"
  /**
   * What showing a spent one does: it may be good for a while yet, or `"revokes-family"`: every token of the slot dies.
   * `"refused"`: `invalid_grant`, nothing else. Default `"revokes-family"`. Inside a window it issues another pair, and
   * pairs issued before live on.
   */
  reuse?: ReuseWindow | "revokes-family" | "refused"
  /** Dies when not used for so many days. */
  idleDays?: number
  /** Dies so many days after it was issued. */
  maxDays?: number
  /** A refresh kills the access tokens before it. Default false. */
  invalidatesAccessToken?: boolean
  /** Only the first consent of an account gives one, later ones only with `prompt=consent`. Default false. */
  onlyOnConsent?: boolean
  /** So many live ones for each client and account; one more kills the oldest. */
  perAccountLimit?: number
}

/** While all that is said here holds, a spent refresh token still works. */
export interface ReuseWindow {
  /** So long after it was first used. */
  seconds?: number
  /** Until its replacement, the refresh or the access token, is used. */
  untilUsed?: boolean
  /** What showing it later does. Default `"refused"`. */
  after?: "refused" | "revokes-family"
}

/** One token line of a grant. */
export interface TokenSlot {
  id: string
  /** Default: those of the grant. */
  scopes?: readonly string[]
}

/** The revocation endpoint (RFC 7009), and how the provider departs from it. */
export interface RevocationOptions {
  endpoint: string
  /** What one call takes away. Default `"token"` (an access token alone, a refresh token with its access tokens). */
  revokes?: "token" | "grant" | "account"
  /** Default true. */
  clientAuthentication?: boolean
  /** RFC 7009 says 200; some say 400 `invalid_token`. Default 200. */
  unknownToken?: 200 | 400
  /** Also read `token` from the query. Default false. */
  tokenInQuery?: boolean
  /** Default: 200 and no body. */
  response?(call: Call): Response
}

/** Lifetimes of one token; what is absent is as the server says. */
export interface TokenPolicy {
  accessTokenSeconds?: number | "never"
  refreshToken?: RefreshTokenOptions | "none"
}

/** What lifetimes may depend on. */
export interface PolicyContext<Data> {
  grantType: string
  grant: EmulatedGrant<Data>
  client: EmulatedClient
  slot: string
  /** Parameters of the token request. */
  parameters: Readonly<Record<string, string>>
}

/** What a token value may be made from. */
export interface TokenValueContext<Data> {
  kind: "access" | "refresh" | "code"
  grant: EmulatedGrant<Data>
  slot: string
  /** A fresh random string to build on. */
  random: string
}

/** What the parameters of a callback may depend on. */
export interface CallbackContext<Data> {
  outcome: "granted" | "denied"
  /** Absent when consent was refused. */
  grant?: EmulatedGrant<Data>
  client: EmulatedClient
  /** Parameters of the authorization request. */
  request: Readonly<Record<string, string>>
  /** Parameters of the callback so far. */
  callback: Readonly<Record<string, string>>
  /** Public URL of the authorization request. */
  url: URL
}

/** Checks the request of a further grant type and says who the tokens are for. Runs after client authentication. */
export type ExtraGrantType<Data> = (context: {
  call: Call
  client: EmulatedClient
  parameters: Readonly<Record<string, string>>
}) => { account: EmulatedAccount<Data>; scopes: readonly string[] } | CustomRefusal

/** A refusal of the provider's own. */
export interface CustomRefusal {
  error: string
  description?: string
  /** Default 400. */
  status?: number
}
