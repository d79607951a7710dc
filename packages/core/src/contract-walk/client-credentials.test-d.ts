import { z } from "zod"
import { clientCredentials, defineConnector, type TokenSet } from "../index.js"

// No person and no refresh token: nothing is presented, and a new token is asked for with a secret that belongs to the app or was
// typed by a person, then sealed with the connection. The connection is the tenant's.

const fromForm = clientCredentials({
  tokenEndpoint: "https://{subdomain}.acme.example/oauth/token",
  credentialsFrom: "form",
  fields: [
    { name: "subdomain", label: "Subdomain", type: "text" },
    { name: "client_id", label: "Client ID", type: "text" },
    { name: "client_secret", label: "Client secret", type: "password" },
  ],
  input: z.object({ subdomain: z.string(), client_id: z.string(), client_secret: z.string() }),
  refreshInvalidatesAccessToken: true,
})
const fromApp = clientCredentials({
  id: "server_to_server",
  tokenEndpoint: "https://zoom.us/oauth/token",
  credentialsFrom: "app",
  grantType: "account_credentials",
  tokenParameters: { account_id: "{accountId}" },
  fields: [{ name: "accountId", label: "Account ID", type: "text" }],
})

/** What is spent by renewing a secret that can be asked for again: nothing. */
export const nothingSpent: undefined | string = fromForm.presents?.({ accessToken: "" } satisfies TokenSet, "main")

const define = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [fromForm, fromApp],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  api: { baseUrl: "https://{subdomain}.acme.example/v1", authorization: "Bearer", hostIsChosen: true },
  locate: ({ input }) => ({ subdomain: input?.subdomain ?? "" }),
  errors: { codes: {} },
  shared: "tenant",
  identify: async (_call, { input }) => ({ id: input?.subdomain ?? "", label: input?.subdomain ?? "" }),
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://acme.example/apps", steps: ["Create a client."] },
})
export interface AcmeConnector extends ReturnType<typeof define> {}
export const acme: () => AcmeConnector = define
