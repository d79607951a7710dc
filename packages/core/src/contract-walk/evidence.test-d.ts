import { z } from "zod"
import { apiKey, defineConnector, oauth2 } from "../index.js"
import { field, post } from "./kit.test-d.js"

// Who is there is only said on the way: QuickBooks in the callback's query, proved by a call; Stripe Connect in the token's answer.

const app = {
  schema: z.object({ clientId: z.string(), clientSecret: z.string(), webhookSecret: z.string().optional() }),
  fields: [
    { name: "clientId", label: "Client ID", secret: false },
    { name: "clientSecret", label: "Client secret", secret: true },
    { name: "webhookSecret", label: "Webhook secret", secret: true, required: false },
  ],
} as const

const defineQuickbooks = defineConnector({
  id: "quickbooks",
  vendor: "intuit",
  name: "QuickBooks",
  category: "finance",
  documentation: "https://developer.intuit.com/app/developer/qbo/docs/api/accounting",
  methods: [
    oauth2({
      authorizationEndpoint: "https://appcenter.intuit.com/connect/oauth2",
      tokenEndpoint: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
      revocationEndpoint: "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
      scopes: ["com.intuit.quickbooks.accounting"],
      clientAuthentication: "basic",
      refreshExpiresInSeconds: ({ x_refresh_token_expires_in }) => Number(x_refresh_token_expires_in),
      policy: { rotation: "single-use", reuse: { seconds: 86_400 } },
    }),
  ],
  app,
  api: { baseUrl: "https://quickbooks.api.intuit.com/v3/company/{realmId}", authorization: "Bearer" },
  locate: ({ callback }) => z.object({ realmId: z.string().regex(/^\d+$/) }).parse(callback),
  errors: { codes: {} },
  async identify(call, { callback }) {
    const { realmId } = z.object({ realmId: z.string() }).parse(callback)
    const { CompanyInfo } = await call.http.get("/companyinfo/{id}", {
      path: { id: realmId },
      output: z.object({ CompanyInfo: z.object({ CompanyName: z.string() }) }),
    })
    return { id: realmId, label: CompanyInfo.CompanyName, data: { realmId } }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://developer.intuit.com", steps: ["Create an app.", "Add {redirectUri}."] },
})
export interface QuickbooksConnector extends ReturnType<typeof defineQuickbooks> {}
export const quickbooks: () => QuickbooksConnector = defineQuickbooks

const connect = oauth2({
  id: "connect",
  authorizationEndpoint: "https://connect.stripe.com/oauth/authorize",
  tokenEndpoint: "https://connect.stripe.com/oauth/token",
  scopes: ["read_write"],
  pkce: "none",
  revokeRequest: ({ app: registration, account }) =>
    new Request("https://connect.stripe.com/oauth/deauthorize", {
      method: "POST",
      body: new URLSearchParams({ client_id: registration?.clientId ?? "", stripe_user_id: account?.id ?? "" }),
    }),
  // The platform's own key, and whose account it is used for.
  authorize(request, _token, { app: registration, account }) {
    request.headers.set("authorization", `Bearer ${field(registration, "clientSecret")}`)
    if (account) request.headers.set("stripe-account", account.id)
  },
  policy: { rotation: "none", accessTokenSeconds: "never", revokes: "grant", expectsRefreshToken: false },
})

const defineStripe = defineConnector({
  id: "stripe",
  vendor: "stripe",
  name: "Stripe",
  category: "payments",
  documentation: "https://docs.stripe.com/api",
  methods: [connect, apiKey({ fields: [{ name: "key", label: "Secret key", type: "password" }] })],
  app,
  api: { baseUrl: "https://api.stripe.com/v1", authorization: "Bearer" },
  errors: { codes: { resource_missing: "resource_not_found" } },
  async identify(call, { token }) {
    const { stripe_user_id, livemode } = z.object({ stripe_user_id: z.string(), livemode: z.boolean() }).parse(token)
    await post(call.context, `https://api.stripe.com/v1/accounts/${stripe_user_id}`, {}, z.unknown())
    return { id: stripe_user_id, label: stripe_user_id, kind: livemode ? "live" : "test" }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://dashboard.stripe.com/apikeys", steps: ["Copy the key.", "Add {redirectUri}."] },
})
export interface StripeConnector extends ReturnType<typeof defineStripe> {}
export const stripe: () => StripeConnector = defineStripe
