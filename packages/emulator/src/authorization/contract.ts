import type { EmulatedAccount, EmulatedClient, EmulatedGrant, IssuedTokens, RevocationReason } from "./model.js"

/** What the provider's API routes, tests and the control surface can ask of an authorization server. */
export interface AuthorizationServer<Data = unknown> {
  readonly id: string
  readonly clients: readonly EmulatedClient[]
  readonly accounts: readonly EmulatedAccount<Data>[]
  /** Adds a client, or replaces the one with this id (a new secret, another redirect URI). */
  registerClient(client: EmulatedClient): void
  /** Adds an account, or replaces the one with this id. */
  addAccount(account: EmulatedAccount<Data>): void
  /** Who the request's token belongs to, or `undefined` when it has none that works. */
  authenticate(request: Request, from?: TokenPlace): AuthenticatedToken<Data> | undefined
  /** Like `authenticate`, and says why not. */
  inspect(request: Request, from?: TokenPlace): TokenInspection<Data>
  /** The same for a bare access token; `origin` matters only where grants are bound to theirs. */
  inspectToken(accessToken: string, origin?: string): TokenInspection<Data>
  /** All grants, oldest first, dead ones too. */
  grants(): readonly EmulatedGrant<Data>[]
  /** Issues tokens without a browser, as if consent had been given. */
  issue(request: IssueRequest): { grant: EmulatedGrant<Data>; tokens: readonly IssuedTokens[]; main: IssuedTokens }
  /** A person takes a grant away at the provider. Unknown ids answer false. */
  revokeGrant(grantId: string, because?: RevocationReason): boolean
  /** Takes away whatever this access or refresh token belongs to: the token alone, its grant, or all of its account. */
  revokeToken(token: string, takes: "token" | "grant" | "account", because?: RevocationReason): boolean
  /** Every grant of an account (and of one client, if given). Answers how many. */
  revokeAccount(accountId: string, clientId?: string): number
  /** Ends the life of all access tokens now (of one grant, if given), without moving the clock. Answers how many. */
  expireAccessTokens(grantId?: string): number
  /** Ends the life of refresh tokens likewise. */
  expireRefreshTokens(grantId?: string): number
}

/** Where a request carries its access token. Default: `Authorization: Bearer`. */
export interface TokenPlace {
  /** Header name. Default `"authorization"`. */
  header?: string
  /** Scheme before the token, compared without case; `""` for a bare token. Default `"Bearer"`, `""` for other headers. */
  scheme?: string
  /** A token found elsewhere, such as in a form body. Overrides the header. */
  token?: string
}

/** What a living access token stands for. */
export interface AuthenticatedToken<Data = unknown> {
  grant: EmulatedGrant<Data>
  account: EmulatedAccount<Data>
  client: EmulatedClient
  slot: string
  scopes: readonly string[]
  /** Milliseconds since the epoch. */
  expiresAt: number | "never"
}

/** What a token is worth, and of dead ones why. */
export type TokenInspection<Data = unknown> =
  | ({ is: "live" } & AuthenticatedToken<Data>)
  | { is: "missing" }
  | { is: "unknown" }
  | ({ is: "expired" } & AuthenticatedToken<Data>)
  | ({ is: "revoked"; because: RevocationReason | "superseded_by_refresh" } & AuthenticatedToken<Data>)

/** Whose tokens to issue. Everything has a default. */
export interface IssueRequest {
  /** Default: the first client. */
  clientId?: string
  /** Default: the first account. */
  accountId?: string
  /** Default: none. */
  scopes?: readonly string[]
  /** Default: the origin of the token endpoint; name it where grants are bound to an origin. */
  origin?: string
  /** As if these had been in the authorization request. */
  parameters?: Readonly<Record<string, string>>
}
