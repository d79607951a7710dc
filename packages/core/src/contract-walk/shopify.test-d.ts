import { z } from "zod"
import { defineConnector, oauth2, operation } from "../index.js"
import { field, hmac, query, unverified } from "./kit.test-d.js"

// The shop is typed before the redirect and chooses every host; the callback's raw query is signed with the app's secret; a token
// that never ends says so; webhooks are made on connect and removed before the revocation.

const shop = z.object({ shop: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9-]*$/) })

const define = defineConnector({
  id: "shopify",
  vendor: "shopify",
  name: "Shopify",
  category: "commerce",
  documentation: "https://shopify.dev/docs/api",
  methods: [
    oauth2({
      authorizationEndpoint: "https://{shop}.myshopify.com/admin/oauth/authorize",
      tokenEndpoint: "https://{shop}.myshopify.com/admin/oauth/access_token",
      scopes: ["read_products"],
      scopeSeparator: ",",
      pkce: "none",
      tokenParameters: { expiring: "1" },
      fields: [{ name: "shop", label: "Shop", type: "text", placeholder: "acme" }],
      input: shop,
      async verifyCallback({ app, attempt }, input) {
        const { hmac: signature, shop: came, ...signed } = query(input)
        if (came !== `${attempt?.input.shop}.myshopify.com`) unverified("another shop")
        const expected = await hmac("SHA-256", field(app, "clientSecret"), new URLSearchParams(signed).toString())
        if (signature !== expected) unverified("hmac")
      },
      expiresInSeconds: ({ expires_in }) => (typeof expires_in === "number" ? expires_in : "never"),
      authorize: (request, token) => request.headers.set("x-shopify-access-token", token),
      policy: { rotation: "single-use", reuse: { untilUsed: true }, reconsent: "kills", revokes: "grant" },
    }),
  ],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  api: {
    baseUrl: "https://{shop}.myshopify.com/admin/api/2026-10",
    authorization: "X-Shopify-Access-Token: {token}",
    hostIsChosen: true,
  },
  errors: { codes: {}, statuses: { 401: "token_expired", 403: "scope_missing", 404: "resource_not_found" } },
  async identify(call, { input }) {
    const answer = await call.http.get("/shop.json", {
      output: z.object({ shop: z.object({ id: z.number(), name: z.string() }) }),
    })
    return { id: String(answer.shop.id), label: answer.shop.name, data: shop.parse(input) }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {
    get_order: operation({
      summary: "Read an order",
      effect: "read",
      scopes: ["read_orders"],
      input: z.object({ orderId: z.coerce.string() }),
      output: z.object({ id: z.number() }),
      run: (call, { orderId }) =>
        call.http.get("/orders/{id}.json", { path: { id: orderId }, output: z.object({ id: z.number() }) }),
    }),
  },
  webhooks: {
    scheme: "HMAC-SHA256 of the body with the client secret, base64, X-Shopify-Hmac-Sha256",
    async verify({ app }, { headers, text }) {
      if (headers.get("x-shopify-hmac-sha256") !== (await hmac("SHA-256", field(app, "clientSecret"), text)))
        unverified("hmac")
      const { shop_id } = z.object({ shop_id: z.number() }).parse(JSON.parse(text))
      const id = headers.get("x-shopify-webhook-id")
      return {
        is: "events",
        events: [{ ...(id && { id }), name: "app_uninstalled", accountId: String(shop_id), payload: {} }],
      }
    },
    events: { app_uninstalled: { summary: "The app was removed", payload: z.object({}) } },
    async subscribe(call, { url }) {
      const made = await call.http.post("/webhooks.json", {
        json: { address: url },
        output: z.object({ id: z.string() }),
      })
      return [{ data: { id: made.id } }]
    },
    async unsubscribe(call, subscriptions) {
      for (const { data } of subscriptions)
        await call.http.delete("/webhooks/{id}.json", { path: { id: data.id ?? "" } })
    },
    ends: ({ name }) => name === "app_uninstalled",
  },
  setup: { url: "https://dev.shopify.com", steps: ["Create an app.", "Allow {redirectUri}."] },
})
export interface ShopifyConnector extends ReturnType<typeof define> {}
export const shopify: () => ShopifyConnector = define
