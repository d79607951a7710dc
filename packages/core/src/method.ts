import type { ZodType } from "zod"
import type { Account } from "./account.js"
import type { ErrorMeaning } from "./connector.js"
import type { Context } from "./context.js"
import type { Field, Input, Step } from "./step.js"

/**
 * One way of connecting: a conversation of steps that ends in a grant, and how what was granted is kept alive.
 * `Secret` is the secret of one slot; `State` is what the conversation remembers between steps, sealed at rest.
 */
export interface AuthMethod<Secret = unknown, State = unknown> {
  /** Unique in the connector: "oauth", "bot_token", "phone", "qr". */
  readonly id: string
  /** "oauth2", "oauth1", "client_credentials", "api_key", "basic", or the connector's own. */
  readonly kind: string
  readonly label: string
  /** Whether an app registration is needed. */
  readonly needsApp: boolean
  /** The slots this method fills. Most have one, `main`. The first one is used where none is named. */
  readonly slots: readonly string[]
  /** What is sealed for each slot. */
  readonly secret: ZodType<Secret>
  /** What must be known before the first step (shop, site, phone), as fields for a page. */
  readonly fields: readonly Field[]
  /** Checks what those fields hold. */
  readonly input: ZodType<Record<string, string>>
  readonly policy: GrantPolicy
  /** What can be said of it without running it: endpoints and conventions, for docs and generators. */
  readonly facts: MethodFacts

  begin(context: Context<State>, input: Input): Promise<Next<State, Secret>>
  /** The next step. Runs under a compare-and-set on the attempt, so two tabs cannot both advance. */
  advance(context: Context<State>, input: Input): Promise<Next<State, Secret>>
  /** What was granted already and waits in the conversation's state. It is revoked where the conversation ends without it. */
  held?(state: State): Grant<Secret> | undefined
  /** The one-time value that a refresh would show; core remembers its digest as the intent. Undefined: nothing is spent. */
  presents?(secret: Secret, slot: string): string | undefined
  /** Whether this secret can be renewed at all: has it a refresh token. Default: true where `refresh` is there. */
  renewable?(secret: Secret): boolean
  /** Fills what a new grant lacks (a refresh token) from the one that it replaces. */
  inherit?(secret: Secret, previous: Secret): Secret
  /** Absent: this method's secrets do not end by themselves, or cannot be renewed. */
  refresh?(context: Context<State>, secret: Secret, slot: string): Promise<Outcome<Secret>>
  /** Ends the grant at the provider. Throws when that is not known to have happened. */
  revoke?(context: Context<State>, secret: Secret, slot: string): Promise<void>
  /** The bearer value a vendor's own SDK can be given. Undefined for secrets that are not one string. */
  accessToken?(secret: Secret): string | undefined
  /** Puts the credential on a request. */
  authorize?(context: Context<State>, request: Request, secret: Secret): Request | Promise<Request>
  /**
   * What an answer to this method (not to the API) means, by the rules that `advance` and `refresh` go by; undefined for a success. For
   * diagnoses. Absent: it is read as an answer of the API.
   */
  readFailure?(answer: MethodAnswer): MethodFailure | undefined
}

