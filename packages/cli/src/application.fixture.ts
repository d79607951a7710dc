/** What an application's own module may look like: connectors, a store and keys, and two connections of one tenant. */
import {
  apiKey,
  createHoldfast,
  defineConnector,
  keyring,
  memoryStore,
  oauth2,
  operation,
  type TokenStore,
} from "@holdfast/core"
import { z } from "zod"

export const keys = { first: `k1:${"A".repeat(43)}`, second: `k2:${"B".repeat(43)}` }
export const store: TokenStore = memoryStore()

const acme = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [
    oauth2({
      authorizationEndpoint: "https://acme.example/authorize",
      tokenEndpoint: "https://acme.example/token",
      scopes: ["read"],
    }),
    apiKey({ fields: [{ name: "key", label: "Key", type: "password" }] }),
  ],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  api: { baseUrl: "https://acme.example", authorization: "Bearer" },
  errors: { codes: {} },
  identify: async ({ http }) => http.get("/me", { output: z.object({ id: z.string(), label: z.string() }) }),
  async check({ http }) {
    await http.get("/me")
    return []
  },
  operations: {
    who: operation({
      summary: "Who",
      effect: "read",
      input: z.object({}),
      output: z.unknown(),
      run: ({ http }) => http.get("/me"),
    }),
  },
  setup: { url: "https://acme.example/apps", steps: [] },
})

/** The same application with other keys, or another store. */
export function application(options: { keys?: string; store?: TokenStore; env?: Record<string, string> } = {}) {
  return createHoldfast({
    url: "https://app.example/integrations",
    connectors: [acme()],
    store: options.store ?? store,
    keys: keyring(options.keys ?? keys.first),
    env: options.env ?? { ACME_CLIENT_ID: "acme-app", ACME_CLIENT_SECRET: "canary-client-secret" },
    runtime: {
      async fetch(request) {
        const key = request.headers.get("authorization")?.replace("Bearer ", "") ?? ""
        if (key === "") return new Response(null, { status: 401 })
        return Response.json({ id: key, label: `Account\u001b[31m of ${key.length}` })
      },
    },
  })
}

/** Connects by a key, and answers the id. */
export async function connect(key: string, tenantId = "t1"): Promise<string> {
  const holdfast = application()
  const begun = await holdfast.attempts.begin(
    { tenantId, userId: "ada" },
    { connector: "acme", method: "api_key", values: { key }, browser: "b" },
  )
  return begun.connectionId ?? ""
}

export const holdfast = () => application()
