import type { Account, Connector, ErrorCode, OperationName, ResultOf, RunArguments } from "@holdfast/core"
import type { ProviderEmulator, SignedDelivery, SuiteSignature } from "./provider-emulator.js"

/**
 * What {@link connectorSuite} must know of a connector beside its facts. Everything is made anew for each test, so nothing here
 * needs resetting.
 */
export interface ConnectorExamples<C extends Connector, E extends ProviderEmulator, Options = unknown> {
  /** A fresh emulator, on a virtual clock, at which the app is registered with this redirect URI (see {@link suiteUrl}). */
  emulator(registration: { readonly redirectUri: string }): E | Promise<E>
  /** Ends what an emulator holds open. */
  close?(emulator: E): void | Promise<void>
  /** What the factory is called with: the registration that the emulator knows, under the app's field names. Absent: no app needed. */
  app?: Options | ((emulator: E) => Options | Promise<Options>)
  /** One example for each method, under its id. */
  methods: Readonly<Record<string, MethodExample<E>>>
  /** One example for each operation: an operation without one does not compile. */
  operations: { readonly [Name in OperationName<C>]: OperationExample<C, Name, E> }
  /** Refusals of the provider, each a code of its `errors` table. At least one. */
  errors: readonly ErrorExample<C, E>[]
  /**
   * Makes the next API answer a refusal with the code `holdfast_unheard_of`, in the provider's own form; it must become `provider_rejected`.
   * Default: HTTP 400 with `{ "error": "holdfast_unheard_of" }`.
   */
  unknownError?(emulator: E): void
  /** Required where the connector has webhooks: one for each kind of address. */
  webhooks?: WebhookExamples<E> | readonly WebhookExamples<E>[]
  /** What does not apply, and why: it shows as a skipped test with its reason. */
  skip?: Partial<Record<SuiteCase, string>>
}

/** Tests that may be left out for a reason of the provider's. */
export type SuiteCase =
  | "altered_callback"
  | "scope_missing"
  | "consent_denied"
  | "unknown_error"
  | "stale_delivery"
  | "withdrawn_grant"
  | "second_account"

/** How one method is walked through at the emulator. */
export interface MethodExample<E extends ProviderEmulator = ProviderEmulator> {
  /** What is known before the first step, by field name: `{ shop: "acme" }`. */
  values?: Values<E>
  /** What the person types into forms on the way, by the form's `id`: `{ code: { code: "12345" } }`. */
  forms?: Readonly<Record<string, Values<E>>>
  /** Scopes instead of the method's own. */
  scopes?: readonly string[]
  /** Choices on the emulator's consent page. Default: allow everything, as the first account. */
  approve?: ApproveChoices
  /** Scopes that the person may untick on the provider's page, where it lets people do that. */
  untick?: readonly string[]
  /**
   * What the person's browser does on the provider's page, where it is not the emulator kit's consent page: answers the requests that
   * arrive at the callback address, in order (a POST by the provider's server, then the browser's return). None: the provider is polled.
   */
  visit?(emulator: E, url: string, choices: ApproveChoices): Promise<readonly (Request | URL | string)[]>
  /** Runs while a `qr` or `wait` step is shown, before it is polled: the person scans, confirms, pays. */
  wait?(emulator: E, step: { readonly kind: "qr" | "wait"; readonly data?: string }): void | Promise<void>
  /** Values that the provider must refuse, such as a wrong key, password or shop, each with the code it comes to. */
  refused?: readonly { values?: Values<E>; forms?: Readonly<Record<string, Values<E>>>; code: ErrorCode }[]
  /** Who is there afterwards. `id` is compared exactly. */
  account: (Partial<Account> & Pick<Account, "id">) | ((emulator: E) => Partial<Account> & Pick<Account, "id">)
  /** How to come as somebody else, for `account_mismatch`. Default: the second account of the emulator's consent page. */
  another?: Pick<MethodExample<E>, "values" | "forms" | "approve" | "visit" | "wait">
  /** Takes the grant away at the provider. Default: every grant of the emulator's authorization servers. */
  withdraw?(emulator: E): void | Promise<void>
  /** Whether the emulator still takes what was granted. Default: whether a grant of its authorization servers lives. */
  alive?(emulator: E): boolean | Promise<boolean>
}

/** Values by field name, or how to get them from the emulator (a code that it sent). */
export type Values<E> =
  | Readonly<Record<string, string>>
  | ((emulator: E) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)

/** Choices on a consent page of the emulator kit. */
export interface ApproveChoices {
  readonly deny?: boolean
  /** The scopes that stay ticked. Default: all. */
  readonly scopes?: readonly string[]
  /** Id of the account to pick. Default: the first. */
  readonly account?: string
}

/** A call of one operation, and what comes of it. */
export type OperationExample<C extends Connector, Name extends OperationName<C>, E extends ProviderEmulator> = {
  /** Prepares the emulator: adds what the call will find. */
  arrange?(emulator: E): void | Promise<void>
  /** The method to connect through. Default: the connector's first. */
  readonly method?: string
  /** What the answer must hold; nested objects may hold more. */
  readonly answer?: DeepPartial<ResultOf<C, Name>>
  /** Anything further that must be so, at the emulator or in the answer. */
  verify?(answer: ResultOf<C, Name>, emulator: E): void | Promise<void>
} & Parameters_<RunArguments<C, Name>>

// As `run` has it: left out only where no parameter is required.
type Parameters_<Arguments extends readonly unknown[]> = Arguments extends readonly [infer Given, ...unknown[]]
  ? { readonly parameters: Given }
  : { readonly parameters?: Arguments[0] }

export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? readonly DeepPartial<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> }
    : T

/** One refusal of the provider, and our code for it. */
export type ErrorExample<C extends Connector, E extends ProviderEmulator> = {
  readonly [Name in OperationName<C>]: {
    /** In words: "the channel does not exist". */
    readonly when: string
    readonly operation: Name
    arrange?(emulator: E): void | Promise<void>
    readonly method?: string
    readonly code: ErrorCode
    /** The provider's short code, which must be kept. Absent: the provider says none. */
    readonly providerCode?: string
  } & Parameters_<RunArguments<C, Name>>
}[OperationName<C>]

/** Deliveries as the provider makes them. */
export interface WebhookExamples<E extends ProviderEmulator = ProviderEmulator> {
  /** The method to connect through. Default: the connector's first. */
  readonly method?: string
  /**
   * Deliveries go to the connection's own address (`webhooks.own`): answers, for the subscription made last, the URL that the emulator was
   * asked to deliver to and the secret that it signs with. Absent: they go to the app's address.
   */
  own?(emulator: E): { readonly url: string; readonly secret: string }
  /**
   * How deliveries are signed: `hmacSignature(...)` of the emulator kit, with the secret that `app` holds, or the one that the emulator gave
   * to the subscription made last.
   */
  signature(emulator: E): SuiteSignature
  /** One delivery for each event of `webhooks.events` that comes to this address, about the account of that method's example. */
  deliveries(emulator: E): Readonly<Record<string, SignedDelivery>>
  /** Handshakes as the provider sends them, and what must be in the answer. */
  handshakes?(emulator: E): readonly { readonly delivery: SignedDelivery; readonly answer?: string }[]
  /** Well-signed handshakes that would have us sign or echo what is not a challenge (X7); each must be refused. */
  oracles?(emulator: E): readonly SignedDelivery[]
  /** Names of events after which the connection must need authorising again. */
  ends?: readonly string[]
  /** How many subscriptions the provider holds. Required where the connector subscribes. */
  subscriptions?(emulator: E): number
}
