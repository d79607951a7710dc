import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { expect, it } from "vitest"

/** Runs inside workerd: connect, call, expire, many callers at once over several requests, a signed delivery, disconnect. */
const worker = `
  import { approve, authorizationServer, createEmulator, json } from "@holdfast/emulator"
  import { z } from "zod"
  import { createHoldfast, defineConnector, hmac, HoldfastError, isSameText, keyring, memoryStore, oauth2, operation } from "./index.ts"

  const url = "https://app.example/api/integrations"
  const acmeProvider = createEmulator({
    name: "acme",
    origins: ["https://acme.example"],
    setup(kit) {
      const oauth = authorizationServer(kit, {
        authorizationEndpoint: "https://acme.example/authorize",
        tokenEndpoint: "https://acme.example/token",
        revocation: { endpoint: "https://acme.example/revoke", revokes: "grant" },
        clients: [{ clientId: "app", clientSecret: "app-secret", redirectUris: [url + "/oauth/callback/acme"] }],
        accounts: [{ id: "U1", label: "First", data: {} }],
        scopes: ["read"],
        clientAuthentication: "post",
        refreshToken: { rotation: "single-use" },
      })
      kit.route("GET", "https://acme.example", "/me", ({ request }) => {
        const token = oauth.authenticate(request)
        return token ? json({ id: token.account.id }) : json({ error: "invalid_token" }, { status: 401 })
      })
      return { oauth }
    },
  })
  const me = z.object({ id: z.string() })
  const acme = defineConnector({
    id: "acme", vendor: "acme", name: "Acme", category: "other", documentation: "https://acme.example",
    methods: [oauth2({
      authorizationEndpoint: "https://acme.example/authorize", tokenEndpoint: "https://acme.example/token",
      revocationEndpoint: "https://acme.example/revoke", scopes: ["read"],
      policy: { rotation: "single-use", revokes: "token", accessTokenSeconds: 3600 },
    })],
    app: { schema: z.object({ clientId: z.string(), clientSecret: z.string() }), fields: [{ name: "clientId", label: "Id", secret: false }, { name: "clientSecret", label: "Secret", secret: true }] },
    api: { baseUrl: "https://acme.example", authorization: "Bearer" },
    errors: { codes: {} },
    identify: async ({ http }) => { const { id } = await http.get("/me", { output: me }); return { id, label: id } },
    check: async ({ http }) => { await http.get("/me"); return [{ name: "token", ok: true }, { name: "api", ok: true }] },
    operations: { who: operation({ summary: "Who", effect: "read", input: z.object({}), output: me, run: ({ http }) => http.get("/me", { output: me }) }) },
    webhooks: {
      scheme: "HMAC", events: { pinged: { summary: "Pinged", payload: z.unknown() } },
      async verify({ app }, { headers, text }) {
        const { message } = JSON.parse(text)
        if (!isSameText(headers.get("x-signature") ?? "", await hmac("SHA-256", app.fields.clientSecret, [text], "hex"))) throw new HoldfastError("webhook_unverified")
        return { is: "events", events: [{ name: "pinged", accountId: "U1", payload: message }] }
      },
    },
    setup: { url: "https://acme.example", steps: [] },
  })

  // Rows outlive requests; a Holdfast does not: on Workers nothing may wait for what another request began (ruling R19).
  const store = memoryStore({ now: acmeProvider.clock.now })
  const open = () => createHoldfast({
    url, connectors: [acme()], store, keys: keyring("k1:" + "A".repeat(43)), env: { ACME_CLIENT_ID: "app", ACME_CLIENT_SECRET: "app-secret" },
    runtime: { clock: { now: acmeProvider.clock.now, monotonic: () => Date.now() }, fetch: (request) => acmeProvider.fetch(request) },
  })
  const owner = { tenantId: "t1", userId: "ada" }
  const paths = {
    async connect() {
      const holdfast = open()
      const begun = await holdfast.attempts.begin(owner, { connector: "acme", browser: "b" })
      const back = await approve(acmeProvider.fetch, begun.step.url)
      const arrival = { state: back.searchParams.get("state"), connector: "acme", url: back.href, method: "GET", headers: new Headers(), body: "" }
      const { status } = await holdfast.attempts.callback(arrival, { browser: "b", owner })
      return { status, who: await (await holdfast.for(owner).get("acme")).run("who") }
    },
    async expire() {
      acmeProvider.clock.advance(3_600_000)
      return {}
    },
    async token() {
      const connection = await open().for(owner).get("acme")
      const tokens = await Promise.all(Array.from({ length: 20 }, () => connection.accessToken()))
      return { token: tokens[0], same: new Set(tokens).size, refreshes: acmeProvider.counters.refreshes.issued }
    },
    async webhook() {
      const holdfast = open()
      const seen = []
      holdfast.on("acme", "pinged", ({ payload }) => void seen.push(payload))
      const text = JSON.stringify({ message: "hello" })
      const headers = new Headers({ "x-signature": await hmac("SHA-256", "app-secret", [text], "hex") })
      const delivery = { method: "POST", url, headers, body: new TextEncoder().encode(text), text }
      const { response, settled } = await holdfast.webhooks.receive("acme", "app", delivery)
      await settled
      return { status: response.status, seen }
    },
    async disconnect() {
      const holdfast = open()
      const report = await (await holdfast.for(owner).get("acme")).disconnect()
      const { delivered } = await holdfast.scheduler.tick()
      return { ...report, delivered, left: (await store.connections.list({ limit: 10 })).length }
    },
  }
  export default {
    async fetch(request) {
      return Response.json(await paths[new URL(request.url).pathname.slice(1)]())
    },
  }
`

it("core lives in workerd: connect, refresh once over several requests, webhooks, disconnect", async () => {
  const bundle = await build({
    stdin: { contents: worker, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    bundle: true,
    format: "esm",
    write: false,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["@holdfast/source", "workerd", "worker"],
  })
  const miniflare = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? "",
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
  })
  const ask = async (path: string) => {
    const answer = await miniflare.dispatchFetch(`http://worker.example/${path}`)
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    return JSON.parse(text)
  }
  try {
    expect(await ask("connect")).toEqual({ status: "connected", who: { id: "U1" } })
    const before = await ask("token")
    await ask("expire")
    const callers = await Promise.all([ask("token"), ask("token"), ask("token")])
    expect(new Set(callers.map(({ token }) => token)).size).toBe(1)
    expect(callers.every(({ same, token }) => same === 1 && token !== before.token)).toBe(true)
    expect((await ask("token")).refreshes).toBe(1)
    expect(await ask("webhook")).toEqual({ status: 200, seen: ["hello"] })
    expect(await ask("disconnect")).toMatchObject({ revocation: "revoked", left: 0 })
  } finally {
    await miniflare.dispose()
  }
})
