import {
  base64url,
  type Connector,
  createHoldfast,
  type Holdfast,
  keyring,
  memoryStore,
  type Owner,
  type TokenStore,
} from "@holdfast/core"
import { approve, type EmulatorClock, virtualClock } from "@holdfast/emulator"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp as slackApp } from "@holdfast/slack/emulator"
import { stripe } from "@holdfast/stripe"
import { createStripeEmulator, defaultAccounts, emulatorApp as stripeApp } from "@holdfast/stripe/emulator"
import { createCanary } from "@holdfast/testing"
import { createHandler } from "../handler.js"
import type { Dialect, HandlerOptions } from "../options.js"
import { expectSafeAnswer } from "./safe-answer.js"

export const origin = "https://app.example.com"
const mount = `${origin}/api/integrations`
/** A front end elsewhere, which is listed. */
export const front = "https://front.example.org"
export const foreign = "https://evil.example"

/** Owns what is attacked. */
export const ada: Owner = { tenantId: "acme", userId: "ada" }
/** A colleague, an admin of the same tenant, and somebody of another one. */
export const bob: Owner = { tenantId: "acme", userId: "bob" }
export const root: Owner = { tenantId: "acme", userId: "root", admin: true }
export const eve: Owner = { tenantId: "other", userId: "eve" }
/** Reads an API key of Stripe's test mode. */
const stripeKey = defaultAccounts[0]?.keys.test ?? ""

/** The page at `/ui`, as small as it can be. */
export const ui = { script: "export {}" }

/** A request as a browser or a program sends it. */
export interface Sent {
  /** Who is signed in at the host; nobody unless told. */
  readonly as?: Owner | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, unless it is text or bytes already. */
  readonly body?: unknown
  /** The browser's own id. */
  readonly browser?: string | undefined
}

/** What browsers say of a page that a person goes to. */
export const navigation = {
  accept: "text/html,application/xhtml+xml",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-site": "same-origin",
}
export const crossSite = { ...navigation, "sec-fetch-site": "cross-site" }

/** How a target is put together. */
export interface TargetChoices extends Partial<HandlerOptions> {
  readonly url?: string
  /** Default: a virtual one. */
  readonly clock?: EmulatorClock
  /** Shared by targets that are processes of one application. */
  readonly store?: TokenStore
  /** Beside Slack and Stripe. */
  readonly connectors?: readonly Connector[]
  /** What is attacked instead of the native routes, which are there as well: in `call` and `send`, addresses are below it. */
  readonly dialect?: Dialect
}

