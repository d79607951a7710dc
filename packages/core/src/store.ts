import type { Account } from "./account.js"
import type { SlotClock } from "./method.js"
import type { Reason, SlotStatus, Status } from "./status.js"

/**
 * Where rows live. Few methods, each atomic by itself; nothing is promised across two calls.
 * An acknowledged write must survive a crash: each driver says what it needs for that.
 * A rejected promise means that the write may or may not have landed. Values arrive sealed.
 */
export interface TokenStore {
  readonly connections: ConnectionStore
  readonly documents: DocumentStore
}

export interface ConnectionStore {
  get(id: string): Promise<ConnectionRow | undefined>
  /**
   * Adds a row, or answers the one that has the same (tenantId, userId, connector, appId, accountKey).
   * Inserting the same id again answers the row that is there. Assigns `number`, the tenant's next integer, and `version` 1.
   * An alias that another row of the tenant has is refused as `alias_taken`.
   */
  insert(row: Omit<ConnectionRow, "number" | "version">): Promise<InsertResult>
  /** Writes the whole row if the stored version is still `row.version`, as version + 1. Answers whether it did. */
  update(row: ConnectionRow): Promise<UpdateResult>
  /**
   * Like `update` for each of up to 1 000 rows of different ids, in as few durable commits as the store can. Each is a compare-and-set of
   * its own: answers come in the order of the rows, and a stale one spoils no other. A rejected promise means that any of them may have landed.
   * @throws HoldfastError `input_invalid` for more rows, or an id that is there twice ({@link verifyBatch}); what `update` throws
   */
  updateMany(rows: readonly ConnectionRow[]): Promise<readonly UpdateResult[]>
  /** Deletes if the stored version is still `version`. Answers whether the row is gone; true if it never was. */
  delete(id: string, version: number): Promise<boolean>
  /** In ascending order of id, starting behind `after`. */
  list(query: ConnectionQuery): Promise<ConnectionRow[]>
  /**
   * Up to `limit` rows whose `dueAt` is at or before `now`, soonest first, each with its `dueAt` moved to `now + hideMs`,
   * so that two callers are not given the same row. Takes no lease; does not change `version`.
   */
  claimDue(now: number, limit: number, hideMs: number): Promise<ConnectionRow[]>
}

export type InsertResult =
  | { readonly is: "inserted"; readonly row: ConnectionRow }
  | { readonly is: "exists"; readonly row: ConnectionRow }
  | { readonly is: "alias_taken" }

export type UpdateResult = "updated" | "stale" | "alias_taken"

export interface ConnectionQuery {
  readonly tenantId?: string
  /** Rows of this user or shared with the tenant; null: shared only; absent: all. */
  readonly userId?: string | null
  readonly connector?: string
  readonly accountKey?: string
  readonly appId?: string
  readonly alias?: string
  readonly number?: number
  /** Rows whose `keyId` this is. */
  readonly keyId?: string
  readonly status?: Status
  /** The id behind which to start. */
  readonly after?: string
  readonly limit: number
}

/** One connection as stored: clear columns, and what is sealed beside them. */
export interface ConnectionRow {
  /** `conn_…` */
  readonly id: string
  readonly tenantId: string
  /** Null: shared with the whole tenant. */
  readonly userId: string | null
  readonly connector: string
  readonly method: string
  /** Identity of the app, `vendor:clientId`; empty for methods without one. */
  readonly appId: string
  readonly accountKey: string
  /** Unique in the tenant, chosen by people. */
  readonly alias: string | null
  /** Unique in the tenant, assigned at insert. */
  readonly number: number
  /** The oldest key that anything in this row is sealed under: what key rotation looks for. */
  readonly keyId: string
  readonly status: Status
  /** When the scheduler should look at it, milliseconds since the epoch; null: never. */
  readonly dueAt: number | null
  /** +1 with every write. */
  readonly version: number
  /** +1 when a credential of it changes. */
  readonly generation: number
  readonly lease: Lease | null
  /** By slot: a value that was shown, or is about to be, and not yet answered. */
  readonly intents: Readonly<Record<string, Intent>>
  /** By slot: the credential, sealed. */
  readonly sealed: Readonly<Record<string, string>>
  /** By slot: a credential that came too late to replace a newer one, sealed. */
  readonly spares: Readonly<Record<string, string>>
  /** All else that is not secret and that no store looks into. JSON. */
  readonly detail: ConnectionDetail
}

