import { z } from "zod"
import { defineConnector, type OAuth1Secret, oauth1 } from "../index.js"

// OAuth 1.0a (RFC 5849), as data: what departs is the life of the token, which is asked for where consent is given, and how one is ended.
// https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/

const method = oauth1({
  label: "Connect with Trello",
  requestTokenEndpoint: "https://trello.com/1/OAuthGetRequestToken",
  authorizationEndpoint: "https://trello.com/1/OAuthAuthorizeToken",
  accessTokenEndpoint: "https://trello.com/1/OAuthGetAccessToken",
  scopes: ["read", "write"],
  authorizationParameters: { expiration: "never" },
  revokeRequest: (_context, { token }: OAuth1Secret) =>
    new Request(`https://api.trello.com/1/tokens/${token}`, { method: "DELETE" }),
  policy: { accessTokenSeconds: "never", revokesReplaced: true },
})

const define = defineConnector({
  id: "trello",
  vendor: "atlassian",
  name: "Trello",
  category: "productivity",
  documentation: "https://developer.atlassian.com/cloud/trello/rest/",
  methods: [method],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "API key", secret: false },
      { name: "clientSecret", label: "Secret", secret: true },
    ],
  },
  tokens: "none",
  api: { baseUrl: "https://api.trello.com/1", authorization: "OAuth 1.0a, HMAC-SHA1" },
  errors: { codes: { "invalid token": "grant_ended" } },
  async identify(call) {
    const me = await call.http.get("/members/me", { output: z.object({ id: z.string(), username: z.string() }) })
    return { id: me.id, label: me.username }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://trello.com/power-ups/admin", steps: ["Create an app.", "Allow {redirectUri}."] },
})
export interface TrelloConnector extends ReturnType<typeof define> {}
export const trello: () => TrelloConnector = define
