import type { Account } from "./account.js"
import type { BegunAttempt, ConnectOptions } from "./attempts.js"
import type { CheckPart, Connector, Target } from "./connector.js"
import type { Diagnosis } from "./doctor/diagnosis.js"
import type { Http } from "./http.js"
import type { Operation } from "./operation.js"
import type { Actor, Reason, SlotStatus, Status } from "./status.js"

/** One grant at one provider. A handle: nothing is read before it is used, and it is never stale. */
export type Connection<C extends Connector = Connector> = ConnectionBase<C> & TokensOf<C["tokens"]>

// Absent by type where no secret is a bearer string; there or not where the connector is not known to the compiler.
type TokensOf<Tokens> = [Tokens] extends ["none" | undefined]
  ? unknown
  : "none" extends Tokens
    ? Partial<TokenAccess>
    : TokenAccess

export interface ConnectionBase<C extends Connector> {
  /** The id, alias or number it was asked by. */
  readonly ref: string
  info(): Promise<ConnectionInfo>
  /** The provider's API with the credential attached. */
  readonly http: Http
  /** Like `fetch`, with the credential attached, refreshed when it has ended; only to the connector's hosts. What vendors' own SDKs take. */
  fetch(request: Request | string | URL, init?: RequestInit & { as?: string }): Promise<Response>
  /**
   * Runs an operation.
   * @throws HoldfastError `operation_unknown` `input_invalid` `scope_missing` (with `connectUrl`, a link that asks for what is missing)
   * `reauth_required` and what the provider said
   */
  run<Name extends OperationName<C>>(operation: Name, ...parameters: RunArguments<C, Name>): Promise<ResultOf<C, Name>>
  /**
   * Every item of a list, page by page: each page is a full `run` that is made when its first item is asked for. Ends with the
   * loop that reads it.
   * @throws HoldfastError what `run` throws; `response_invalid` with the reason `same_page_again` or `too_many_pages`;
   * `operation_unknown` for an operation that has no pages
   */
  paginate<Name extends PagedOperationName<C>>(
    operation: Name,
    ...parameters: PaginateArguments<C, Name>
  ): AsyncIterable<ItemOf<C, Name>>
  /** The places that this grant reaches, asked for anew: what `target` of a call may name. None where the connector knows of none. */
  targets(): Promise<readonly Target[]>
  /** Asks the provider: is the token valid, the API there, are the permissions enough. Never throws for an unwell connection. */
  check(): Promise<HealthReport>
  /**
   * What is wrong, who must act and what to do, worst first; nothing of it: the connection is well. From what is stored, the app, and what the
   * provider last said to each operation: nothing is sent, unless `live` has it checked first.
   */
  diagnose(options?: { readonly live?: boolean }): Promise<readonly Diagnosis[]>
  /** Whether an operation's scopes were granted; what is missing otherwise. Unknown grants count as granted. */
  can(operation: OperationName<C>): Promise<{ readonly ok: boolean; readonly missingScopes: readonly string[] }>
  /** @throws HoldfastError `input_invalid` when another connection of the tenant has the alias */
  rename(name: string, options?: { alias?: string | null }): Promise<ConnectionInfo>
  /** Removes webhooks, revokes at the provider, deletes the secret for good. What cannot be finished now is taken up by the scheduler. */
  disconnect(): Promise<DisconnectReport>
  /**
   * Starts authorising again. The id stays, and the account must be the same. `scopes` are asked for beside what was granted:
   * nothing that is there is given up.
   */
  reconnect(
    options?: Pick<ConnectOptions, "returnTo" | "scopes" | "redirectUri" | "values" | "method">,
  ): Promise<BegunAttempt>
  /** The provider's figures and ours. */
  statistics(): Promise<ConnectionStatistics>
  /** What needs care: the bare secret. */
  readonly unsafe: { secret(slot?: string): Promise<unknown> }
}

export interface TokenAccess {
  /** A token good for at least `minValidMs`, for the vendor's own SDK. */
  accessToken(options?: TokenOptions): Promise<string>
  token(options?: TokenOptions): Promise<Token>
}

export interface TokenOptions {
  /** The slot. Default: the method's first. */
  readonly as?: string
  /** Default 60 000; never more than a fifth of the token's life. */
  readonly minValidMs?: number
  /** How long to wait for a refresh under way. Default 10 000. */
  readonly timeoutMs?: number
  /** Stops the waiting, never the refresh. */
  readonly signal?: AbortSignal
}

