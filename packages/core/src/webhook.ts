import type { ZodType } from "zod"
import type { Account } from "./account.js"
import type { Call } from "./connector.js"
import type { App, Context } from "./context.js"

/** A delivery as it arrived, byte for byte. */
export interface Delivery {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
  /** The body as text. */
  readonly text: string
}

/** What a verified delivery is: an answer to a handshake, or events about accounts. */
export type Verdict =
  | {
      readonly is: "handshake"
      readonly response: Response
      /**
       * The secret that later deliveries are signed with, where the provider hands it over so. Taken only at a connection's own address
       * and while `subscribe` or `renew` runs, and stored before the answer goes out; at any other time the handshake is refused.
       */
      readonly secret?: string
    }
  | { readonly is: "events"; readonly events: readonly WebhookEvent[]; readonly response?: Response }

export interface WebhookEvent {
  /** The provider's id of the delivery, by which repeats are dropped; undefined where it has none. */
  readonly id?: string
  /** Our snake_case name, a key of `Webhooks.events`. Undeclared names are acknowledged and dropped. */
  readonly name: string
  /**
   * Whose it is: compared with `account.id` of the connections made with this app. Absent where the provider names a place that several
   * accounts reach (a tenant, an organisation): each connection of the app is then asked by `concerns`, without which it goes to none.
   * At a connection's own address it may be absent too, and another account's event is dropped.
   */
  readonly accountId?: string
  readonly payload: unknown
  /** Which of that account's connections it concerns, where the provider sends it for one person of several. Default: all. */
  concerns?(account: Account): boolean
}

/** One thing that the provider was asked to send. */
export interface Subscription {
  /** What it takes to renew or remove it. Stored in the clear: no secret belongs here. */
  readonly data: Readonly<Record<string, string>>
  /** What its deliveries are signed with. Kept sealed, for connections with an address of their own; elsewhere it is dropped. */
  readonly secret?: string
  /** When the provider stops sending unless it is renewed, milliseconds since the epoch. Absent: never. */
  readonly expiresAt?: number
}

/** Where deliveries shall go. */
export interface Place {
  readonly url: string
  /** Random, hexadecimal, the same at every call for this address: for providers that let the subscriber choose the secret or token. */
  readonly secret: string
  /** What earlier calls made and is to stay, with its secrets: answer it again instead of making it twice. */
  readonly known: readonly Subscription[]
}

/**
 * What verifiers are given of a context. `fetch` is for keys that the provider publishes: whoever sends the delivery chooses what is asked
 * for, so check the address against the provider's own hosts first.
 */
export type VerifyContext = Pick<Context, "clock" | "digest" | "fetch" | "log">

/**
 * Deliveries that are signed with a secret of the subscription instead of the app's: each connection has an unguessable address of its
 * own, and what arrives there concerns that connection alone.
 */
export interface OwnWebhooks {
  /** In words, for docs. Default: `Webhooks.scheme`. */
  readonly scheme?: string
  /** The methods whose connections have one. Default: all. `subscribe` is then called for these alone. */
  readonly methods?: readonly string[]
  /**
   * Proves a delivery with one of `secrets`, in constant time, and reads it. They are newest first: of the subscriptions, of handshakes,
   * and `Place.secret`. There may be several, while one takes another's place.
   * @throws HoldfastError `webhook_unverified`
   */
  verify(
    context: VerifyContext & {
      readonly app: App | undefined
      readonly account: Account
      readonly secrets: readonly string[]
    },
    delivery: Delivery,
  ): Promise<Verdict>
}

/** Deliveries from the provider: how they are proved, what they say, and how they are asked for. */
export interface Webhooks {
  /** In words, for docs: `HMAC-SHA256 of v0:{timestamp}:{body}, hex, X-Acme-Signature`. */
  readonly scheme: string
  /**
   * Proves a delivery to the app's address over its exact bytes, in constant time, and reads it. Absent: apps have no address.
   * @throws HoldfastError `webhook_unverified`
   */
  verify?(context: VerifyContext & { readonly app: App }, delivery: Delivery): Promise<Verdict>
  /** Deliveries to an address of each connection's own. */
  readonly own?: OwnWebhooks
  /** What can arrive, by our name. */
  readonly events: Readonly<Record<string, { readonly summary: string; readonly payload: ZodType }>>
  /**
   * Asks the provider for deliveries to `place.url`, after a connection is committed. Idempotent: it may run again after a crash, and
   * then finds what it made but could not tell of. Answers all that shall be; what is left of `place.known` is removed.
   */
  subscribe?(call: Call, place: Place): Promise<readonly Subscription[]>
  /** Makes a subscription last longer. Absent: `subscribe` is called again ahead of its end, and the old one removed. */
  renew?(call: Call, subscription: Subscription, place: Place): Promise<Subscription>
  /** Removes what `subscribe` made, before the credential is revoked. What is gone already is no error. */
  unsubscribe?(call: Call, subscriptions: readonly Subscription[]): Promise<void>
  /** Whether an event says that the grant of this account has ended: the whole of it, or the slots that are named. */
  ends?(event: WebhookEvent, account: Account): boolean | readonly string[]
}

/** Something that happens at a provider, learnt from a verified webhook or a poll. Typed now; its engine comes later. */
export interface EventSource {
  readonly from: "webhook" | "poll"
  readonly payload: ZodType
}

/** A resource that can be read back in time. Typed now; its engine comes later. */
export interface SyncSource {
  readonly item: ZodType
  read(
    call: Call,
    from: { readonly cursor?: string; readonly since?: number },
  ): Promise<{ readonly items: readonly unknown[]; readonly cursor?: string }>
}
