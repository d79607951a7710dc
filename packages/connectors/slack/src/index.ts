// https://docs.slack.dev/
import { defineConnector, oauth2, type TokenBody } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { errors, slackError } from "./errors.js"
import { personalAccountId, webhooks } from "./events.js"
import { operations } from "./operations.js"

/** What `oauth.v2.access` says beside the tokens. @see https://docs.slack.dev/reference/methods/oauth.v2.access */
const installation = z.looseObject({
  enterprise: z.looseObject({ id: z.string(), name: z.string().nullish() }).nullish(),
  is_enterprise_install: z.boolean().nullish(),
  // `scope` is there where the person gave a token too.
  authed_user: z.looseObject({ id: z.string(), scope: z.string().nullish() }).nullish(),
  bot_user_id: z.string().nullish(),
})

/** @see https://docs.slack.dev/reference/methods/auth.test */
const me = z.looseObject({
  url: z.string().optional(),
  team: z.string(),
  team_id: z.string(),
  user: z.string(),
  user_id: z.string(),
  enterprise_id: z.string().nullish(),
})

const define = defineConnector(({ botScopes = defaultBotScopes, userScopes = [] }: SlackOptions) => ({
  id: "slack",
  vendor: "slack",
  name: "Slack",
  category: "communication",
  documentation: "https://docs.slack.dev/",
  app: {
    schema: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      signingSecret: z.string().min(1).optional(),
    }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false, help: "Basic Information, App Credentials." },
      { name: "clientSecret", label: "Client secret", secret: true },
      {
        name: "signingSecret",
        label: "Signing secret",
        secret: true,
        required: false,
        help: "Needed to receive events. Basic Information, App Credentials.",
      },
    ],
  },

  methods: [
    oauth2({
      authorizationEndpoint: "https://slack.com/oauth/v2/authorize",
      tokenEndpoint: "https://slack.com/api/oauth.v2.access",
      scopes: [],
      scopeSeparator: ",",
      slots: {
        bot: { parameter: "scope", scopes: botScopes },
        user: { parameter: "user_scope", scopes: userScopes },
      },
      // Turning it on makes the app a public client for good: https://docs.slack.dev/authentication/using-pkce
      pkce: "none",
      tokens: slotsOf,
      errorCode: ({ body }) => slackError(body),
      grantErrors: ["invalid_refresh_token", "invalid_code", "code_already_used", "token_revoked", "account_inactive"],
      clientErrors: ["invalid_client_id", "bad_client_secret"],
      laterErrors: ["ratelimited", "rate_limited"],
      // Whether tokens rotate is the app's choice, and each answer shows it: https://docs.slack.dev/authentication/using-token-rotation
      expiresInSeconds: (body) => (body.expires_in === undefined && !rotates(body) ? "never" : undefined),
      revokeRequest: (_context, { accessToken }) =>
        new Request("https://slack.com/api/auth.revoke", {
          method: "POST",
          headers: { authorization: `Bearer ${accessToken}` },
        }),
      expiredErrors: ["token_expired"],
      policy: {
        rotation: "single-use",
        accessTokenSeconds: 43_200,
        expectsRefreshToken: false,
        // One bot user an app and workspace: revoking its token deactivates the bot for everybody who connected this workspace.
        revokes: "grant",
      },
    }),
  ],

  api: { baseUrl: "https://slack.com/api", authorization: "Bearer" },
  errors,
  causes,

  async identify({ http }, { token }) {
    const { team, team_id, user, user_id, url, enterprise_id } = await http.post("/auth.test", {
      idempotent: true,
      output: me,
    })
    const { enterprise, is_enterprise_install, authed_user, bot_user_id } = installation.parse(token ?? {})
    const place =
      is_enterprise_install && enterprise
        ? { id: enterprise.id, name: enterprise.name ?? team }
        : { id: team_id, name: team }
    const data = {
      teamId: team_id,
      ...(url && { url }),
      ...(enterprise_id && { enterpriseId: enterprise_id }),
      ...(bot_user_id && { botUserId: bot_user_id }),
      ...(authed_user?.scope && { userId: authed_user.id }),
    }
    if (bot_user_id) return { id: place.id, label: place.name, data }
    return { id: personalAccountId(place.id, user_id), label: `${user} (${place.name})`, data }
  },

  async check({ http }) {
    await http.post("/auth.test", { idempotent: true, output: me })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,
  // Installed for a workspace, or by a person for themselves.
  shared: botScopes.length > 0 ? "tenant" : "user",

  setup: {
    url: "https://api.slack.com/apps",
    steps: [
      "You need to be allowed to install apps in the workspace, or an administrator who is.",
      "At api.slack.com/apps choose “Create New App”, then “From scratch”; give it a name and pick your workspace.",
      `Under “OAuth & Permissions”, “Bot Token Scopes”, add ${botScopes.join(", ") || "none"}.`,
      ...(userScopes.length > 0 ? [`Under “User Token Scopes” add ${userScopes.join(", ")}.`] : []),
      "Under “Redirect URLs” add {redirectUri} and save.",
      "Copy Client ID, Client Secret and Signing Secret from “Basic Information”, “App Credentials”, and save them here.",
      "To receive events, turn on “Event Subscriptions”, enter {webhookUrl} as the Request URL, and subscribe to the events you want; add tokens_revoked and app_uninstalled, so that removed connections are noticed at once.",
      "To connect workspaces other than your own, activate public distribution under “Manage Distribution”.",
      "Connect here, choose the workspace and allow. Then invite the bot to the channels it shall post to: /invite @your-app.",
    ],
  },
}))

/** A Slack app: its registration, and what it asks for. */
export interface SlackOptions {
  /** Default: `SLACK_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `SLACK_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Needed for events. Default: `SLACK_SIGNING_SECRET`. */
  readonly signingSecret?: string
  /** Scopes of the bot token. Default: {@link defaultBotScopes}. None: no bot, and the connection acts as the person. */
  readonly botScopes?: readonly string[]
  /** Scopes of the token of the person who installs. Default: none, and no user token. */
  readonly userScopes?: readonly string[]
}

/** What the operations need: posting, creating and listing channels, looking up people. */
export const defaultBotScopes: readonly string[] = ["chat:write", "channels:read", "channels:manage", "users:read"]

export interface SlackConnector extends ReturnType<typeof define> {}

/**
 * Slack, through an app of yours that is installed in a workspace (OAuth v2): a bot token, a user token, or both, each rotated by itself where
 * the app has turned rotation on. One connection for a workspace, shared with the tenant; without a bot, one for each person. Attempts that name
 * scopes ask for them where they are listed here.
 *
 * @see https://docs.slack.dev/authentication/installing-with-oauth
 */
export const slack: (options?: SlackOptions) => SlackConnector = define

/** An installation answers with both tokens; a refresh with one, flat, and says whose. */
function slotsOf(body: TokenBody): Record<string, TokenBody> {
  const { authed_user, token_type } = body
  const user = typeof authed_user === "object" && authed_user !== null ? (authed_user as TokenBody) : {}
  return {
    ...("access_token" in body && { [token_type === "user" ? "user" : "bot"]: body }),
    ...("access_token" in user && { user }),
  }
}

function rotates({ access_token, refresh_token }: TokenBody): boolean {
  return refresh_token !== undefined || (typeof access_token === "string" && access_token.startsWith("xoxe"))
}
