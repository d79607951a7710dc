import { approve, authorizationServer, createEmulator, type EmulatorClock, json } from "@holdfast/emulator"
import { z } from "zod"
import { virtualTime } from "../call/test-support.js"
import type { Connector } from "../connector.js"
import { createHoldfast } from "../create-holdfast.js"
import { defineConnector } from "../define-connector.js"
import type { LifecycleEvent } from "../events.js"
import type { Holdfast } from "../holdfast.js"
import type { HoldfastOptions } from "../holdfast-options.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import { apiKey } from "../methods/api-key.js"
import { oauth2 } from "../methods/oauth2.js"
import type { OAuth2Options } from "../methods/oauth2-options.js"
import { operation } from "../operation.js"
import type { Owner } from "../owner.js"
import type { TokenStore } from "../store.js"
import { settle } from "./settle.js"

export const url = "https://app.example/api/integrations"
export const redirectUri = `${url}/oauth/callback/acme`
export const app = { clientId: "acme-app", clientSecret: "acme-secret-1" }
const keys = keyring(`k1:${"A".repeat(43)}`)
export const ada: Owner = { tenantId: "t1", userId: "ada" }
const browser = "the browser of ada"

export interface BenchOptions {
  /** How the provider treats refresh tokens. Default: single use, a repeat ends the family. */
  readonly refreshToken?: NonNullable<Parameters<typeof authorizationServer>[1]["refreshToken"]>
  readonly server?: Partial<Parameters<typeof authorizationServer>[1]>
  readonly method?: Partial<OAuth2Options>
  readonly holdfast?: Partial<HoldfastOptions>
  readonly store?: TokenStore
  readonly connector?: Partial<Connector>
}

/** A whole Holdfast with one connector, over a strict provider in memory, in a time that moves only when nothing else can. */
export function bench(options: BenchOptions = {}) {
  const virtual = virtualTime()
  const time = { ...virtual, settle: <T>(promise: Promise<T>) => settle(virtual, promise) }
  const clock: EmulatorClock = {
    now: time.clock.now,
    advance: time.advance,
    sleep: (ms) => new Promise((resolve) => void time.timers.after(ms, resolve)),
  }
  const provider = createEmulator({
    name: "acme",
    clock,
    origins: ["https://acme.example"],
    setup(kit) {
      const oauth = authorizationServer(kit, {
        authorizationEndpoint: "https://acme.example/authorize",
        tokenEndpoint: "https://acme.example/token",
        revocation: { endpoint: "https://acme.example/revoke", revokes: "token" },
        clients: [{ ...app, redirectUris: [redirectUri, "https://app.example/own"] }],
        accounts: [
          { id: "U1", label: "First", data: {} },
          { id: "U2", label: "Second", data: {} },
        ],
        scopes: ["read", "write"],
        clientAuthentication: "post",
        refreshToken: options.refreshToken ?? { rotation: "single-use", reuse: "revokes-family" },
        ...options.server,
      })
      const keyOf = new Map([["key-of-first-user", "U1"]])
      kit.route("GET", "https://acme.example", "/me", ({ request }) => {
        const byKey = keyOf.get(request.headers.get("x-key") ?? "")
        const token = oauth.authenticate(request)
        const id = byKey ?? token?.account.id
        return id === undefined ? json({ error: "invalid_token" }, { status: 401 }) : json({ id })
      })
      return { oauth, keyOf }
    },
  })
  const events: LifecycleEvent[] = []
  const store = options.store ?? memoryStore({ now: time.clock.now })
  const make = (more: Partial<HoldfastOptions> = {}): Holdfast<ReturnType<ReturnType<typeof acmeConnector>>> => {
    const holdfast = createHoldfast({
      url,
      connectors: [acmeConnector(options.method, options.connector)()],
      store,
      keys,
      env: { ACME_CLIENT_ID: app.clientId, ACME_CLIENT_SECRET: app.clientSecret },
      runtime: { clock: time.clock, timers: time.timers, fetch: (request) => provider.fetch(request) },
      ...options.holdfast,
      ...more,
    } as HoldfastOptions<[ReturnType<ReturnType<typeof acmeConnector>>]>)
    holdfast.onLifecycle((event) => void events.push(event))
    return holdfast
  }
  const holdfast = make()

  /** Connects as a person with a browser would; answers the attempt as it ended. */
  async function connect(
    more: {
      owner?: Owner
      account?: string
      scopes?: string[]
      reconnect?: string
      holdfast?: Holdfast
      deny?: true
      alias?: string
    } = {},
  ) {
    const { attempts } = more.holdfast ?? holdfast
    const { owner = ada } = more
    const { reconnect, alias } = more
    const begun = await time.settle(
      attempts.begin(owner, {
        connector: "acme",
        browser,
        ...(reconnect !== undefined && { reconnect }),
        ...(alias !== undefined && { alias }),
      }),
    )
    return await answer(begun, more)
  }

  async function answer(
    begun: { step: { kind: string; url?: string } },
    more: { owner?: Owner; account?: string; scopes?: string[]; holdfast?: Holdfast; deny?: true } = {},
  ) {
    const { attempts } = more.holdfast ?? holdfast
    const back = await approve(provider.fetch, begun.step.url ?? "", {
      account: more.account ?? "U1",
      ...(more.scopes && { scopes: more.scopes }),
      ...(more.deny && { deny: true }),
    })
    return await time.settle(attempts.callback(arrivalOf(back), { browser, owner: more.owner ?? ada }))
  }

  return {
    time,
    provider,
    store,
    events,
    make,
    holdfast,
    connect,
    answer,
    mine: holdfast.for(ada),
    rows: () => store.connections.list({ limit: 100 }),
  }
}

/** What a callback looks like to the attempts. */
export function arrivalOf(back: URL, connector = "acme") {
  return {
    state: back.searchParams.get("state") ?? "",
    connector,
    url: back.href,
    method: "GET",
    headers: new Headers(),
    body: "",
  }
}

export function acmeConnector(method: Partial<OAuth2Options> = {}, more: Partial<Connector> = {}) {
  return defineConnector({
    id: "acme",
    vendor: "acme",
    name: "Acme",
    category: "other",
    documentation: "https://acme.example/docs",
    methods: [
      oauth2({
        authorizationEndpoint: "https://acme.example/authorize",
        tokenEndpoint: "https://acme.example/token",
        revocationEndpoint: "https://acme.example/revoke",
        scopes: ["read", "write"],
        consentParameters: { prompt: "consent" },
        policy: { rotation: "single-use", reuse: "revokes-family", accessTokenSeconds: 3_600 },
        ...method,
      }),
      apiKey({
        fields: [{ name: "key", label: "Key", type: "password" }],
        authorize: (request, { key }) => request.headers.set("x-key", key),
      }),
    ],
    app: {
      schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false },
        { name: "clientSecret", label: "Client secret", secret: true },
      ],
    },
    api: { baseUrl: "https://acme.example", authorization: "Bearer" },
    errors: { codes: { invalid_token: "token_expired" } },
    identify: async ({ http }) => {
      const { id } = await http.get("/me", { output: z.object({ id: z.string() }) })
      return { id, label: `Account ${id}` }
    },
    async check({ http }) {
      await http.get("/me")
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },
    operations: {
      who: operation({
        summary: "Who is there",
        effect: "read",
        scopes: ["read"],
        input: z.object({}),
        output: z.object({ id: z.string() }),
        run: ({ http }) => http.get("/me", { output: z.object({ id: z.string() }) }),
      }),
    },
    setup: { url: "https://acme.example/apps", steps: [] },
    ...(more as object),
  })
}
