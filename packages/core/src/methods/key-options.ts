import type { ZodType } from "zod"
import type { Context } from "../context.js"
import type { GrantPolicy } from "../method.js"
import type { Field } from "../step.js"
import type { TokenBody } from "./oauth2-options.js"

/** The secret of a connection made with one key. `extra` are further typed fields that are part of the credential. */
export interface ApiKeySecret {
  readonly key: string
  readonly extra?: Readonly<Record<string, string>>
}

/** A key that a person pastes. It is checked at the provider before it is stored. */
export interface ApiKeyOptions {
  /** Default: "api_key". */
  readonly id?: string
  /** Default: "Connect with API Key". */
  readonly label?: string
  /** The form. The field named `key` is the secret; further ones of type `password` are kept with it; others describe the account (`evidence.input`). */
  readonly fields: readonly Field[]
  /** Checks the form before anything is sent; may trim or normalise. */
  readonly input?: ZodType<Record<string, string>>
  /** Puts the key on a request. Default: `Authorization: Bearer`. */
  authorize?(request: Request, secret: ApiKeySecret, context: Context): void
  /** Whether a typed field chooses the host. Default: false. */
  readonly hostIsChosen?: boolean
}

/** The secret of a connection made with a user name and a password. */
export interface BasicSecret {
  readonly username: string
  readonly password: string
}

/** A user name and password that a person types. Fields named `username` and `password` are the credential. */
export interface BasicOptions {
  /** Default: "basic". */
  readonly id?: string
  readonly label?: string
  readonly fields: readonly Field[]
  readonly input?: ZodType<Record<string, string>>
  readonly hostIsChosen?: boolean
}

/** A client's own grant (RFC 6749 section 4.4): no person, no refresh token; a new token is asked for with the app's secret. */
export interface ClientCredentialsOptions {
  /** Default: "client_credentials". */
  readonly id?: string
  readonly label?: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint?: string
  readonly scopes?: readonly string[]
  readonly scopeSeparator?: string
  /** Default: "basic". */
  readonly clientAuthentication?: "basic" | "post"
  readonly tokenRequestFormat?: "form" | "json"
  /** Added to the token request, with `{placeholders}` of what was typed: `{ account_id: "{accountId}" }`. */
  readonly tokenParameters?: Readonly<Record<string, string>>
  /** Default: "client_credentials". Some providers name their own. */
  readonly grantType?: string
  /**
   * Where client id and secret come from: the app registration, or a form that the person fills in
   * (`client_id` and `client_secret` among `fields`, sealed with the connection).
   */
  readonly credentialsFrom: "app" | "form"
  readonly fields?: readonly Field[]
  readonly input?: ZodType<Record<string, string>>
  readonly accessTokenSeconds?: number
  /** Whether a new token ends the one before. Default: false. */
  readonly refreshInvalidatesAccessToken?: boolean
  /** What else the provider's documentation says of its tokens, over the two above. Nothing rotates, and there is no refresh token. */
  readonly policy?: Partial<Omit<GrantPolicy, "rotation" | "expectsRefreshToken">>
  /** Headers on token and revocation requests. */
  readonly tokenRequestHeaders?: Readonly<Record<string, string>>
  /** Puts the token on a request. Default: `Authorization: Bearer`. */
  authorize?(request: Request, token: string, context: Context): void
  /** The error code in an answer of any status; undefined where it is a success. Default: `error` of the body when the status is not 2xx. */
  errorCode?(answer: { status: number; body: unknown }): string | undefined
  /** Codes that say the grant is gone. Default: `invalid_grant`. These are added to it. */
  readonly grantErrors?: readonly string[]
  /** Codes that say the credentials are wrong. Default: `invalid_client`, `unauthorized_client`. These are added to them. */
  readonly clientErrors?: readonly string[]
  /** Codes that say: not now. Default: `temporarily_unavailable`, `slow_down`, and status 429. */
  readonly laterErrors?: readonly string[]
  /** Reads expiry where it is not `expires_in`: seconds from now. */
  expiresInSeconds?(body: TokenBody): number | "never" | undefined
  /** Scopes granted. Default: `scope` of the body, split at blanks and commas. */
  granted?(body: TokenBody): readonly string[] | undefined
}
