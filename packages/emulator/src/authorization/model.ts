/** Somebody who can consent: a user, a workspace, a shop. `Data` is what the provider's API needs to know of it. */
export interface EmulatedAccount<Data = unknown> {
  /** The provider's immutable id. */
  id: string
  /** What the consent page shows. */
  label: string
  data: Data
}

/** A client registration at the provider. */
export interface EmulatedClient {
  clientId: string
  /** Absent for public clients. */
  clientSecret?: string
  /** Compared exactly, as strings. */
  redirectUris: readonly string[]
  /** What the consent page calls the app. Default: the client id. */
  name?: string
  /** Scopes that the app may ask for. Default: whatever the server supports. */
  scopes?: readonly string[]
}

/** One consent of one account to one client, and the tokens that came of it. Never shows a token. */
export interface EmulatedGrant<Data = unknown> {
  readonly id: string
  readonly clientId: string
  readonly account: EmulatedAccount<Data>
  /** Scopes that were granted under the `scope` parameter. */
  readonly scopes: readonly string[]
  /** Parameters of the authorization request (or the token request, where there was none), less the secret ones and `state`. */
  readonly parameters: Readonly<Record<string, string>>
  /** The public origin where consent was given. */
  readonly origin: string
  /** `"authorization_code"`, `"client_credentials"`, … */
  readonly madeBy: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Absent while it lives. */
  readonly revokedAt?: number
  readonly revokedBecause?: RevocationReason
  /** Slots of its tokens: `["main"]`, or `["bot", "user"]`. */
  readonly slots: readonly string[]
  /** How many access and refresh tokens of it still work. */
  readonly live: { readonly accessTokens: number; readonly refreshTokens: number }
}

/** Why a grant or its tokens stopped working. */
export type RevocationReason =
  | "revoked_by_client"
  | "revoked_by_user"
  | "code_reused"
  | "refresh_token_reused"
  | "superseded_by_reconsent"
  | "grant_limit"

/** Tokens as issued for one slot. */
export interface IssuedTokens {
  slot: string
  accessToken: string
  /** Seconds; `undefined` when the token never expires. A string or another number under a `token_answer` fault. */
  expiresIn: number | string | undefined
  /** Absent when the provider gives none this time. */
  refreshToken: string | undefined
  /** Seconds that the refresh token lives, when it is limited. */
  refreshTokenExpiresIn: number | undefined
  scopes: readonly string[]
  /** `scopes`, joined by the server's separator. */
  scope: string
}

/** What a token endpoint is about to say. */
export interface TokenAnswer<Data = unknown> {
  /** `"authorization_code"`, `"refresh_token"`, … */
  grantType: string
  grant: EmulatedGrant<Data>
  account: EmulatedAccount<Data>
  client: EmulatedClient
  /** All slots issued now: every slot at the code exchange, the refreshed one at a refresh. */
  tokens: readonly IssuedTokens[]
  /** The first of `tokens`. */
  main: IssuedTokens
  /** The parameters of the token request, secrets included: do not log them. */
  parameters: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  issuedAt: number
}

/** Why an authorization server refuses. `error` is the OAuth code, `reason` the exact cause, for providers' own codes. */
export interface OAuthRefusal {
  where: "authorize" | "token" | "revocation"
  /** RFC 6749 code: `"invalid_grant"`, `"invalid_client"`, … */
  error: string
  reason: OAuthRefusalReason
  description: string
  /** Status that RFC 6749 gives it. */
  status: number
  /** At the token endpoint, once it is known. */
  grantType?: string
}

/** Exactly what was wrong with a request. */
export type OAuthRefusalReason =
  | "method_not_allowed"
  | "content_type"
  | "malformed"
  | "parameter_missing"
  | "parameter_repeated"
  | "parameter_unknown"
  | "client_unknown"
  | "client_secret_wrong"
  | "client_authentication_missing"
  | "client_authentication_method"
  | "redirect_uri_unregistered"
  | "redirect_uri_mismatch"
  | "response_type"
  | "state_missing"
  | "scope_unknown"
  | "scope_missing"
  | "pkce_missing"
  | "pkce_method"
  | "pkce_mismatch"
  | "grant_type"
  | "code_unknown"
  | "code_expired"
  | "code_used"
  | "code_foreign"
  | "refresh_token_unknown"
  | "refresh_token_expired"
  | "refresh_token_used"
  | "refresh_token_revoked"
  | "refresh_token_foreign"
  | "token_unknown"
  | "access_denied"
  | "custom"
