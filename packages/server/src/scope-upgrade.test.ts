import { defineConnector, isHoldfastError, oauth2, operation } from "@holdfast/core"
import { approve, authorizationServer, createEmulator, json } from "@holdfast/emulator"
import { ada, connectorWorld } from "@holdfast/testing"
import { expect, it } from "vitest"
import { z } from "zod"
import { createHandler } from "./handler.js"

const origin = "https://acme.example"
const app = { clientId: "acme-app", clientSecret: "acme-secret" }
const me = z.object({ id: z.string() })

const acme = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: `${origin}/docs`,
  methods: [
    oauth2({ authorizationEndpoint: `${origin}/authorize`, tokenEndpoint: `${origin}/token`, scopes: ["read"] }),
  ],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  api: { baseUrl: origin, authorization: "Bearer" },
  errors: { codes: {} },
  identify: async ({ http }) => ({ ...(await http.get("/me", { output: me })), label: "First" }),
  check: async () => [],
  operations: {
    write_note: operation({
      summary: "Write a note",
      effect: "write",
      scopes: ["write"],
      input: z.object({}),
      output: me,
      run: ({ http }) => http.get("/me", { output: me }),
    }),
  },
  setup: { url: origin, steps: [] },
})

function emulator() {
  return createEmulator({
    name: "acme",
    origins: [origin],
    setup(kit) {
      const oauth = authorizationServer(kit, {
        authorizationEndpoint: `${origin}/authorize`,
        tokenEndpoint: `${origin}/token`,
        clients: [{ ...app, redirectUris: ["https://app.example.com/api/integrations/oauth/callback/acme"] }],
        accounts: [{ id: "U1", label: "First", data: {} }],
        scopes: ["read", "write"],
        refreshToken: { rotation: "reusable" },
      })
      kit.route("GET", origin, "/me", ({ request }) => {
        const token = oauth.authenticate(request)
        return token ? json({ id: token.account.id }) : json({ error: "invalid_token" }, { status: 401 })
      })
      return { oauth }
    },
  })
}

it("a call that lacks a scope says where to grant it, and works once the person has followed the link", async () => {
  const world = connectorWorld({ connectors: [acme(app)], emulator: emulator() })
  const connection = await world.connect()
  const { id } = await connection.info()
  const refusal: unknown = await connection.run("write_note").catch((error: unknown) => error)
  if (!isHoldfastError(refusal, "scope_missing")) throw refusal

  const handler = createHandler(world.holdfast, { owner: () => ada })
  const link = refusal.details.connectUrl ?? ""
  const left = await handler(new Request(`${link}&returnTo=/notes`, { headers: { "sec-fetch-site": "same-origin" } }))
  const provider = new URL(left.headers.get("location") ?? "")
  expect(provider.searchParams.get("scope")).toBe("read write")
  const callback = await approve(world.emulator.fetch, provider)
  const cookie = left.headers.get("set-cookie")?.split(";")[0] ?? ""
  const back = await handler(new Request(callback, { headers: { cookie, "sec-fetch-site": "cross-site" } }))
  expect(back.headers.get("location")).toMatch(/\/notes\?.*status=connected/)

  expect(await connection.run("write_note")).toEqual({ id: "U1" })
  expect(await connection.info()).toMatchObject({ id, account: { id: "U1" } })
})

it("a link cannot ask for more scopes, or longer ones, than a request may", async () => {
  const world = connectorWorld({ connectors: [acme(app)], emulator: emulator() })
  const handler = createHandler(world.holdfast, { owner: () => ada })
  const ask = (scopes: string) =>
    handler(
      new Request(`${world.holdfast.url}/connect/acme?scopes=${encodeURIComponent(scopes)}`, {
        headers: { "sec-fetch-site": "same-origin" },
      }),
    )
  expect((await ask("x".repeat(501))).status).toBe(400)
  expect((await ask("x ".repeat(201))).status).toBe(400)
  expect((await ask("read")).status).toBe(303)
})
