import { apiKey, defineConnector, HoldfastError, oauth2, operation } from "@holdfast/core"
import { z } from "zod"

const me = z.object({ id: z.string(), name: z.string(), email: z.email() })
const item = z.object({ id: z.string(), title: z.string() })
const event = z.object({
  type: z.string(),
  id: z.string().optional(),
  user: z.string(),
  challenge: z.string().optional(),
})

async function signatureOf(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ])
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
const unverified = (): never => {
  throw new HoldfastError("webhook_unverified")
}

const define = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [
    oauth2({
      authorizationEndpoint: "https://acme.example/oauth/authorize",
      tokenEndpoint: "https://acme.example/oauth/token",
      revocationEndpoint: "https://acme.example/oauth/revoke",
      scopes: ["items:read", "items:write"],
      policy: { rotation: "single-use", revokes: "token", accessTokenSeconds: 3_600 },
    }),
    apiKey({
      fields: [{ name: "key", label: "Key", type: "password" }],
      authorize: (request, { key }) => request.headers.set("x-acme-key", key),
    }),
  ],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string(), signingSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
      { name: "signingSecret", label: "Signing secret", secret: true },
    ],
  },
  api: { baseUrl: "https://api.acme.example", authorization: "Bearer, or X-Acme-Key: {key}" },
  errors: {
    read: ({ body }) => z.object({ error: z.string() }).safeParse(body).data?.error,
    codes: { token_invalid: "token_expired", scope_required: "scope_missing", no_such_item: "resource_not_found" },
  },
  async identify({ http }) {
    const { id, name, email } = await http.get("/me", { output: me })
    return { id, label: name, email }
  },
  async check({ http }) {
    await http.get("/me", { output: me })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },
  operations: {
    get_item: operation({
      summary: "Read an item",
      effect: "read",
      scopes: ["items:read"],
      input: z.object({ itemId: z.string() }),
      output: item,
      run: ({ http }, { itemId }) => http.get("/items/{id}", { path: { id: itemId }, output: item }),
    }),
    create_item: operation({
      summary: "Make an item",
      effect: "write",
      scopes: ["items:write"],
      input: z.object({ title: z.string().default("Untitled") }),
      output: item,
      run: ({ http }, { title }) => http.post("/items", { json: { title }, output: item }),
    }),
  },
  webhooks: {
    scheme: "HMAC-SHA256 of {timestamp}.{body}, hex, X-Acme-Signature",
    async verify({ app, clock }, { headers, text }) {
      const at = headers.get("x-acme-timestamp") ?? unverified()
      if (Math.abs(clock.now() / 1_000 - Number(at)) > 300) unverified()
      if (headers.get("x-acme-signature") !== (await signatureOf(app.fields.signingSecret ?? "", `${at}.${text}`)))
        unverified()
      const { type, id, user, challenge } = event.parse(JSON.parse(text))
      if (type === "challenge") {
        if (!/^\w{1,64}$/.test(challenge ?? "")) unverified()
        return { is: "handshake", response: new Response(challenge) }
      }
      return { is: "events", events: [{ ...(id && { id }), name: type, accountId: user, payload: { user } }] }
    },
    events: {
      item_created: { summary: "An item was made", payload: z.object({ user: z.string() }) },
      app_removed: { summary: "The app was removed", payload: z.object({ user: z.string() }) },
    },
    async subscribe({ http }, { url }) {
      const { id } = await http.post("/hooks", { json: { url }, output: z.object({ id: z.string() }) })
      return [{ data: { id } }]
    },
    async unsubscribe({ http }, subscriptions) {
      for (const { data } of subscriptions) await http.delete("/hooks/{id}", { path: { id: data.id ?? "" } })
    },
    ends: ({ name }) => name === "app_removed",
  },
  setup: {
    url: "https://acme.example/apps",
    steps: ["Make an app.", "Add {redirectUri}.", "Send events to {webhookUrl}."],
  },
})

export interface AcmeConnector extends ReturnType<typeof define> {}
export interface AcmeOptions {
  clientId?: string
  clientSecret?: string
  signingSecret?: string
}
export const acme: (options?: AcmeOptions) => AcmeConnector = (options) => define(options && { ...options })
