import type { Call } from "../contract.js"
import type { AuthenticatedToken, AuthorizationServer } from "./contract.js"
import type { EmulatedAccount, EmulatedClient, EmulatedGrant, RevocationReason } from "./model.js"

/**
 * An OAuth 1.0a server as one provider runs it. Defaults are what RFC 5849 says; every departure of the provider is an option. Endpoints
 * are public URLs; their origin may be a pattern.
 */
export interface OAuth1ServerOptions<Data = unknown> {
  /** Names it among several of one provider. Default `"oauth1"`. */
  id?: string
  requestTokenEndpoint: string
  authorizationEndpoint: string
  accessTokenEndpoint: string

  /** `clientId` is the consumer key. `redirectUris` are where callbacks may go: see `callback`. */
  clients: readonly EmulatedClient[]
  accounts: readonly EmulatedAccount<Data>[]
  /** What of `oauth_callback` must be registered. Default `"address"`: all but its query; `"origin"`: only that. */
  callback?: "address" | "origin"
  /** Default `["HMAC-SHA1"]`. */
  signatureMethods?: readonly OAuth1SignatureMethod[]
  /** How far a timestamp may be off the emulator's clock. Default 300. */
  windowSeconds?: number
  /** How long a request token lives. Default 600. */
  requestTokenSeconds?: number
  /** Default `"never"`. A function sees the parameters of the authorization request. */
  accessTokenSeconds?: number | "never" | ((parameters: Readonly<Record<string, string>>) => number | "never")

  /** Scopes that exist; others are refused. Default: any. */
  scopes?: readonly string[]
  /** Default `","`. */
  scopeSeparator?: " " | ","
  /** Scopes of an authorization request that names none. Default: none. */
  defaultScopes?: readonly string[]

  /** Shape of new access tokens and their secrets. Default: 40 letters and digits. */
  tokenValue?(kind: "token" | "secret", random: string): string
  /** Further fields of the answer with the access token. */
  answerParameters?(grant: EmulatedGrant<Data>): Readonly<Record<string, string>>
  /** What the callback says when the person refuses. Default: `oauth_problem=user_refused` and the request token. */
  deniedParameters?(requestToken: string): Readonly<Record<string, string>>
  /** Default: the status of RFC 5849 section 3.2, `WWW-Authenticate: OAuth`, and `oauth_problem` in the body. */
  errorResponse?(refusal: OAuth1Refusal, call: Call): Response
}

export type OAuth1SignatureMethod = "HMAC-SHA1" | "HMAC-SHA256"

/** Why a signed request is refused. */
export interface OAuth1Refusal {
  where: "request_token" | "authorize" | "access_token" | "api"
  reason: OAuth1RefusalReason
  description: string
  /** 400 for what is malformed, 401 for what proves nothing. */
  status: number
}

/** As the problem reporting extension calls them, where it has a name. */
export type OAuth1RefusalReason =
  | "parameter_absent"
  | "parameter_repeated"
  | "parameter_rejected"
  | "version_rejected"
  | "signature_method_rejected"
  | "consumer_key_unknown"
  | "signature_invalid"
  | "timestamp_refused"
  | "nonce_used"
  | "token_rejected"
  | "token_used"
  | "token_expired"
  | "token_revoked"
  | "permission_unknown"
  | "callback_rejected"
  | "verifier_invalid"

/** What a signed request is worth, and of a refused one why. */
export type SignedInspection<Data = unknown> =
  | ({ is: "live" } & AuthenticatedToken<Data>)
  | { is: "refused"; refusal: OAuth1Refusal; because?: RevocationReason | "superseded_by_refresh" }

/** What routes, tests and the control surface can ask of an OAuth 1.0a server. */
export interface OAuth1Server<Data = unknown>
  extends Omit<AuthorizationServer<Data>, "authenticate" | "inspect" | "inspectToken"> {
  /** Whose the signed request is, or `undefined` when its signature, time, nonce or token does not hold. */
  authenticate(call: SignedCall): Promise<AuthenticatedToken<Data> | undefined>
  /** Like `authenticate`, and says why not. */
  inspect(call: SignedCall): Promise<SignedInspection<Data>>
  /** The answer to a refusal, in the server's own form. */
  refuse(refusal: OAuth1Refusal, call: Call): Response
  /** The secret of an access token, for requests that a test signs itself. */
  tokenSecret(accessToken: string): string | undefined
}

/** The part of a route's call that is signed. */
export type SignedCall = Pick<Call, "request" | "url" | "form">
