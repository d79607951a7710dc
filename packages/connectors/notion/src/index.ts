// https://developers.notion.com/reference/intro
import { type AppOptions, type Context, defineConnector, HoldfastError, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { operations } from "./operations.js"

/** @see https://developers.notion.com/reference/versioning */
const version = { "notion-version": "2025-09-03" }

const owner = z.looseObject({
  user: z
    .looseObject({ id: z.string(), name: z.string().nullish(), person: z.looseObject({ email: z.string() }).nullish() })
    .nullish()
    .catch(undefined),
})

/** What the token answer says beside the tokens. @see https://developers.notion.com/reference/create-a-token */
const installation = z.looseObject({
  bot_id: z.string().min(1),
  workspace_id: z.string().min(1),
  workspace_name: z.string().nullish(),
  duplicated_template_id: z.string().nullish(),
  owner: owner.nullish().catch(undefined),
})

/** @see https://developers.notion.com/reference/get-self */
const bot = z.looseObject({ object: z.literal("user"), id: z.string().min(1), type: z.literal("bot") })

/** @see https://developers.notion.com/reference/status-codes */
const refusal = z.looseObject({ code: z.string().optional(), error: z.string().optional() })

const define = defineConnector({
  id: "notion",
  vendor: "notion",
  name: "Notion",
  category: "productivity",
  documentation: "https://developers.notion.com/reference/intro",
  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
    fields: [
      { name: "clientId", label: "OAuth client ID", secret: false, help: "Configuration, on your integration's page." },
      { name: "clientSecret", label: "OAuth client secret", secret: true },
    ],
  },

  methods: [
    // https://developers.notion.com/guides/get-started/authorization
    oauth2({
      authorizationEndpoint: "https://api.notion.com/v1/oauth/authorize",
      tokenEndpoint: "https://api.notion.com/v1/oauth/token",
      authorizationParameters: { owner: "user" },
      // What an integration may do is said on its page; what it may see, the person picks.
      scopes: [],
      pkce: "none",
      clientAuthentication: "basic",
      tokenRequestFormat: "json",
      tokenRequestHeaders: version,
      errorCode: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
      revokeRequest: (context, { accessToken }) => revocation(context, accessToken),
      policy: {
        // Integrations of old get no refresh token. Where there is one, each refresh replaces it.
        rotation: "single-use",
        expectsRefreshToken: false,
        revokes: "grant",
        accessTokenSeconds: "unknown",
      },
    }),
  ],

  api: { baseUrl: "https://api.notion.com/v1", headers: version, authorization: "Bearer" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
    codes: {
      unauthorized: "token_expired",
      restricted_resource: "forbidden",
      object_not_found: "resource_not_found",
      validation_error: "input_invalid",
      rate_limited: "rate_limited",
      conflict_error: "provider_unavailable",
      internal_server_error: "provider_unavailable",
      service_unavailable: "provider_unavailable",
      database_connection_unavailable: "provider_unavailable",
      gateway_timeout: "provider_unavailable",
    },
  },
  causes,

  async identify({ http }, { token }) {
    await http.get("/users/me", { output: bot })
    const { workspace_id, workspace_name, bot_id, duplicated_template_id, owner } = installation.parse(token)
    const email = owner?.user?.person?.email
    return {
      // The bot stands for one person's permission in one workspace.
      id: `${workspace_id}:${bot_id}`,
      label: workspace_name || `Workspace ${workspace_id}`,
      ...(email && { email }),
      data: {
        workspaceId: workspace_id,
        botId: bot_id,
        ...(owner?.user && { userId: owner.user.id }),
        ...(duplicated_template_id && { duplicatedTemplateId: duplicated_template_id }),
      },
    }
  },

  async check({ http }) {
    await http.get("/users/me", { output: bot })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,

  setup: {
    url: "https://www.notion.so/profile/integrations",
    steps: [
      "You need to be an owner of the Notion workspace that the integration will belong to.",
      "At notion.so/profile/integrations create a new integration of the type “Public”, and fill in the company and its addresses.",
      "Add {redirectUri} to its redirect URIs.",
      "Under “Capabilities” let it read, update and insert content, and read user information with e-mail addresses.",
      "Copy OAuth client ID and OAuth client secret from “Configuration”, and save them here.",
      "Connect here, and pick the pages and databases that may be used. Others can be added later from a page's menu, under “Connections”.",
    ],
  },
})

/** The registration of a public integration at Notion. */
export interface NotionOptions extends AppOptions {
  /** Default: `NOTION_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `NOTION_CLIENT_SECRET`. */
  readonly clientSecret?: string
}

export interface NotionConnector extends ReturnType<typeof define> {}

/**
 * The pages and databases of a Notion workspace that a person shares with a public integration of yours. Tokens are refreshed where Notion
 * gives a refresh token, and kept where it gives none.
 * @see https://developers.notion.com/guides/get-started/authorization
 */
export const notion: (options?: NotionOptions) => NotionConnector = define

/** The token endpoint writes its code as OAuth does or as the API does. */
function codeOf(body: unknown): string | undefined {
  const { error, code } = refusal.safeParse(body).data ?? {}
  return error ?? code
}

/** @see https://developers.notion.com/reference/revoke-token */
function revocation({ app }: Context, token: string): Request {
  if (!app) throw new HoldfastError("app_not_configured")
  return new Request("https://api.notion.com/v1/oauth/revoke", {
    method: "POST",
    headers: {
      ...version,
      authorization: `Basic ${btoa(`${app.clientId}:${app.fields.clientSecret ?? ""}`)}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ token }),
  })
}
