// https://developer.atlassian.com/cloud/trello/rest/
import { type AppOptions, type Call, defineConnector, HoldfastError, type OAuth1Secret, oauth1 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { operations } from "./trello-operations.js"
import { alreadyThere, webhooks } from "./trello-webhooks.js"

/** @see https://developer.atlassian.com/cloud/trello/rest/api-group-members/#api-members-id-get */
const member = z.looseObject({
  id: z.string(),
  username: z.string(),
  fullName: z.string().nullish(),
  email: z.string().nullish(),
})

const api = "https://api.trello.com/1"

const define = defineConnector({
  id: "trello",
  vendor: "trello",
  name: "Trello",
  category: "productivity",
  documentation: "https://developer.atlassian.com/cloud/trello/rest/",
  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
    fields: [
      { name: "clientId", label: "API key", secret: false, help: "API Key, on your Power-Up's page." },
      { name: "clientSecret", label: "Secret", secret: true, help: "Below the API key." },
    ],
  },
  tokens: "none",

  methods: [
    // https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/#using-basic-oauth
    oauth1({
      label: "Connect with Trello",
      requestTokenEndpoint: "https://trello.com/1/OAuthGetRequestToken",
      authorizationEndpoint: "https://trello.com/1/OAuthAuthorizeToken",
      accessTokenEndpoint: "https://trello.com/1/OAuthGetAccessToken",
      scopes: ["read", "write"],
      // Without it a token ends after 30 days, and there is nothing to renew it with.
      authorizationParameters: { expiration: "never" },
      revokeRequest: (_context, secret) => revocation(secret),
      // Connecting again makes another token; the one before would live on for ever, and its webhooks with it.
      policy: { accessTokenSeconds: "never", revokesReplaced: true },
    }),
  ],

  api: { baseUrl: api, headers: { accept: "application/json" }, authorization: "OAuth 1.0a, HMAC-SHA1" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
    codes: {
      invalid_token: "grant_ended",
      expired_token: "grant_ended",
      invalid_key: "config_invalid",
      unauthorized_permission_requested: "forbidden",
      unauthorized_card_permission_requested: "forbidden",
      invalid_id: "resource_not_found",
      webhook_does_not_belong_to_token: "resource_not_found",
      [alreadyThere]: "input_invalid",
      API_KEY_LIMIT_EXCEEDED: "rate_limited",
      API_TOKEN_LIMIT_EXCEEDED: "rate_limited",
    },
    statuses: { 400: "input_invalid", 403: "forbidden" },
  },
  causes,

  async identify({ http }) {
    const { id, username, fullName, email } = await me(http)
    return { id, label: fullName || username, ...(email && { email }), data: { username } }
  },

  async check({ http }) {
    await me(http)
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,

  setup: {
    url: "https://trello.com/power-ups/admin",
    steps: [
      "Create a Power-Up at trello.com/power-ups/admin; it need not be published, nor have an iframe.",
      "Open “API key” and generate a key.",
      "Add the origin of {redirectUri} to the allowed origins.",
      "Copy the API key and the secret, and save them here.",
      "Connect here, log in, and allow access.",
    ],
  },
})

/** A Power-Up's key at Trello. */
export interface TrelloOptions extends AppOptions {
  /** The API key. Default: `TRELLO_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `TRELLO_CLIENT_SECRET`. */
  readonly clientSecret?: string
}

export interface TrelloConnector extends ReturnType<typeof define> {}

/**
 * Trello, through OAuth 1.0a: boards, lists and cards as the person who allowed it sees them, and what happens on their boards. Every request is signed; no token travels
 * in an address.
 * @see https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/
 */
export const trello: (options?: TrelloOptions) => TrelloConnector = define

function me(http: Call["http"]) {
  return http.get("/members/me", { query: { fields: "username,fullName,email" }, output: member })
}

/**
 * Trello names the token to delete in the path: this is the one address that holds one, and it goes to Trello alone.
 * @see https://developer.atlassian.com/cloud/trello/rest/api-group-tokens/#api-tokens-token-delete
 */
function revocation({ token }: OAuth1Secret): Request {
  if (!/^\w+$/.test(token)) throw new HoldfastError("credential_unreadable", "This is no token of Trello's.")
  return new Request(`${api}/tokens/${token}`, { method: "DELETE" })
}

// Most refusals are a line of text, of which these are told apart; others are JSON with a code.
const lines = new Set([
  "invalid token",
  "expired token",
  "invalid key",
  "invalid id",
  "unauthorized permission requested",
  "unauthorized card permission requested",
  "webhook does not belong to token",
  "a webhook with that callback, model, and token already exists",
])
const refusal = z.object({ error: z.string() })

/** @see https://developer.atlassian.com/cloud/trello/guides/rest-api/status-codes/ */
function codeOf(body: unknown): string | undefined {
  if (typeof body !== "string") return refusal.safeParse(body).data?.error
  const line = body.trim().toLowerCase()
  return lines.has(line) ? line.replaceAll(/[ ,]+/g, "_") : undefined
}
