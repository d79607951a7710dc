import type { Access } from "./access.js"
import type { Apps } from "./apps.js"
import type { Attempts, BegunAttempt, ConnectOptions } from "./attempts.js"
import type { Connection, ConnectionInfo } from "./connection.js"
import type { Connector } from "./connector.js"
import type { LifecycleEvent } from "./events.js"
import type { KeyCensus, KeyRotation, KeyWalkOptions } from "./keys/key-rotation.js"
import type { Owner } from "./owner.js"
import type { Scheduler } from "./scheduler.js"
import type { Status } from "./status.js"
import type { WebhookReceiver } from "./webhook-receiver.js"

/** The connectors, the store and the keys, working together. Made by `createHoldfast`. */
export interface Holdfast<C extends Connector = Connector> {
  /** Public address of the mount, without a trailing slash. */
  readonly url: string
  readonly connectors: ReadonlyMap<string, C>
  /** The connector of an id, which may have `_` for `-`. @throws HoldfastError `connector_unknown` */
  connectorOf(id: string): C
  /** Everything an owner may do. The way to a connection; there is no unscoped one but {@link Holdfast.asSystem}. */
  for(owner: Owner, options?: ScopeOptions): OwnerScope<C>
  /** For jobs: connections of any tenant. Never hand it what came with a request. */
  asSystem(): SystemScope<C>
  /** Calls back for each verified webhook event of a connector, once for each connection it concerns. Answers what takes it off again. */
  on<Id extends ConnectorId<C>>(connector: Id, event: string, handler: WebhookHandler): () => void
  /** Calls back for what happens to connections, at least once each. Answers what takes it off again. */
  onLifecycle(handler: (event: LifecycleEvent) => void | Promise<void>): () => void
  readonly scheduler: Scheduler
  /** Conversations that connect. The handler drives them; so may any code that has an owner. */
  readonly attempts: Attempts
  /** Tokens for pages and API keys for programs, for callers who have no session of the host's. */
  readonly access: Access
  /** App registrations, saved for a tenant by its admins. */
  readonly apps: Apps
  readonly webhooks: WebhookReceiver
  /** Addresses to which a browser may be sent back, besides those below `url`'s origin. */
  readonly returnUrls: readonly string[]
  /** Redirect URIs beside our own that attempts may name. */
  readonly redirectUris: readonly string[]
  /**
   * Seals everything under the key that seals now: connections, app registrations, attempts under way, webhook addresses and events,
   * and this host's journal. Online: it may run beside callers, refreshes and itself, never overwrites what is newer, and leaves what
   * does not open exactly as it is. Killed or stopped, run it again: what is done is only looked at.
   * @throws HoldfastError `aborted` `store_unavailable` `input_invalid`
   */
  rotateKeys(options?: KeyWalkOptions<KeyRotation>): Promise<KeyRotation>
  /**
   * Opens everything that is sealed and changes nothing: which key each value needs, what cannot be opened and why, and which keys of the
   * ring may be removed.
   * @throws HoldfastError `aborted` `store_unavailable` `input_invalid`
   */
  verifyKeys(options?: KeyWalkOptions<KeyCensus>): Promise<KeyCensus>
  /** Stops the scheduler, writes buffered usage, and waits for refreshes under way. */
  close(): Promise<void>
}

/** A verified event of a provider, for one connection of one owner. */
export interface ReceivedEvent {
  readonly connector: string
  readonly name: string
  readonly connectionId: string
  readonly owner: Owner
  readonly payload: unknown
  /** The provider's delivery id where it has one. */
  readonly deliveryId: string | undefined
}

export type WebhookHandler = (event: ReceivedEvent) => void | Promise<void>

/** How an owner's scope is narrowed. */
export interface ScopeOptions {
  /**
   * Ids of the only connectors that it knows: others are `forbidden`, and their connections are not there. Default: all.
   */
  readonly connectors?: readonly string[] | undefined
}

/** What can be done for one owner. Another owner's id answers `not_found`. */
export interface OwnerScope<C extends Connector = Connector> {
  readonly owner: Owner
  /**
   * The connection of this connector, if there is exactly one.
   * @throws HoldfastError `not_found` with a link to connect, or `ambiguous_connection` with the names to choose from
   */
  get<Id extends ConnectorId<C>>(connector: Id): Promise<Connection<ById<C, Id>>>
  /** Connections in order of id. `limit` is 100 unless told, 1 000 at most. */
  list(filter?: {
    connector?: ConnectorId<C>
    status?: Status
    after?: string
    limit?: number
  }): Promise<ConnectionInfo[]>
  /** Starts connecting; send the person to `url`. */
  connect(connector: ConnectorId<C>, options?: ConnectOptions): Promise<BegunAttempt>
  /** A handle by id, alias or number; read when first used. Name the connector to have its operations typed. */
  connection<Id extends ConnectorId<C> = never>(idOrAlias: string, connector?: Id): Connection<ById<C, Id>>
  /** Runs an operation named by strings, as stored in a workflow. Without `connectionId`, on the connector's only connection. */
  execute(call: ExecuteCall): Promise<unknown>
}

/** Every tenant's connections, for jobs. */
export interface SystemScope<C extends Connector = Connector> {
  connection<Id extends ConnectorId<C> = never>(id: string, connector?: Id): Connection<ById<C, Id>>
  list(filter?: {
    tenantId?: string
    connector?: ConnectorId<C>
    status?: Status
    after?: string
    limit?: number
  }): Promise<ConnectionInfo[]>
}

export interface ExecuteCall {
  /** Connector id; `_` may stand for `-`. */
  readonly provider: string
  readonly operation: string
  /** Id, alias or number. */
  readonly connectionId?: string
  readonly parameters?: unknown
  /** Id of one of the connection's `targets()`. */
  readonly target?: string
  readonly signal?: AbortSignal
}

/** Ids of the connectors, each also with `_` for `-`; any string where one of them is not known to the compiler. */
export type ConnectorId<C extends Connector> = keyof ConnectorsById<C> & string

/** The connector of an id; the general one, whose operations are `unknown`, where the compiler does not know the id. */
export type ById<C extends Connector, Id extends string> = [Id] extends [never]
  ? Connector
  : Id extends keyof ConnectorsById<C>
    ? ConnectorsById<C>[Id] extends infer Found extends Connector
      ? Found
      : Connector
    : Connector

// One look-up table for the whole list, so that the 150th connector costs no more than the first. A connector whose id is only
// known to be a string becomes its index signature.
type ConnectorsById<C extends Connector> = { readonly [One in C as One["id"] | Underscored<One["id"]>]: One }

type Underscored<Id extends string> = Id extends `${infer Head}-${infer Tail}` ? `${Head}_${Underscored<Tail>}` : Id