/** An application with a handler over real emulators, to be attacked. `canary` hears all it says. */
export function createTarget(choices: TargetChoices = {}) {
  const { url = mount, clock = virtualClock(), connectors = [], dialect, ...options } = choices
  const canary = createCanary()
  const slackAt = createSlackEmulator({
    clock,
    redirectUris: [`${url}/oauth/callback/slack`, `${origin}/api/v1/channels/slack/callback`],
  })
  const stripeAt = createStripeEmulator({ clock, redirectUris: [`${url}/oauth/callback/stripe`] })
  const emulators = [slackAt, stripeAt]
  const now = () => clock.now()
  const key = base64url(new Uint8Array(32).fill(7))
  for (const secret of [slackApp.clientSecret, slackApp.signingSecret, stripeApp.clientSecret, stripeKey, key])
    canary.watch(secret)
  const store = choices.store ?? memoryStore({ now })

  async function reach(request: Request): Promise<Response> {
    const emulator = emulators.find((one) => one.answers(request.url))
    if (!emulator) throw new TypeError("fetch failed")
    const answer = await emulator.fetch(request)
    for (const token of (await answer.clone().text()).match(/xox[a-z.]+-[\w.-]{8,}/g) ?? [])
      canary.watch(token, "token")
    return answer
  }

  const holdfast = createHoldfast({
    url,
    connectors: [slack(slackApp), stripe(stripeApp), ...connectors],
    store,
    keys: keyring(`k1:${key}`),
    env: {},
    returnUrls: [`${front}/done?tab=1`],
    redirectUris: [`${front}/oauth/callback`],
    logger: canary.logger,
    runtime: { clock: { now, monotonic: now }, fetch: reach },
  }) as unknown as Holdfast
  const settings: HandlerOptions = {
    owner: (request) => JSON.parse(request.headers.get("x-test-owner") ?? "null") as Owner | null,
    origins: [new URL(url).origin, front],
    bodyLimitBytes: 20_000,
    ui,
    describeOwner: ({ userId }) => `Person ${userId}`,
    onError: (error) => canary.look("onError", error),
    ...options,
  }
  const native = createHandler(holdfast, settings)
  const below = dialect ? new URL(dialect.path, url).href : url
  const spoken = dialect?.createHandler(holdfast, settings)
  const handler = (request: Request) => (spoken && request.url.startsWith(below) ? spoken : native)(request)

  async function send(method: string, path: string, { as, headers = {}, body, browser }: Sent = {}): Promise<Response> {
    const isJson = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array)
    const said = new Headers(headers)
    if (body !== undefined && !said.has("content-type")) said.set("content-type", "application/json")
    if (as) said.set("x-test-owner", JSON.stringify(as))
    if (browser !== undefined)
      said.append("cookie", `${url.startsWith("https") ? "__Host-" : ""}holdfast-of-test=${browser}`)
    const address = /^https?:/.test(path) ? path : below + path
    const content = (isJson ? JSON.stringify(body) : body) as BodyInit | undefined
    const request = new Request(address, { method, headers: said, ...(content !== undefined && { body: content }) })
    const answer = await handler(request)
    await canary.lookAt(`${method} ${path}`, answer)
    await expectSafeAnswer(answer, `${method} ${path}`)
    return answer
  }

  /** As a script of the app's own page. */
  const call = (method: string, path: string, sent: Sent = {}) =>
    send(method, path, { ...sent, headers: { origin, "sec-fetch-site": "same-origin", ...sent.headers } })

  return {
    holdfast,
    store,
    clock,
    stripe: stripeAt,
    canary,
    send,
    call,
    /** Begins an attempt with Slack in a browser, and answers it with the browser's id and the provider's address. */
    async begin(asked: Readonly<Record<string, unknown>> = {}, { as = ada, browser }: Sent = {}) {
      const begun = await call("POST", `${url}/attempts`, {
        as,
        browser,
        body: { connector: "slack", shared: "user", ...asked },
      })
      const { id, step, url: start } = (await begun.clone().json()) as Begun
      return { answer: begun, id, start, provider: step?.url ?? "", browser: browser ?? browserOf(begun) ?? "" }
    },
    /** Clicks Allow at the provider, and answers where the browser is sent. */
    approve: async (provider: string) =>
      (await approve((input, init) => reach(new Request(input, init)), provider)).href,
    /** Connects Stripe by key, for nobody but `owner`; its webhooks are made then. */
    async connect(owner = ada): Promise<string> {
      const asked = { connector: "stripe", method: "api_key", shared: "user", alias: `${owner.userId}-stripe` }
      const answer = await call("POST", `${url}/attempts`, {
        as: owner,
        body: { ...asked, values: { key: stripeKey } },
      })
      const id = String(((await answer.json()) as { connectionId?: string }).connectionId)
      while ((await store.connections.get(id))?.detail.webhooks?.state === "wanted")
        await new Promise((resolve) => setTimeout(resolve))
      return id
    },
    /** All that an attack could change: rows, attempts, saved apps. */
    async state(): Promise<unknown> {
      const rows = await store.connections.list({ limit: 1_000 })
      const documents = await store.documents.list("", undefined, 1_000)
      return {
        rows: rows.map(({ version: _version, ...row }) => row),
        documents: documents.filter(({ key }) => !key.startsWith("tries:")),
      }
    },
    close: () => holdfast.close(),
  }
}

export type Target = ReturnType<typeof createTarget>

interface Begun {
  readonly id: string
  readonly url: string
  readonly step?: { readonly url?: string }
}

/** The id that an answer gives to the browser. */
export function browserOf(answer: Response): string | undefined {
  return /holdfast-[\w-]{8}=([\w-]{43});/.exec(answer.headers.getSetCookie().join("\n"))?.[1]
}
