import type { Holdfast, Owner } from "@holdfast/core"

/** Answers a request. Never rejects. */
export type Handler = (request: Request) => Promise<Response>

/** Who is asking, or nothing when nobody is signed in. */
export type MaybeOwner = Owner | null | undefined

/** What the handler needs to know of the host application. */
export interface HandlerOptions {
  /**
   * Says who is asking, from the host's own session or token; never from what the browser claims.
   * An answer with `admin: true` may see and change app registrations.
   */
  owner(request: Request): MaybeOwner | Promise<MaybeOwner>
  /**
   * Origins of pages that may call with cookies, such as `https://app.example.com`. A page of any other origin is refused.
   * Default: the origin of `holdfast.url`.
   */
  readonly origins?: readonly string[]
  /** Longest body that is read. Default: 1 048 576 bytes. */
  readonly bodyLimitBytes?: number
  /** Gets every error as it is, with message and cause; the caller only ever sees its code. Throwing here changes nothing. */
  onError?(error: unknown, request: Request): void
  /** Keeps the process alive for work behind an answer (webhook handlers). Needed on Workers and Vercel. */
  waitUntil?(work: Promise<void>, request: Request): void
  /** What a person recognises an owner by, shown on the page that asks before connecting. Default: the ids. */
  describeOwner?(owner: Owner): string | Promise<string>
  /**
   * The page at `/ui`, on which people see and manage their connections: `integrationsPage` of `@holdfast/client/page`, with what
   * of it is yours, as in `{ ...integrationsPage, signInUrl: "/login" }`. Default: none; nothing is at `/ui`.
   */
  readonly ui?: IntegrationsPage
}

/** A page of integrations, served without a build step in the host application. */
export interface IntegrationsPage {
  /** Source of a module that defines `<holdfast-integrations>`. */
  readonly script: string
  /** Where people who are not signed in are sent: a path of your app, or an address. Default: they are told so, with status 401. */
  readonly signInUrl?: string
  /** Heading of the page, and of its window. Default: `Integrations`. */
  readonly title?: string
  /** Links beside the heading, such as back to your app. */
  readonly links?: readonly { readonly label: string; readonly url: string }[]
  /** Default: `auto`, as the person's system has it. */
  readonly theme?: "light" | "dark" | "auto"
  /** A stylesheet of your app, for its colours and fonts: a path on the origin of `holdfast.url`. */
  readonly stylesheet?: string
  /** Language of `title`, `links` and `strings`, as in `de` or `pt-BR`. Default: `en`. */
  readonly lang?: string
  /** Texts in place of the English ones, by their names: `strings` of `@holdfast/client/element` has them all. */
  readonly strings?: Readonly<Record<string, string>>
}

/**
 * A surface of its own over the same Holdfast, such as the routes of an existing front end. Mounted where that surface lives:
 * `app.use("/api/v1/channels", toExpress(holdfast, { dialect: channels(), owner }))`.
 */
export interface Dialect {
  /** Where it is mounted, on the origin of `holdfast.url`. */
  readonly path: string
  createHandler(holdfast: Holdfast, options: HandlerOptions): Handler
}

/** Options of an adapter: as of the handler, but `owner` gets the framework's own request. */
export interface AdapterOptions<Native> extends Omit<HandlerOptions, "owner"> {
  owner(request: Native): MaybeOwner | Promise<MaybeOwner>
  /** What is served. Default: the native routes (`createHandler`). */
  readonly dialect?: Dialect
}
