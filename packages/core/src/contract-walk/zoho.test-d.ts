import { z } from "zod"
import { type AuthMethod, defineConnector, type OAuth2State, oauth2, type TokenSet } from "../index.js"
import { query, unverified } from "./kit.test-d.js"

// The callback names the data centre where the code is traded, and where every later refresh must go; the token body names the API's
// host, and a refresh may change it. Neither host is believed unless it is one of Zoho's.
// https://www.zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html

const accountsHosts = ["https://accounts.zoho.com", "https://accounts.zoho.eu", "https://accounts.zohocloud.ca"]

const at = (accounts: string) =>
  oauth2({
    authorizationEndpoint: "https://accounts.zoho.com/oauth/v2/auth",
    tokenEndpoint: `${accounts}/oauth/v2/token`,
    scopes: ["ZohoBooks.fullaccess.all"],
    scopeSeparator: ",",
    authorizationParameters: { access_type: "offline", prompt: "consent" },
    errorCode: ({ body }) => z.object({ error: z.string() }).safeParse(body).data?.error,
    grantErrors: ["invalid_code"],
    account: ({ api_domain }) => (typeof api_domain === "string" ? { data: { apiDomain: api_domain } } : undefined),
    authorize: (request, token) => request.headers.set("authorization", `Zoho-oauthtoken ${token}`),
    policy: { rotation: "reusable", expectsRefreshToken: true },
  })

const byRegion = new Map(accountsHosts.map((host) => [host, at(host)]))
const region = (host: string | undefined) =>
  byRegion.get(host ?? "https://accounts.zoho.com") ?? unverified("not a host of Zoho's")

const method: AuthMethod<TokenSet, OAuth2State> = {
  ...region(undefined),
  advance: (context, input) =>
    region(input.from === "callback" ? query(input)["accounts-server"] : undefined).advance(context, input),
  async refresh(context, secret, slot) {
    const outcome = await region(context.account?.data?.accountsServer).refresh?.(context, secret, slot)
    return outcome ?? { is: "unknown" }
  },
}

const define = defineConnector({
  id: "zoho-books",
  vendor: "zoho",
  name: "Zoho Books",
  category: "finance",
  documentation: "https://www.zoho.com/books/api/v3/",
  methods: [method],
  app: {
    // Zoho may give each data centre a secret of its own.
    schema: z.object({ clientId: z.string(), clientSecret: z.string(), clientSecretEu: z.string().optional() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
      { name: "clientSecretEu", label: "Client secret (EU)", secret: true, required: false },
    ],
  },
  api: { baseUrl: "{apiDomain}/books/v3", authorization: "Zoho-oauthtoken {token}", hostIsChosen: true },
  locate: ({ token, callback }) => ({
    apiDomain: z.string().parse(token?.api_domain),
    accountsServer: callback?.["accounts-server"] ?? "https://accounts.zoho.com",
  }),
  errors: { codes: { "57": "scope_missing", "14": "token_expired" } },
  identify: async () => ({ id: "", label: "" }),
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://api-console.zoho.com", steps: ["Create a client.", "Add {redirectUri}."] },
})
export interface ZohoBooksConnector extends ReturnType<typeof define> {}
export const zohoBooks: () => ZohoBooksConnector = define
