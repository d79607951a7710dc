import { z } from "zod"
import { defineConnector, oauth2 } from "../index.js"
import { unverified } from "./kit.test-d.js"

// One grant, many tenants: one row, since two would spend one refresh token. A choice after the exchange picks the default; calls may
// name another. https://developer.xero.com/documentation/guides/oauth2/tenants

const connections = z.array(z.object({ tenantId: z.string(), tenantName: z.string() }))

const method = oauth2({
  authorizationEndpoint: "https://login.xero.com/identity/connect/authorize",
  tokenEndpoint: "https://identity.xero.com/connect/token",
  revocationEndpoint: "https://identity.xero.com/connect/revocation",
  scopes: ["openid", "accounting.transactions", "offline_access"],
  clientAuthentication: "basic",
  policy: { rotation: "single-use", revokes: "grant", refreshIdleDays: 60, accessTokenSeconds: 1_800 },
  choose: {
    id: "tenant",
    title: "Which organisation?",
    field: { name: "tenantId", label: "Organisation" },
    async options({ get }) {
      const tenants = await get("https://api.xero.com/connections", { output: connections })
      return tenants.map(({ tenantId, tenantName }) => ({ value: tenantId, label: tenantName }))
    },
  },
  authorize(request, token, { account }) {
    request.headers.set("authorization", `Bearer ${token}`)
    if (account?.data?.tenantId) request.headers.set("xero-tenant-id", account.data.tenantId)
  },
})

const define = defineConnector({
  id: "xero",
  vendor: "xero",
  name: "Xero",
  category: "finance",
  documentation: "https://developer.xero.com/documentation/api/",
  methods: [method],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  api: { baseUrl: "https://api.xero.com", headers: { accept: "application/json" }, authorization: "Bearer" },
  locate: ({ input }) => ({ tenantId: input?.tenantId ?? "" }),
  errors: { codes: {}, statuses: { 401: "token_expired", 403: "scope_missing" } },
  async identify(call, { input, token }) {
    const tenants = await call.http.get("/connections", { output: connections })
    const chosen = tenants.find(({ tenantId }) => tenantId === input?.tenantId) ?? unverified("no such organisation")
    // The grant is the person's, wherever its default points.
    const subject = z.string().parse(token?.sub)
    return { id: subject, label: chosen.tenantName, data: { tenantId: chosen.tenantId } }
  },
  async targets(call) {
    const tenants = await call.http.get("/connections", { output: connections })
    return tenants.map(({ tenantId, tenantName }) => ({ id: tenantId, label: tenantName, data: { tenantId } }))
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://developer.xero.com/app/manage", steps: ["Create an app.", "Add {redirectUri}."] },
})
export interface XeroConnector extends ReturnType<typeof define> {}
export const xero: () => XeroConnector = define
