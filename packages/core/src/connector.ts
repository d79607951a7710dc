import type { ZodObject } from "zod"
import type { Account } from "./account.js"
import type { App, Context } from "./context.js"
import type { KnownCause } from "./doctor/known-cause.js"
import type { ErrorCode } from "./errors.js"
import type { Http } from "./http.js"
import type { AuthMethod, Evidence } from "./method.js"
import type { Operation } from "./operation.js"
import type { EventSource, SyncSource, Webhooks } from "./webhook.js"

/**
 * The description of one provider: how to connect, who is there, what can be done. Data plus small functions; no state, no network,
 * no clock of its own. Made by {@link defineConnector}.
 */
export interface Connector<
  Id extends string = string,
  Operations extends OperationMap = OperationMap,
  Client = unknown,
  Tokens extends "bearer" | "none" = "bearer" | "none",
> {
  /** kebab-case, unique among the connectors of one Holdfast. */
  readonly id: Id
  /** Who runs the app registration, shared by several connectors: one `acme` for its mail, calendar and files. */
  readonly vendor: string
  readonly name: string
  readonly category: Category
  /** The provider's API documentation. */
  readonly documentation: string
  /** Best first. */
  readonly methods: readonly AuthMethod[]
  /** What an app registration consists of; null where none is needed. */
  readonly app: AppDescription | null
  /** What HTTP calls to the provider look like. Absent where the provider is not HTTP: `client` then stands instead. */
  readonly api?: Api
  /** For providers that are not HTTP: opens what operations talk to. Closed after each call. */
  client?(context: Context, secret: unknown): Promise<{ readonly client: Client; close(): Promise<void> }>
  /** Whether a secret must never be used from two places at once; calls then take turns, across processes. */
  readonly exclusive?: boolean
  /** The provider's error codes, and what they mean here. */
  readonly errors: ErrorTable
  /** What is known of the provider's codes beyond what they mean: who must act, and what to do. Where none fits, the general causes do. */
  readonly causes?: readonly KnownCause[]
  /**
   * What the API needs to be called before anybody is identified: values for the placeholders of `api.baseUrl`.
   * They stay in `account.data`. Default: what the person typed at the start.
   */
  locate?(evidence: Evidence): Readonly<Record<string, string>>
  /** Who is there, from the provider's own answer. While it runs, `call.http` uses the secret that was just granted. */
  identify(call: Call<Client>, evidence: Evidence): Promise<Account>
  /** Whether ids of accounts mean the same under another app of the vendor. Default: "global". */
  readonly accountIds?: "global" | "per-app"
  /** Is it well? Named parts, each ok or a code. `token` and `api` are there always; permissions are compared by core. */
  check(call: Call<Client>): Promise<readonly CheckPart[]>
  readonly operations: Operations
  readonly webhooks?: Webhooks
  /** The provider's own figures worth showing beside a connection. */
  statistics?(call: Call<Client>): Promise<readonly { readonly label: string; readonly value: string | number }[]>
  /**
   * Places that one grant reaches and a call may name by `target`: tenants, sites, installations. Each one's `data` stands over
   * the account's in that call. Answers are kept for five minutes, and asked for again where a named one is not among them.
   */
  targets?(call: Call<Client>): Promise<readonly Target[]>
  readonly events?: Readonly<Record<string, EventSource>>
  readonly sync?: Readonly<Record<string, SyncSource>>
  /** What a person does at the provider's console before this works. */
  readonly setup: Setup
  /** `none`: no secret of it is one bearer string (MTProto, user and password); `accessToken` then does not exist. Default: "bearer". */
  readonly tokens?: Tokens
  /** Whether connections are the tenant's or the person's. Default: "user". */
  readonly shared?: "tenant" | "user"
  /** Options of the app given in code, when the factory was called with any. */
  readonly options?: Readonly<Record<string, string>>
}

/** One of several places within a grant, as the provider lists them. A caller names one by `id` and never brings its data. */
export interface Target {
  /** The provider's immutable id. */
  readonly id: string
  readonly label: string
  /** What the API needs to be called there, over `account.data`: for placeholders of `api`, and in `call.account` and `context.account`. */
  readonly data: Readonly<Record<string, string>>
}

/** Operations by name. */
export type OperationMap = Readonly<Record<string, Operation<never, unknown, unknown, unknown>>>

