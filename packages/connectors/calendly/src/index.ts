// https://developer.calendly.com/api-docs/overview
import { type AppOptions, apiKey, defineConnector, type ErrorTable, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooks } from "./events.js"
import { operations, statistics } from "./operations.js"

/** @see https://developer.calendly.com/api-docs/calendly-api/users/get-user */
const me = z.looseObject({
  resource: z.looseObject({
    uri: z.string().regex(/^https:\/\/api\.calendly\.com\/users\/[\w-]+$/),
    name: z.string(),
    email: z.string().nullish(),
    current_organization: z.string().startsWith("https://api.calendly.com/organizations/"),
    scheduling_url: z.string().nullish(),
  }),
})

/** `Resource Not Found` and the like: titles are of a fixed list, messages are sentences. */
const refusal = z.looseObject({ title: z.string().max(60) })
/** The token endpoint and what stands before the API say it so. */
const oauthRefusal = z.looseObject({ error: z.string().regex(/^\w+$/) })

/** @see https://developer.calendly.com/api-docs/calendly-api/scheduled-events/get-scheduled-event */
const errors: ErrorTable = {
  read({ status, body }) {
    if (status < 400) return undefined
    // Whatever its title says.
    if (status === 401) return "unauthenticated"
    const title = refusal.safeParse(body).data?.title
    return title?.trim().toLowerCase().replace(/\W+/g, "_") ?? oauthRefusal.safeParse(body).data?.error
  },
  codes: {
    unauthenticated: "token_expired",
    invalid_argument: "input_invalid",
    permission_denied: "forbidden",
    insufficient_scope: "scope_missing",
    resource_not_found: "resource_not_found",
    already_exists: "input_invalid",
    internal_server_error: "provider_unavailable",
  },
  statuses: { 403: "forbidden", 404: "resource_not_found" },
  // Seconds until the window ends: https://developer.calendly.com/api-docs/overview/rate-limits
  retryAfterMs({ headers }) {
    const seconds = Number(headers.get("retry-after") ?? headers.get("x-ratelimit-reset") ?? Number.NaN)
    return Number.isFinite(seconds) ? seconds * 1000 : undefined
  },
}

const define = defineConnector({
  id: "calendly",
  vendor: "calendly",
  name: "Calendly",
  category: "scheduling",
  documentation: "https://developer.calendly.com/api-docs/overview",
  app: {
    schema: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      webhookSigningKey: z.string().min(1).optional(),
    }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true, help: "Shown once, when the app is made." },
      {
        name: "webhookSigningKey",
        label: "Webhook signing key",
        secret: true,
        required: false,
        help: "Needed to receive events of people who connect through the app. Shown once, beside the client secret.",
      },
    ],
  },

  methods: [
    oauth2({
      authorizationEndpoint: "https://auth.calendly.com/oauth/authorize",
      tokenEndpoint: "https://auth.calendly.com/oauth/token",
      // A :write scope has its :read scope in it: https://developer.calendly.com/docs/authentication/scopes
      scopes: [
        "users:read",
        "event_types:read",
        "scheduled_events:write",
        "scheduling_links:write",
        "routing_forms:read",
        "webhooks:write",
      ],
      alwaysScopes: ["users:read"],
      // https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-refresh-token
      clientAuthentication: "basic",
      granted: ({ scope }) => grantedScopes(scope),
      // The client is named in the body here: https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-revoke
      revokeRequest: ({ app }, { accessToken, refreshToken }) =>
        new Request("https://auth.calendly.com/oauth/revoke", {
          method: "POST",
          headers: { accept: "application/json" },
          body: new URLSearchParams({
            client_id: app?.clientId ?? "",
            client_secret: app?.fields.clientSecret ?? "",
            token: refreshToken ?? accessToken,
          }),
        }),
      // https://developer.calendly.com/refresh-token-rotation-guide
      policy: { rotation: "single-use", accessTokenSeconds: 7_200 },
    }),
    // https://developer.calendly.com/personal-access-tokens
    apiKey({
      id: "personal_access_token",
      label: "Connect with a personal access token",
      fields: [
        {
          name: "key",
          label: "Personal access token",
          type: "password",
          help: "In Calendly under Integrations & apps, API and webhooks. Choose its scopes when you make it.",
          placeholder: "eyJ…",
        },
      ],
    }),
  ],

  api: {
    baseUrl: "https://api.calendly.com",
    authorization: "Bearer",
    // One limit for each user: https://developer.calendly.com/api-docs/overview/rate-limits
    rateLimit: { remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset", resetIs: "seconds" },
  },
  errors,
  causes,

  async identify({ http }) {
    const { uri, name, email, current_organization, scheduling_url } = (await http.get("/users/me", { output: me }))
      .resource
    return {
      id: uri.split("/").at(-1) ?? uri,
      label: name,
      ...(email && { email }),
      data: { user: uri, organization: current_organization, ...(scheduling_url && { schedulingUrl: scheduling_url }) },
    }
  },

  async check({ http }) {
    await http.get("/users/me", { output: me })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,
  statistics,

  setup: {
    url: "https://developer.calendly.com/create-a-developer-account",
    steps: [
      "Sign up for a Calendly developer account; it is another one than the Calendly account that you book with.",
      "Create an OAuth app of the kind “Web”, in the environment “Production”, and enter {redirectUri} as its redirect URI.",
      "Give it the scopes users:read, event_types:read, scheduled_events:write, scheduling_links:write, routing_forms:read and webhooks:write.",
      "Copy Client ID, Client secret and Webhook signing key at once, and save them here: they are shown only this time.",
      "Connect here and allow. Events are asked for by the connection itself.",
      "To connect your own account alone no app is needed: in Calendly under “Integrations & apps”, “API and webhooks”, make a personal access token with the same scopes, and paste it here.",
    ],
  },
})

/** Apps from before scopes get `default`, and may do everything: nothing is known then. */
function grantedScopes(scope: unknown): readonly string[] | undefined {
  const scopes = typeof scope === "string" ? scope.split(/[\s,]+/).filter(Boolean) : []
  return scopes.length === 0 || scopes.includes("default") ? undefined : scopes
}

/** An OAuth app at developer.calendly.com. Personal access tokens need none. */
export interface CalendlyOptions extends AppOptions {
  /** Default: `CALENDLY_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `CALENDLY_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Default: `CALENDLY_WEBHOOK_SIGNING_KEY`. */
  readonly webhookSigningKey?: string
}

export interface CalendlyConnector extends ReturnType<typeof define> {}

/**
 * Event types, scheduled events and their invitees of a Calendly user, links that book once, and events as they happen.
 * @see https://developer.calendly.com/docs/getting-started/introduction
 */
export const calendly: (options?: CalendlyOptions) => CalendlyConnector = define
