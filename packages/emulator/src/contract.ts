import type { AuthorizationServer } from "./authorization/contract.js"
import type { EmulatorClock } from "./clock.js"
import type { Fault, Faults } from "./fault.js"
import type { Counters, LoggedRequest, LogNote, TokenCall } from "./ledger.js"
import type { EmulatorRandom } from "./random.js"

/** What {@link createEmulator} needs to know. `Provider` is whatever `setup` hands out to tests. */
export interface EmulatorOptions<Provider> {
  /** The provider's name, for messages: `"slack"`. */
  name: string
  /**
   * The public origins that it answers for: `"https://slack.com"`, or a pattern whose first label is a wildcard,
   * `"https://*.myshopify.com"` (one or more characters without a dot).
   */
  origins: readonly string[]
  /** Default: a virtual clock that stands still until `advance` is called. */
  clock?: EmulatorClock
  /** Ids and tokens are drawn from this seed. Default: the name. */
  seed?: string
  /** Registers the routes and builds the state. Runs again on every `reset()`, so keep all state inside. */
  setup(kit: EmulatorKit): Provider
}

/** A strict local stand-in of one provider. */
export interface Emulator<Provider = unknown> {
  readonly name: string
  /** As declared, patterns included. */
  readonly origins: readonly string[]
  readonly clock: EmulatorClock
  readonly faults: Faults
  /** What `setup` returned. Read it again after `reset()`. */
  readonly provider: Provider
  /** The requests so far, oldest first. */
  readonly log: readonly LoggedRequest[]
  /** A snapshot of the numbers so far. */
  readonly counters: Counters
  /** The authorization servers that `setup` made, by their id. */
  readonly authorizationServers: Readonly<Record<string, AuthorizationServer>>
  /** Named actions for tests and the control surface (`kit.action`). */
  readonly actions: Readonly<Record<string, EmulatorAction>>
  /**
   * Answers a request to one of the public origins. Pass it wherever a `fetch` goes. It never follows redirects: they
   * come back as with `redirect: "manual"`, or reject as with `"error"`.
   *
   * @throws TypeError for an origin that is not the provider's, and for dropped connections (see {@link Fault}).
   */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>
  /** Whether the origin of this URL is the provider's. */
  answers(url: string | URL): boolean
  /** Forgets everything and runs `setup` again. The clock keeps its time. */
  reset(): void
}

/** A named thing that a test or the demo can make the provider do: deliver a webhook, remove an app, add data. */
export type EmulatorAction = (input: unknown) => unknown | Promise<unknown>

/** What `setup` builds the provider from. */
export interface EmulatorKit {
  readonly name: string
  readonly clock: EmulatorClock
  readonly random: EmulatorRandom
  readonly faults: Faults
  /**
   * Answers a method and path at an origin.
   *
   * Path templates: `{id}` is one segment or part of one (`/values/{range}:append`), `{rest...}` is the remainder. The
   * match with the most literal characters wins. `origin` may be a pattern, like in {@link EmulatorOptions}.
   */
  route(
    method: HttpMethod | readonly HttpMethod[],
    origin: string,
    path: string,
    handler: RouteHandler,
    options?: RouteOptions,
  ): void
  /** How the provider answers paths it does not know. Default: 404 `{ "error": "not_found" }`, 405 for another method. */
  notFound(handler: (call: Call, allowed: readonly string[]) => Response | Promise<Response>): void
  /** Offers an action to tests (`emulator.actions.name(input)`) and to the control surface. */
  action(name: string, action: EmulatorAction): void
  /** Counts a token endpoint call of a hand-written token route; {@link authorizationServer} does it by itself. */
  countTokenCall(call: TokenCall): Promise<void>
  /** Counts a revocation of a hand-written route. */
  countRevocation(): void
  /** Called by {@link authorizationServer}. */
  register(server: AuthorizationServer): void
}

/** Methods that routes answer to. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"

/** Answers a request that matched. What it throws reaches the caller of `fetch`: a mistake, not an answer. */
export type RouteHandler = (call: Call) => Response | Promise<Response>

/** What else is known about a route. */
export interface RouteOptions {
  /** What the log, the counters and faults call the route. Default: `"POST /api/chat.postMessage"`. */
  id?: string
  /** Further names that faults may use, when they depend on the request. */
  names?: (call: Call) => readonly string[] | Promise<readonly string[]>
}

/** One request on its way through a route. */
export interface Call {
  readonly request: Request
  readonly url: URL
  /** The holes of the path template, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** The fault that strikes this request, if any; the kit acts on all but `token_answer`. */
  readonly fault: Fault | undefined
  /** The raw body. Any number of the readers may be called, any number of times. */
  bytes(): Promise<Uint8Array>
  text(): Promise<string>
  /** The body as JSON, or `undefined` when the content type or the body is not JSON. */
  json(): Promise<unknown>
  /** The body as a form, or `undefined` when the content type is not `application/x-www-form-urlencoded`. */
  form(): Promise<URLSearchParams | undefined>
  /** Adds to the log entry of this request. */
  note(note: LogNote): void
}
