// https://developers.hubspot.com/docs/api-reference/overview
import { defineConnector, oauth2, type TokenBody } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooks } from "./events.js"
import { operations } from "./operations.js"

/** @see https://developers.hubspot.com/docs/api-reference/legacy/account/account-information/get-account-details */
const account = z.looseObject({
  portalId: z.number().int(),
  accountType: z.string().optional(),
  uiDomain: z.string().optional(),
})

/** What the token answer says beside the tokens, where it does. */
const installation = z.looseObject({ user_id: z.number().int().optional() }).catch({})

/** @see https://developers.hubspot.com/docs/api-reference/error-handling */
const refusal = z.looseObject({
  category: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
})

const scopes = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.deals.write"]

const define = defineConnector(({ oauthVersion = "2026-03", optionalScopes = [] }: HubSpotOptions) => {
  const oauth = `https://api.hubapi.com/oauth/${oauthVersion}`
  return {
    id: "hubspot",
    vendor: "hubspot",
    name: "HubSpot",
    category: "crm",
    documentation: "https://developers.hubspot.com/docs/api-reference/overview",
    app: {
      schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false, help: "Auth, on your app's page." },
        { name: "clientSecret", label: "Client secret", secret: true, help: "Signs deliveries of events as well." },
      ],
    },

    methods: [
      // https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide
      oauth2({
        authorizationEndpoint: "https://app.hubspot.com/oauth/authorize",
        tokenEndpoint: `${oauth}/token`,
        revocationEndpoint: `${oauth}/token/revoke`,
        scopes,
        alwaysScopes: ["oauth"],
        pkce: "none",
        clientAuthentication: "post",
        ...(optionalScopes.length > 0 && { authorizationParameters: { optional_scope: optionalScopes.join(" ") } }),
        errorCode: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
        grantErrors: ["BAD_AUTH_CODE", "BAD_REFRESH_TOKEN"],
        clientErrors: ["BAD_CLIENT_ID", "BAD_CLIENT_SECRET"],
        granted: grantedBy,
        policy: { rotation: "reusable", accessTokenSeconds: 1_800, expectsRefreshToken: true },
      }),
    ],

    api: { baseUrl: "https://api.hubapi.com", authorization: "Bearer" },
    errors: {
      read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
      codes: {
        EXPIRED_AUTHENTICATION: "token_expired",
        INVALID_AUTHENTICATION: "token_expired",
        MISSING_SCOPES: "scope_missing",
        USER_DOES_NOT_HAVE_PERMISSIONS: "forbidden",
        OBJECT_NOT_FOUND: "resource_not_found",
        VALIDATION_ERROR: "input_invalid",
        RATE_LIMITS: "rate_limited",
      },
      // https://developers.hubspot.com/docs/api-reference/error-handling: locked for two seconds, and being moved to another data centre.
      statuses: { 403: "forbidden", 423: "rate_limited", 477: "provider_unavailable" },
    },
    causes,

    // Not by the metadata of a token: the older form of that has the token in its path.
    async identify({ http }, { token }) {
      const { portalId, accountType, uiDomain } = await http.get("/account-info/v3/details", { output: account })
      const { user_id } = installation.parse(token ?? {})
      return {
        id: String(portalId),
        label: `HubSpot account ${portalId}`,
        ...(accountType && { kind: accountType.toLowerCase() }),
        data: {
          hubId: String(portalId),
          ...(uiDomain && { uiDomain }),
          ...(user_id !== undefined && { userId: String(user_id) }),
        },
      }
    },

    async check({ http }) {
      await http.get("/account-info/v3/details", { output: account })
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,
    webhooks,

    setup: {
      url: "https://app.hubspot.com/l/developer-projects",
      steps: [
        "You need a HubSpot developer account, and a Super Admin of each account that shall be connected.",
        "Create an app with OAuth at app.hubspot.com, under “Development”.",
        "Add {redirectUri} to its redirect URLs.",
        `Add the scopes ${[...scopes, ...optionalScopes].join(", ")}${optionalScopes.length > 0 ? `, of these ${optionalScopes.join(", ")} as optional ones` : ""}.`,
        "Copy Client ID and Client secret from “Auth”, and save them here.",
        "To receive events, enter {webhookUrl} as the target URL of the app's webhooks, and subscribe to creation, deletion and changes of contacts and deals.",
        "Connect here, log in, choose the account and approve.",
      ],
    },
  }
})

/** A HubSpot app: its registration, and what it asks for. */
export interface HubSpotOptions {
  /** Default: `HUBSPOT_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `HUBSPOT_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Scopes that are granted where the account has what they are about. Default: none. */
  readonly optionalScopes?: readonly string[]
  /** Which of HubSpot's OAuth endpoints are used. Default: "2026-03". */
  readonly oauthVersion?: "2026-03" | "v3"
}

export interface HubSpotConnector extends ReturnType<typeof define> {}

/**
 * Contacts, deals and notes of a HubSpot account in which an app of yours is installed.
 * @see https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide
 */
export const hubspot: (options?: HubSpotOptions) => HubSpotConnector = define

/** The token endpoint has a code in `status` or `error`, the API one in `category`. */
function codeOf(body: unknown): string | undefined {
  const { category, status, error } = refusal.safeParse(body).data ?? {}
  return category ?? (status === "error" ? undefined : status) ?? error
}

/** Scopes come as a list; older answers leave them out. */
function grantedBy({ scopes, scope }: TokenBody): readonly string[] | undefined {
  if (Array.isArray(scopes)) return scopes.filter((one) => typeof one === "string")
  return typeof scope === "string" ? scope.split(/[ ,]+/).filter(Boolean) : undefined
}
