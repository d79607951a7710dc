import {
  base64url,
  createHoldfast,
  type Holdfast,
  keyring,
  memoryStore,
  type Owner,
  type TokenStore,
} from "@holdfast/core"
import { approve, type Emulator } from "@holdfast/emulator"
import { expect } from "vitest"
import { type Canary, createCanary } from "../canary.js"
import { acme } from "./acme-connector.js"
import { acmeApp, acmeEmulator, acmeKeys } from "./acme-emulator.js"
import { type Browser, createBrowser, type Send } from "./browser.js"

/** Public origin of the application under test. The server listens elsewhere: only configuration says this. */
export const appOrigin = "https://app.example.com"
const mountPath = "/api/integrations"
export const mountUrl = appOrigin + mountPath
/** A front end on another origin, which is listed. */
export const frontOrigin = "https://front.example.org"

/** What a test mounts. */
export interface HandlerMount {
  readonly holdfast: Holdfast
  /** Where it is mounted: `/api/integrations`. */
  readonly path: string
  /** Who asks, from the value of the request's `x-test-owner` header. */
  ownerOf(header: unknown): Owner | null
  /** To be handed on as they are. */
  readonly options: {
    readonly origins: readonly string[]
    readonly bodyLimitBytes: number
    readonly onError: (error: unknown) => void
    readonly waitUntil: (work: Promise<void>) => void
    readonly describeOwner: (owner: Owner) => string
  }
}

/** Something that answers requests. */
export interface MountedHandler {
  readonly send: Send
  close?(): Promise<void> | void
}

/** One application with a handler, made for one test. */
export interface HandlerUnderTest {
  readonly holdfast: Holdfast
  readonly emulator: Emulator
  readonly send: Send
  /** What went to `onError`, as it was. */
  readonly errors: unknown[]
  /** Work that went behind an answer. */
  readonly background: Promise<void>[]
  /** A browser with nothing in it; `null`: nobody is signed in at the host. */
  browser(owner?: Owner | null): Browser
  /** Goes through the whole of connecting, and answers the connection's id. */
  connect(owner?: Owner, key?: string): Promise<string>
  /** The same by OAuth, with the app. */
  connectByOAuth(owner?: Owner): Promise<string>
  /** Clicks Allow (or not) at the provider, and answers where the browser is sent. */
  approve(url: string | null, options?: { deny?: boolean; account?: string }): Promise<string>
  /** Whatever happens inside, no connection may come, go or change. */
  unchanged(work: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

export const ada: Owner = { tenantId: "acme-corp", userId: "ada" }
export const bob: Owner = { tenantId: "acme-corp", userId: "bob" }
export const eve: Owner = { tenantId: "other-corp", userId: "eve" }
export const admin: Owner = { tenantId: "acme-corp", userId: "root", admin: true }

/** Puts an application together and mounts it. */
export async function createUnderTest(
  mount: (mount: HandlerMount) => Promise<MountedHandler> | MountedHandler,
): Promise<HandlerUnderTest> {
  const emulator = acmeEmulator(`${mountUrl}/oauth/callback/acme`)
  const canary = createCanary()
  for (const secret of [acmeApp.clientSecret, acmeApp.signingSecret, ...Object.keys(acmeKeys)]) canary.watch(secret)
  const store = memoryStore({ now: () => emulator.clock.now() })
  const holdfast = createHoldfast({
    url: mountUrl,
    connectors: [acme(acmeApp)],
    store,
    keys: keyring(`k1:${base64url(new Uint8Array(32).fill(7))}`),
    env: {},
    returnUrls: [`${frontOrigin}/done?tab=1`],
    logger: canary.logger,
    runtime: {
      clock: { now: () => emulator.clock.now(), monotonic: () => emulator.clock.now() },
      fetch: async (request) => noteTokens(await emulator.fetch(request), canary),
    },
  }) as unknown as Holdfast
  const errors: unknown[] = []
  const background: Promise<void>[] = []
  const mounted = await mount({
    holdfast,
    path: mountPath,
    ownerOf: (header) => (typeof header === "string" ? (JSON.parse(header) as Owner) : null),
    options: {
      origins: [appOrigin, frontOrigin],
      bodyLimitBytes: 20_000,
      onError: (error) => void errors.push(error),
      waitUntil: (work) => void background.push(work),
      describeOwner: ({ tenantId, userId }) => `Person ${userId} of ${tenantId}`,
    },
  })

  const send: Send = async (request) => {
    const answer = await mounted.send(request)
    await canary.lookAt(`${request.method} ${new URL(request.url).pathname}`, answer)
    return answer
  }
  const browser = (owner: Owner | null = ada) =>
    createBrowser(send, { origin: appOrigin, ...(owner && { owner: JSON.stringify(owner) }) })

  return {
    holdfast,
    emulator,
    send,
    errors,
    background,
    browser,
    approve: async (url, options) => (await approve(emulator.fetch, String(url), options)).href,
    async connect(owner = ada, key = "key-of-u1") {
      const begun = await browser(owner).call("POST", `${mountUrl}/attempts`, {
        connector: "acme",
        method: "api_key",
        values: { key },
      })
      return ((await begun.json()) as { connectionId: string }).connectionId
    },
    async connectByOAuth(owner = ada) {
      const person = browser(owner)
      const started = await person.visit(`${mountUrl}/connect/acme`)
      const callback = await approve(emulator.fetch, String(started.headers.get("location")))
      await person.visit(callback.href, { from: "cross-site" })
      const [connection] = await holdfast.for(owner).list()
      return String(connection?.id)
    },
    async unchanged(work) {
      const before = await allRows(store)
      await work()
      expect(await allRows(store), "no connection comes, goes or changes").toEqual(before)
    },
    async close() {
      await Promise.all(background)
      await mounted.close?.()
      await holdfast.close()
      // Whatever was said, to callers and to the operator, holds no secret of anybody.
      for (const error of errors) canary.look("onError", error)
      expect(canary.found()).toEqual([])
    },
  }
}

/** Every row, but for how often it was written: a lease that was taken and given back changes nothing. */
async function allRows(store: TokenStore) {
  const rows = await store.connections.list({ limit: 1000 })
  return rows.map(({ version: _version, ...row }) => row)
}

/** Remembers what the provider hands over, so that it can be looked for where it must not be. */
async function noteTokens(answer: Response, canary: Canary): Promise<Response> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined)
  const token = typeof body === "object" && body !== null && "access_token" in body ? body.access_token : undefined
  if (typeof token === "string") canary.watch(token, "access token")
  return answer
}