/** An answer of a token endpoint as it came; while connecting also the redirect back (status 3xx), its parameters as JSON in `text`. */
export interface MethodAnswer {
  readonly moment: "connecting" | "refreshing"
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What a refusal of a method's endpoint means here. */
export interface MethodFailure {
  readonly code: ErrorMeaning
  readonly providerCode?: string
}

/** Either the next step with what to remember, or the end. Secrets are only ever in the grant. */
export type Next<State = unknown, Secret = unknown> =
  | { readonly step: Exclude<Step, { kind: "connected" }>; readonly state?: State; readonly expiresAt?: number }
  | { readonly grant: Grant<Secret> }

/** What a finished conversation brings. */
export interface Grant<Secret = unknown> {
  /** The slots granted. Absent: what is stored stays (an update of consent alone). */
  readonly slots?: Readonly<
    Record<string, { readonly secret: Secret; readonly clock: SlotClock; readonly granted?: readonly string[] }>
  >
  /** What was said on the way, for `identify`: the callback's parameters and the token answer without its secrets. */
  readonly evidence: Evidence
}

export interface Evidence {
  readonly callback?: Readonly<Record<string, string>>
  readonly token?: Readonly<Record<string, unknown>>
  /** What the person typed at the start, without secret fields. */
  readonly input?: Readonly<Record<string, string>>
  /** `context.fingerprint` of the key, for providers whose keys name nobody: `account.id` with `pinned: false`. */
  readonly fingerprint?: string
}

/** What an answer showed about the life of a slot's token. Milliseconds since the epoch. */
export interface SlotClock {
  readonly issuedAt: number
  /** `never` only where the provider's documentation says so. */
  readonly expiresAt: number | "never" | "unknown"
  readonly refreshExpiresAt?: number
  /** Observed from the answer where it can be; else as declared. */
  readonly rotation: Rotation
}

export type Rotation = "single-use" | "reusable" | "none"

/** How a refresh ended. What cannot be proved unsent or understood is `unknown`. */
export type Outcome<Secret = unknown> =
  | {
      readonly is: "renewed"
      readonly secret: Secret
      readonly clock: SlotClock
      /** What the answer changed about the account, such as its API host. */
      readonly account?: Partial<Account>
      readonly granted?: readonly string[]
      /** Single use, and yet no new refresh token came: kept, but worth saying. */
      readonly refreshTokenMissing?: true
    }
  | { readonly is: "refused"; readonly by: "grant" | "client"; readonly providerCode: string }
  | { readonly is: "later"; readonly retryAfterMs?: number; readonly providerCode?: string }
  | { readonly is: "unknown"; readonly providerCode?: string }

/** How a provider treats its grants. Declared values are defaults; what a grant shows is kept with it. */
export interface GrantPolicy {
  readonly rotation: Rotation
  /** What showing a spent refresh token again does. `revokes-family` is assumed of single-use tokens. */
  readonly reuse: { readonly seconds?: number; readonly untilUsed?: true } | "revokes-family"
  /** Whether authorising again ends what was granted before. */
  readonly reconsent: "keeps" | "kills"
  /**
   * Whether revoking ends one token, or everything this account granted this app; the latter too where the provider hands out the same
   * token again. Grants that come to nothing are revoked where it is one token.
   */
  readonly revokes: "token" | "grant"
  readonly refreshInvalidatesAccessToken: boolean
  /** Whether a secret that was replaced by connecting again is to be revoked, since it would live on by itself (sessions). */
  readonly revokesReplaced?: boolean
  /** A person made the secret at the provider and pasted it: one that is not kept is left alone there, since others may use it. */
  readonly madeByHand?: boolean
  /** Days after which an unused refresh token ends. */
  readonly refreshIdleDays?: number
  /** Life of an access token where the answer does not say. */
  readonly accessTokenSeconds: number | "never" | "unknown"
  /** Whether this method gives refresh tokens at all; their absence is then an error. */
  readonly expectsRefreshToken: boolean
}

/** Facts about a method, readable without running it; endpoints hold `{placeholders}` where they depend on the account. */
export interface MethodFacts {
  /** OAuth 1.0a: where the conversation begins. */
  readonly requestTokenEndpoint?: string
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
  readonly refreshEndpoint?: string
  readonly revocationEndpoint?: string
  readonly scopes?: readonly string[]
  readonly scopeSeparator?: string
  /** Whether a new consent adds to what was granted before, so that only what is missing need be asked for. */
  readonly scopesAddUp?: true
  readonly pkce?: "S256" | "none"
  readonly clientAuthentication?: "basic" | "post" | "none"
  readonly tokenRequestFormat?: "form" | "json"
  /** OAuth 1.0a: how requests are signed. */
  readonly signatureMethod?: "HMAC-SHA1" | "HMAC-SHA256"
  /** Whether a person or a provider chooses the host: such methods never share one redirect URI (mix-up, RFC 9700 section 4.4). */
  readonly hostIsChosen: boolean
  /** Whether its first step leaves for the provider's page. */
  readonly startsWith: "redirect" | "form" | "qr" | "grant"
}