export interface Token {
  readonly value: string
  readonly expiresAt: Date | "never" | "unknown"
  /** Undefined where the provider does not say. */
  readonly scopes: readonly string[] | undefined
}

/** What may be known of a connection. Public: no secret. */
export interface ConnectionInfo {
  readonly id: string
  readonly number: number
  readonly connector: string
  readonly method: string
  readonly name: string
  readonly alias: string | null
  readonly account: Account
  readonly status: Status
  readonly reason: Reason | null
  /** Who must act, when something is wrong. */
  readonly actor: Actor | null
  readonly shared: "tenant" | "user"
  readonly tenantId: string
  readonly userId: string | null
  readonly slots: Readonly<
    Record<
      string,
      {
        readonly status: SlotStatus
        readonly expiresAt: number | "never" | "unknown"
        readonly scopes: readonly string[] | null
      }
    >
  >
  readonly createdAt: number
}

export interface HealthReport {
  readonly ok: boolean
  readonly status: Status
  /** `token`, `api`, `permissions`, and the connector's own. */
  readonly parts: readonly CheckPart[]
  readonly missingScopes: readonly string[]
}

export interface DisconnectReport {
  /**
   * `kept_shared`: another living connection stands on the same grant. `pending`: the scheduler goes on with it.
   * `abandoned`: the provider could not be asked for three days; the secret is deleted all the same.
   */
  readonly revocation: "revoked" | "kept_shared" | "unsupported" | "pending" | "abandoned"
}

export interface ConnectionStatistics {
  readonly provider: readonly { readonly label: string; readonly value: string | number }[]
  readonly usage: Usage
}

export interface Usage {
  readonly calls: number
  readonly errors: number
  readonly lastUsedAt: number | null
  readonly byOperation: Readonly<Record<string, { readonly calls: number; readonly errors: number }>>
}

type Operations<C extends Connector> = C["operations"]
/** Names of a connector's operations; any string where the connector is not known to the compiler. */
export type OperationName<C extends Connector> = keyof Operations<C> & string
/** What an operation takes; `unknown` where the connector is not known to the compiler. */
export type InputOf<C extends Connector, Name extends string> =
  Operations<C>[Name] extends Operation<infer In, infer _Out, infer _Client, infer _Item>
    ? [In] extends [never]
      ? unknown
      : In
    : unknown
/** What an operation answers; `unknown` where the connector is not known to the compiler. */
export type ResultOf<C extends Connector, Name extends string> =
  Operations<C>[Name] extends Operation<never, infer Out, infer _Client, infer _Item> ? Out : unknown
/** Arguments of `run` behind the name. Parameters may be left out where none is required. */
export type RunArguments<C extends Connector, Name extends string, Options = RunOptions> =
  unknown extends InputOf<C, Name>
    ? [parameters?: unknown, options?: Options]
    : Record<never, never> extends InputOf<C, Name>
      ? [parameters?: InputOf<C, Name>, options?: Options]
      : [parameters: InputOf<C, Name>, options?: Options]

export interface RunOptions {
  readonly signal?: AbortSignal
  /**
   * Id of one of the connection's `targets()`, where one grant reaches several places.
   * `resource_not_found` where the provider lists no such place; `input_invalid` where the connector knows of none.
   */
  readonly target?: string
}

/** Names of operations that bring their answers in pages; any string where the connector is not known to the compiler. */
export type PagedOperationName<C extends Connector> = {
  [Name in OperationName<C>]: [ItemOf<C, Name>] extends [never] ? never : Name
}[OperationName<C>]
/** What is on an operation's pages; `unknown` where the connector is not known to the compiler, `never` where there are none. */
export type ItemOf<C extends Connector, Name extends string> =
  Operations<C>[Name] extends Operation<never, infer _Out, infer _Client, infer Item> ? Item : unknown
/** Arguments of `paginate` behind the name. */
export type PaginateArguments<C extends Connector, Name extends string> = RunArguments<C, Name, PaginateOptions>

export interface PaginateOptions extends RunOptions {
  /**
   * Pages to read at most; the list then ends there. Unless told, one of more than 1 000 pages ends with `response_invalid`, reason
   * `too_many_pages`, so that nothing is cut off unnoticed.
   */
  readonly maxPages?: number
}
