import type { ZodType } from "zod"
import type { Context } from "../context.js"
import type { GrantPolicy } from "../method.js"
import type { Field } from "../step.js"
import type { Choice, ChoiceState } from "./choice.js"
import type { SignatureMethod } from "./oauth1-sign.js"
import type { TokenBody } from "./oauth2-options.js"

/** The secret of a connection made by OAuth 1.0a. */
export interface OAuth1Secret {
  readonly token: string
  readonly tokenSecret: string
}

/** What an OAuth 1.0a conversation remembers. Sealed at rest. */
export interface OAuth1State extends ChoiceState<OAuth1Secret> {
  /** The request token, and the secret that its exchange is signed with. */
  readonly request: OAuth1Secret
  /** What was typed before leaving for the provider, as checked. */
  readonly input: Readonly<Record<string, string>>
}

/** How a provider departs from plain OAuth 1.0a, as data. Endpoints may hold `{placeholders}` of what the person typed or of `account.data`. */
export interface OAuth1Options {
  /** Default: "oauth". */
  readonly id?: string
  /** Default: "Connect with OAuth". */
  readonly label?: string
  /** Where a request token is asked for: the temporary credentials of RFC 5849. */
  readonly requestTokenEndpoint: string
  readonly authorizationEndpoint: string
  readonly accessTokenEndpoint: string
  /** Default: "HMAC-SHA1". */
  readonly signatureMethod?: SignatureMethod
  /** Scopes asked for when the caller names none, as `scope` of the authorization request. Default: the protocol has none. */
  readonly scopes?: readonly string[]
  /** Default: ",". */
  readonly scopeSeparator?: string
  /** Added to the request for a request token. */
  readonly requestTokenParameters?: Readonly<Record<string, string>>
  /** Added to the authorization request: `{ expiration: "never" }`. Values may hold `{placeholders}`, here and above, and `{clientId}`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** Parameters of the callback whose presence means that the person said no, beside `denied` and `error=access_denied`. */
  readonly deniedParameters?: readonly string[]
  /** What must be known before leaving for the provider. */
  readonly fields?: readonly Field[]
  readonly input?: ZodType<Record<string, string>>
  /** Whether placeholders choose the host. Default: true when an endpoint's host has one. */
  readonly hostIsChosen?: boolean
  /** Reads how long the token lives, from the answer with the token: seconds. Default: `oauth_expires_in`, then `policy.accessTokenSeconds`. */
  expiresInSeconds?(body: TokenBody): number | "never" | undefined
  /** Scopes granted, where the answer says so. Default: `scope` of the answer. */
  granted?(body: TokenBody): readonly string[] | undefined
  /** Ends the token. Return the request to send: it is signed, and a 2xx, or a 401 or 404 for a token that is gone already, means done. */
  revokeRequest?(context: Context, secret: OAuth1Secret): Request | Promise<Request>
  /** Asks the person for one of several places after the token has come. */
  readonly choose?: Choice
  /** Defaults: nothing rotates, and nobody says when a token ends. `accessTokenSeconds: "never"` where the documentation says never. */
  readonly policy?: Partial<GrantPolicy>
}