export type Category =
  | "communication"
  | "productivity"
  | "scheduling"
  | "payments"
  | "commerce"
  | "crm"
  | "marketing"
  | "development"
  | "design"
  | "finance"
  | "ai"
  | "storage"
  | "support"
  | "websites"
  | "other"

/** What an app registration consists of. Secret fields are sealed at rest and never shown again. */
export interface AppDescription {
  readonly schema: ZodObject
  /** The field that identifies the app at its vendor. Default: "clientId". */
  readonly identity?: string
  readonly fields: readonly AppField[]
}

export interface AppField {
  readonly name: string
  readonly label: string
  readonly secret: boolean
  readonly help?: string
  /** Default: true. */
  readonly required?: boolean
}

/** How the provider's HTTP API is called. */
export interface Api {
  /** May hold `{placeholders}` of `account.data`, as `hosts` and values of `headers` may. */
  readonly baseUrl: string
  /** Origins to which a credential may go beside that of `baseUrl`; may hold placeholders. */
  readonly hosts?: readonly string[]
  /** Sent with every request. One whose placeholder has no value, as before anybody is identified, is left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** How answers tell what is left of a limit, so that calls wait before it is hit. `Retry-After` is heeded without it. */
  readonly rateLimit?: RateLimitHeaders
  /** How the credential goes on a request, in words, for docs: `Bearer`, `X-Acme-Access-Token: {token}`. */
  readonly authorization: string
  /** Account-dependent parts come from the provider or a person, so the host passes the guard. */
  readonly hostIsChosen?: boolean
  /**
   * Some accounts are reached over plain http, and every request there is signed instead of carrying its secret (OAuth 1.0a). Default: https
   * alone. A `Basic` or `Bearer` credential is refused on such requests; what they say can be read on the way all the same.
   */
  readonly plainHttp?: "signed"
}

/** Headers of answers that tell what is left of the account's limit. For one limit an account; not for one a route. */
export interface RateLimitHeaders {
  /** The header with the number of calls left: `x-ratelimit-remaining`. */
  readonly remaining: string
  /** The header with the end of the window: `x-ratelimit-reset`. */
  readonly reset: string
  /** What `reset` holds: a point in time, or a span from now. */
  readonly resetIs: "epoch_seconds" | "epoch_ms" | "seconds" | "milliseconds"
  /** Only answers with these headers count, where the provider has further limits for some calls: `{ "x-ratelimit-resource": "core" }`. */
  readonly when?: Readonly<Record<string, string>>
}

/**
 * What a provider's answers mean. `read` finds the provider's short code; the tables turn codes, then statuses, into ours.
 * Unknown codes become `provider_rejected`, never `reauth_required` by guess.
 */
export interface ErrorTable {
  /** The provider's short code, or undefined when the answer is a success. Gets the status and the parsed body. */
  read?(answer: { status: number; headers: Headers; body: unknown }): string | undefined
  readonly codes: Readonly<Record<string, ErrorMeaning>>
  readonly statuses?: Readonly<Record<number, ErrorMeaning>>
  /** When to try again, in milliseconds from now, where it is not `Retry-After`. */
  retryAfterMs?(answer: { headers: Headers; body: unknown }, now: number): number | undefined
}

/** `token_expired`: refresh and try once more. `grant_ended`: the provider says outright that the grant is gone. */
export type ErrorMeaning = ErrorCode | "token_expired" | "grant_ended"

export interface CheckPart {
  readonly name: string
  readonly ok: boolean
  readonly code?: ErrorCode
  readonly detail?: string
  /** The slot it is about. A dead one then concerns the status of that slot alone. Default: the connection. */
  readonly slot?: string
}

/** What `identify`, `check` and operations are given. */
export interface Call<Client = unknown> {
  readonly http: Http
  /** What `client` opened, for providers that are not HTTP. */
  readonly client: Client
  /** Absent while identifying. With the target's data over its own, where there is a target. */
  readonly account: Account | undefined
  /** The place that the caller named. */
  readonly target?: Target
  readonly app: App | undefined
  readonly context: Context
  /** Scopes granted to the slot in use; undefined when the provider does not say. */
  readonly granted: readonly string[] | undefined
  readonly signal: AbortSignal | undefined
}

export interface Setup {
  /** The page where an app or key is made. */
  readonly url: string
  /** What to do, a sentence a step. `{redirectUri}` and `{webhookUrl}` are filled in. */
  readonly steps: readonly string[]
}
