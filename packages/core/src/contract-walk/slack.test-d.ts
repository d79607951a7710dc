import { z } from "zod"
import { defineConnector, oauth2, operation, type TokenBody } from "../index.js"
import { hmac, unverified } from "./kit.test-d.js"

// Two tokens in one answer, each with a clock, a rotation and an intent of its own; HTTP 200 with an error inside.

const authedUser = z.object({ authed_user: z.record(z.string(), z.unknown()).optional() })

const method = oauth2({
  authorizationEndpoint: "https://slack.com/oauth/v2/authorize",
  tokenEndpoint: "https://slack.com/api/oauth.v2.access",
  scopes: ["chat:write", "channels:read"],
  scopeSeparator: ",",
  slots: {
    bot: { parameter: "scope", scopes: ["chat:write"] },
    user: { parameter: "user_scope", scopes: ["search:read"] },
  },
  pkce: "none",
  tokens(body): Record<string, TokenBody> {
    const user = authedUser.parse(body).authed_user
    return { ...("access_token" in body && { bot: body }), ...(user && { user }) }
  },
  errorCode: ({ body }) => z.object({ ok: z.literal(false), error: z.string() }).safeParse(body).data?.error,
  grantErrors: ["invalid_refresh_token"],
  policy: { rotation: "single-use", revokes: "token", accessTokenSeconds: "never", expectsRefreshToken: false },
})

const define = defineConnector({
  id: "slack",
  vendor: "slack",
  name: "Slack",
  category: "communication",
  documentation: "https://docs.slack.dev",
  methods: [method],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string(), signingSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
      { name: "signingSecret", label: "Signing secret", secret: true },
    ],
  },
  api: { baseUrl: "https://slack.com/api", authorization: "Bearer" },
  errors: {
    read: ({ body }) => z.object({ error: z.string() }).safeParse(body).data?.error,
    codes: { channel_not_found: "resource_not_found", missing_scope: "scope_missing", token_expired: "token_expired" },
  },
  async identify(call) {
    const { team_id, team, user_id } = await call.http.post("/auth.test", {
      output: z.object({ team_id: z.string(), team: z.string(), user_id: z.string() }),
    })
    return { id: team_id, label: team, data: { userId: user_id } }
  },
  async check(call) {
    await call.http.post("/auth.test")
    return [{ name: "token", ok: true }]
  },
  operations: {
    send_message: operation({
      summary: "Post a message to a channel",
      effect: "write",
      scopes: ["chat:write"],
      input: z.object({ channel: z.string(), message: z.string() }),
      output: z.object({ ts: z.string() }),
      trace: ["ts"],
      run: (call, { channel, message }) =>
        call.http.post("/chat.postMessage", {
          json: { channel, text: message },
          output: z.object({ ts: z.string() }),
        }),
    }),
    list_channels: operation({
      summary: "List channels",
      effect: "read",
      input: z.object({ types: z.string(), limit: z.number().default(100), cursor: z.string().optional() }),
      output: z.object({ channels: z.array(z.object({ id: z.string() })), next: z.string().optional() }),
      pages: {
        items: (result) => result.channels,
        next: ({ next }, { limit }) => (next === undefined ? undefined : { cursor: next, limit: limit + 1 }),
      },
      run: async () => ({ channels: [] }),
    }),
    search_messages: operation({
      summary: "Search messages as the person",
      effect: "read",
      scopes: ["search:read"],
      uses: "user",
      input: z.object({ query: z.string() }),
      output: z.object({ total: z.number() }),
      run: (call, { query }) =>
        call.http.get("/search.messages", { as: "user", query: { query }, output: z.object({ total: z.number() }) }),
    }),
  },
  webhooks: {
    scheme: "HMAC-SHA256 of v0:{timestamp}:{body}, hex, X-Slack-Signature",
    async verify({ app, clock }, { headers, text }) {
      const at = headers.get("x-slack-request-timestamp") ?? unverified("no timestamp")
      if (Math.abs(clock.now() / 1000 - Number(at)) > 300) unverified("stale")
      const expected = await hmac("SHA-256", app.fields.signingSecret ?? "", `v0:${at}:${text}`)
      if (headers.get("x-slack-signature") !== `v0=${expected}`) unverified("signature")
      const body = z
        .object({ type: z.string(), challenge: z.string().optional(), team_id: z.string() })
        .parse(JSON.parse(text))
      if (body.type === "url_verification") return { is: "handshake", response: new Response(body.challenge) }
      return { is: "events", events: [{ name: "tokens_revoked", accountId: body.team_id, payload: body }] }
    },
    events: { tokens_revoked: { summary: "Tokens were revoked", payload: z.object({ team_id: z.string() }) } },
    ends: ({ name }) => name === "tokens_revoked" || name === "app_uninstalled",
  },
  setup: {
    url: "https://api.slack.com/apps",
    steps: ["Create an app.", "Add {redirectUri} under OAuth & Permissions."],
  },
})
export interface SlackConnector extends ReturnType<typeof define> {}
export const slack: () => SlackConnector = define
