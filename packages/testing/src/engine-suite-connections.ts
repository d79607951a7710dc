import { defineConnector, memoryStore, oauth2 } from "@holdfast/core"
import { authorizationServer, createEmulator, json } from "@holdfast/emulator"
import { z } from "zod"
import { suiteUrl } from "./connector/world.js"
import { connectorWorld } from "./connector-world.js"
import { pause } from "./engine-suite-ticks.js"

const origin = "https://acme.example"
const app = { clientId: "acme-app", clientSecret: "acme-secret-1" }
const hourMs = 3_600_000

const acme = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: `${origin}/docs`,
  methods: [
    oauth2({
      authorizationEndpoint: `${origin}/authorize`,
      tokenEndpoint: `${origin}/token`,
      scopes: ["read"],
      policy: { rotation: "single-use", reuse: "revokes-family", accessTokenSeconds: 3_600 },
    }),
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
  async identify({ http }) {
    const { id } = await http.get("/me", { output: z.object({ id: z.string() }) })
    return { id, label: id }
  },
  check: async () => [
    { name: "token", ok: true },
    { name: "api", ok: true },
  ],
  operations: {},
  setup: { url: `${origin}/apps`, steps: [] },
})

/** A provider that ends the whole grant when a spent refresh token is shown again. */
function strictProvider(accounts: readonly string[]) {
  return createEmulator({
    name: "acme",
    origins: [origin],
    setup(kit) {
      const oauth = authorizationServer(kit, {
        authorizationEndpoint: `${origin}/authorize`,
        tokenEndpoint: `${origin}/token`,
        clients: [{ ...app, redirectUris: [`${suiteUrl}/oauth/callback/acme`] }],
        accounts: accounts.map((id) => ({ id, label: id, data: {} })),
        scopes: ["read"],
        clientAuthentication: "post",
        refreshToken: { rotation: "single-use", reuse: "revokes-family" },
      })
      kit.route("GET", origin, "/me", ({ request }) => {
        const token = oauth.authenticate(request)
        return token ? json({ id: token.account.id }) : json({ error: "invalid_token" }, { status: 401 })
      })
      return { oauth }
    },
  })
}

/** So many connections in one store, which two Holdfasts share as two processes would. */
export async function connectMany(count: number) {
  const accounts = Array.from({ length: count }, (_, at) => `U${at}`)
  const emulator = strictProvider(accounts)
  const store = memoryStore({ now: () => emulator.clock.now() })
  let answerAfterMs = 0
  const open = () =>
    connectorWorld({
      connectors: [acme(app)],
      emulator,
      store,
      async fetch(request) {
        if (answerAfterMs > 0) await pause(answerAfterMs)
        return await emulator.fetch(request)
      },
    })
  const first = open()
  const worlds = [first, open()]
  const connections = []
  // A tenant each, since nobody may begin so often in a minute.
  for (const account of accounts) {
    const owner = { tenantId: `tenant-of-${account}`, userId: account }
    connections.push(await first.connect({ owner }, { account }))
  }
  return {
    worlds,
    connections,
    rows: () => store.connections.list({ limit: count }),
    counters: () => emulator.counters.refreshes,
    /** A minute before their tokens end, at a provider that takes its time. */
    beginToBeDue() {
      emulator.clock.advance(hourMs - 60_000)
      answerAfterMs = 250
    },
  }
}
