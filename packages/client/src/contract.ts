import type {
  AppView,
  AttemptView,
  ConnectionInfo,
  ConnectionStatistics,
  Diagnosis,
  DisconnectReport,
  Field,
  HealthReport,
} from "@holdfast/core"

/** Where the handler is, and how this page proves who asks. */
export interface ClientOptions {
  /** Address at which the handler is mounted: `/api/integrations`, or an absolute one on another origin. */
  readonly url: string
  /**
   * Gets a token that the backend mints for whoever is signed in (`holdfast.access.browserToken`), when one is needed and again when it has ended.
   * Default: the host's cookies say who asks. Held in memory alone.
   */
  readonly token?: () => string | Promise<string>
}

/** The integrations of whoever uses the page. Every call may throw {@link ClientError}; none sees a token of a provider. */
export interface Client {
  /** Absolute address of the mount. */
  readonly url: string
  /** From now on, a token of the backend says who asks; held in memory alone. Resolves when the backend has taken it. @throws ClientError `unauthenticated` */
  authenticate(token: string): Promise<void>
  /**
   * Connects an account: opens a window in the click it is called in, and resolves once with how it ended. Never rejects. Where windows are blocked,
   * this page itself goes to the provider, and {@link Client.resume} on the page that comes back has the result.
   */
  connect(connector: string, options?: ConnectOptions): Promise<ConnectResult>
  /** The same for a connection that is there: its id stays, and the account must be the same. */
  reconnect(connectionId: string, options?: ConnectOptions): Promise<ConnectResult>
  /**
   * What became of a connect that left this page or was under way when it was loaded anew; undefined: none was. Of several, the latest: ask
   * again for the one before. An attempt in the address is taken out of it. `signal` gives up waiting; the attempt is cancelled.
   */
  resume(options?: { readonly signal?: AbortSignal }): Promise<ConnectResult | undefined>
  /** Begins without a window, for pages that draw the steps themselves. */
  begin(connector: string, options?: BeginOptions): Promise<Conversation>
  /** The same for a connection that is there. */
  beginAgain(connectionId: string, options?: BeginOptions): Promise<Conversation>
  /** What can be connected, and what is. */
  catalogue(): Promise<Catalogue>
  connections(filter?: { readonly connector?: string }): Promise<readonly ConnectionInfo[]>
  test(connectionId: string): Promise<HealthReport>
  rename(connectionId: string, name: string): Promise<ConnectionInfo>
  disconnect(connectionId: string): Promise<DisconnectReport>
  diagnose(connectionId: string): Promise<readonly Diagnosis[]>
  statistics(connectionId: string): Promise<ConnectionStatistics>
  /** App registrations, for admins. @throws ClientError `forbidden` for others */
  readonly apps: {
    list(): Promise<readonly AppSettings[]>
    /** An absent secret field keeps what is stored. */
    save(
      connector: string,
      fields: Readonly<Record<string, string>>,
      options?: { readonly for?: "connector" | "vendor" },
    ): Promise<AppSettings>
    /** Removes what was saved for the connector or, where that is said, for all of its vendor. */
    remove(connector: string, options?: { readonly for?: "connector" | "vendor" }): Promise<void>
  }
}

export interface BeginOptions {
  readonly method?: string
  /** What the method asks for beforehand, such as `{ shop: "acme" }`. */
  readonly values?: Readonly<Record<string, string>>
  readonly name?: string
  readonly shared?: "tenant" | "user"
  readonly scopes?: readonly string[]
  /**
   * Where this page comes back to when it goes to the provider itself: a path of the backend's origin, or an entry of `returnUrls`. Default: this
   * page; on another origin than the backend's without its query, so that it can be such an entry.
   */
  readonly returnTo?: string
}

export interface ConnectOptions extends BeginOptions {
  /** One of the two is called once, before the promise resolves. What they throw is reported as uncaught and changes nothing. */
  onSuccess?(connectionId: string): void
  /** Also when it was cancelled, with the code `aborted`. */
  onError?(error: ClientError): void
  /** `window` (default), or this page itself. */
  readonly in?: "window" | "page"
  /**
   * Called with a link where a window could not be opened: show it, and a click on it goes on. Default: this page itself goes there.
   */
  onBlocked?(url: string): void
  /** Gives up waiting; the attempt is cancelled. */
  readonly signal?: AbortSignal
}

/** How a connect ended. */
export type ConnectResult =
  | { readonly is: "connected"; readonly connectionId: string; readonly connector: string }
  /** The person, the page or `signal` gave up; nothing was connected. */
  | { readonly is: "cancelled" }
  | { readonly is: "failed"; readonly error: ClientError }

/** A conversation that connects, step by step. */
export interface Conversation {
  readonly id: string
  /** A page of the backend that draws the steps: where a window goes. */
  readonly url: string
  /** How it stands, as last heard. */
  view(): AttemptView
  /** Asks how it stands. */
  refresh(): Promise<AttemptView>
  submit(values: Readonly<Record<string, string>>): Promise<AttemptView>
  poll(): Promise<AttemptView>
  cancel(): Promise<void>
  /** Resolves when it has ended, asking no more often than its step says. */
  ended(signal?: AbortSignal): Promise<ConnectResult>
}

export interface Catalogue {
  readonly connectors: readonly CatalogueEntry[]
  /** Who asks, as far as a page must know. */
  readonly viewer: { readonly admin: boolean }
}

export interface CatalogueEntry {
  readonly id: string
  readonly vendor: string
  readonly name: string
  readonly category: string
  readonly documentation?: string
  readonly methods: readonly CatalogueMethod[]
  /** The guide that a person follows at the provider. */
  readonly setup: { readonly url: string; readonly steps: readonly string[] }
  /** Whether an app is there; true where none is needed. */
  readonly appConfigured: boolean
  readonly connected: boolean
  readonly connections: readonly {
    readonly id: string
    readonly name: string
    readonly status: ConnectionInfo["status"]
    readonly account: string
  }[]
}

export interface CatalogueMethod {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly needsApp: boolean
  /** What is asked for beforehand. */
  readonly fields: readonly Field[]
  readonly startsWith: "redirect" | "form" | "qr" | "grant"
}

/** A registration, with the guide beside it. */
export type AppSettings = AppView & { readonly setup?: CatalogueEntry["setup"] }

/** What went wrong, as the backend or this page says it. */
export interface ClientError extends Error {
  /**
   * A code of the backend, or one of this page: `offline` (the backend could not be reached or, which a page cannot tell apart, does not list its
   * origin), `popup_blocked` (in a frame, which cannot go to the provider itself), `aborted`, `answer_unreadable`.
   */
  readonly code: string
  readonly status?: number
  readonly details?: {
    readonly fields?: readonly string[]
    readonly retryAfterMs?: number
    readonly connectUrl?: string
    readonly redirectUri?: string
    readonly missingScopes?: readonly string[]
    readonly reason?: string
    readonly providerCode?: string
  }
}