/** The right to refresh one connection for a few seconds. It ends when others have watched it stand still, not by a clock. */
export interface Lease {
  readonly id: string
  readonly holder: string
  readonly slot: string
  /** How long it must be seen unchanged before another may take over, milliseconds. */
  readonly forMs: number
  /** +1 each time the holder renews it. */
  readonly beat: number
}

/** Written before a one-time value is shown, so that no crash can leave it shown and unsaid. */
export interface Intent {
  /** The lease under which it was last shown. */
  readonly id: string
  /** Digest of the value shown. */
  readonly digest: string
  /** The slot's generation it belongs to. */
  readonly generation: number
  /** How many times the value may have been shown, this one included. */
  readonly presentations: number
  readonly journalled: boolean
  /** When, by the holder's clock. */
  readonly shownAt: number
}

export interface ConnectionDetail {
  readonly name: string
  readonly account: Account
  readonly slots: Readonly<Record<string, SlotDetail>>
  readonly createdAt: number
  readonly createdBy: string | null
  /** Scopes asked for when it was connected. */
  readonly requested: readonly string[]
  /** Events written with the change they tell of, cleared after delivery. */
  readonly pendingEvents: readonly PendingEvent[]
  /** Webhook subscriptions made for it at the provider. */
  readonly webhooks?: WebhookDetail
  /** The use-lease of a connection whose secret must not be used twice at once. */
  readonly use?: Lease
  /** When disconnecting began. */
  readonly disconnectingSince?: number
  /** The attempt that last wrote the credential: the same attempt never writes twice. */
  readonly attemptId: string
}

export interface SlotDetail {
  readonly clock: SlotClock
  readonly granted: readonly string[] | null
  readonly status: SlotStatus
  readonly reason: Reason | null
  readonly providerCode: string | null
  /** Value of the row's `generation` when this slot's credential last changed. */
  readonly generation: number
  /** The lease or attempt that wrote this credential: how a lost acknowledgement is settled. */
  readonly writtenBy: string
  /** Do not try again before, milliseconds since the epoch. */
  readonly retryAt: number | null
  /** Failures in a row. */
  readonly failures: number
}

export interface PendingEvent {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly data: Readonly<Record<string, unknown>>
}

export interface WebhookDetail {
  readonly state: "wanted" | "made" | "unwanted" | "failed"
  readonly subscriptions: readonly SubscriptionDetail[]
  /** Failures in a row. */
  readonly tries: number
  /** Not before, milliseconds since the epoch. */
  readonly retryAt?: number
  /** Digest of the key in the connection's own address; the key itself and the secrets are sealed in the document of this name. */
  readonly address?: string
}

/** One subscription, without its secret. */
export interface SubscriptionDetail {
  /** What the connector needs to renew or remove it. */
  readonly data: Readonly<Record<string, string>>
  /** When it was made or last renewed. */
  readonly madeAt: number
  /** When it ends unless it is renewed. */
  readonly expiresAt?: number
}

/** Small sealed values with a life: attempts, handles, counters, apps. Keyed by a digest, never by a secret itself. */
export interface DocumentStore {
  get(key: string): Promise<StoredDocument | undefined>
  /**
   * Writes if the stored version is `expectedVersion` (0: no document, or an expired one). Answers the new version, or undefined if it was not so.
   */
  put(document: Omit<StoredDocument, "version">, expectedVersion: number): Promise<number | undefined>
  /** Reads and deletes in one: of any number of callers one gets it. */
  take(key: string): Promise<StoredDocument | undefined>
  /** Idempotent. */
  delete(key: string): Promise<void>
  /** Documents whose key starts with `prefix`, in ascending order of key, behind `after`. */
  list(prefix: string, after: string | undefined, limit: number): Promise<StoredDocument[]>
  /** Removes up to `limit` documents that expired before `now`; answers how many. */
  sweep(now: number, limit: number): Promise<number>
}

export interface StoredDocument {
  /** `kind:digest`. */
  readonly key: string
  readonly value: string
  readonly version: number
  /** Milliseconds since the epoch; null: kept. Documents past it may still be answered until swept: callers look. */
  readonly expiresAt: number | null
}
