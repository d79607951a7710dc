// https://developers.zoom.us/docs/
import {
  type AppOptions,
  type Call,
  clientCredentials,
  defineConnector,
  type Evidence,
  HoldfastError,
  isHoldfastError,
  oauth2,
} from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { personAccountId, webhooks } from "./events.js"
import { operations } from "./operations.js"

/** @see https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId} */
const user = z.looseObject({
  id: z.string().min(1),
  account_id: z.string().min(1),
  email: z.string().optional(),
  display_name: z.string().optional(),
})

// Access tokens say whose they are: https://developers.zoom.us/docs/integrations/oauth/
const claims = z.union([
  z.looseObject({ userId: z.string().min(1), accountId: z.string().min(1) }),
  z
    .looseObject({ uid: z.string().min(1), aid: z.string().min(1) })
    .transform(({ uid, aid }) => ({ userId: uid, accountId: aid })),
])

/** @see https://developers.zoom.us/docs/api/errors/ */
const refusal = z.object({ code: z.union([z.number(), z.string()]) })

/** @see https://developers.zoom.us/docs/integrations/oauth-error-messages/ */
const oauthRefusal = z.object({ error: z.string(), reason: z.string().optional() })

const define = defineConnector({
  id: "zoom",
  vendor: "zoom",
  name: "Zoom",
  category: "scheduling",
  documentation: "https://developers.zoom.us/docs/api/",
  app: {
    schema: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      secretToken: z.string().min(1).optional(),
    }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false, help: "App Credentials, on your app's page." },
      { name: "clientSecret", label: "Client secret", secret: true },
      {
        name: "secretToken",
        label: "Secret token",
        secret: true,
        required: false,
        help: "Needed to receive events. Access, Token, on your app's page.",
      },
    ],
  },

  methods: [
    // https://developers.zoom.us/docs/integrations/oauth/
    oauth2({
      authorizationEndpoint: "https://zoom.us/oauth/authorize",
      tokenEndpoint: "https://zoom.us/oauth/token",
      revocationEndpoint: "https://zoom.us/oauth/revoke",
      revocationToken: "access_token",
      // What an app may do is said on its page at the marketplace, not in the request.
      scopes: [],
      clientAuthentication: "basic",
      errorCode: ({ body }) => codeOf(body),
      grantErrors: ["invalid_token"],
      policy: {
        rotation: "single-use",
        reconsent: "kills",
        revokes: "grant",
        refreshInvalidatesAccessToken: true,
        refreshIdleDays: 90,
        accessTokenSeconds: 3_600,
      },
    }),
    // https://developers.zoom.us/docs/internal-apps/s2s-oauth/
    clientCredentials({
      id: "server_to_server",
      label: "Connect an account with a server-to-server app",
      tokenEndpoint: "https://zoom.us/oauth/token",
      grantType: "account_credentials",
      tokenParameters: { account_id: "{account_id}" },
      credentialsFrom: "form",
      fields: [
        { name: "account_id", label: "Account ID", type: "text", help: "App Credentials, on your app's page." },
        { name: "client_id", label: "Client ID", type: "text" },
        { name: "client_secret", label: "Client secret", type: "password" },
      ],
      accessTokenSeconds: 3_600,
    }),
  ],

  api: { baseUrl: "https://api.zoom.us/v2", authorization: "Bearer" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? stringOf(refusal.safeParse(body).data?.code) : undefined),
    codes: {
      "124": "token_expired",
      "104": "scope_missing",
      "4700": "scope_missing",
      "4711": "scope_missing",
      "200": "forbidden",
      "3161": "forbidden",
      "300": "input_invalid",
      "1001": "resource_not_found",
      "1010": "resource_not_found",
      "3001": "resource_not_found",
      "429": "rate_limited",
    },
    statuses: { 403: "forbidden" },
  },
  causes,

  async identify({ http }, { token, input }) {
    const known = await whoAmI(http)
    const email = known?.email ? { email: known.email } : {}
    // Zoom gave a token for this account and these credentials.
    if (input?.account_id !== undefined) {
      const accountId = known?.account_id ?? input.account_id
      return { id: accountId, label: known?.email ?? `Account ${accountId}`, ...email, data: { accountId } }
    }
    const { accountId, userId } = known ? { accountId: known.account_id, userId: known.id } : claimed(token)
    const label = known?.display_name ?? known?.email ?? `User ${userId}`
    return { id: personAccountId(accountId, userId), label, ...email, data: { accountId, userId } }
  },

  async check({ http }) {
    await whoAmI(http)
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,

  setup: {
    url: "https://marketplace.zoom.us/develop/create",
    steps: [
      "Sign in at marketplace.zoom.us, choose “Develop”, “Build App”, and a General App that is user-managed.",
      "Under “Basic Information” add {redirectUri} as the OAuth redirect URL, and to the allow list.",
      "Under “Scopes” add user:read:user, meeting:write:meeting, meeting:read:meeting and meeting:read:list_meetings; an app with classic scopes needs user:read, meeting:write and meeting:read, or their :admin forms.",
      "Copy Client ID and Client Secret from “App Credentials”, and save them here. The development pair works in your own account, the production pair after publication.",
      "To receive events, add an event subscription under “Access” with {webhookUrl}, and copy the Secret Token. Zoom checks the address at once and every 72 hours.",
      "Connect here and allow.",
      "For a whole account without a person's consent, build a Server-to-Server OAuth app instead, activate it, and connect with its Account ID, Client ID and Client Secret.",
    ],
  },
})

/** The registration of a general app at Zoom. */
export interface ZoomOptions extends AppOptions {
  /** Default: `ZOOM_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `ZOOM_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Needed for events. Default: `ZOOM_SECRET_TOKEN`. */
  readonly secretToken?: string
}

export interface ZoomConnector extends ReturnType<typeof define> {}

/**
 * Zoom meetings, of a person who allows an app of yours (`oauth`), or of a whole account through its own server-to-server app
 * (`server_to_server`).
 * @see https://developers.zoom.us/docs/integrations/oauth/
 */
export const zoom: (options?: ZoomOptions) => ZoomConnector = define

/** Who the token belongs to; undefined where the app lacks the scope to ask, which Zoom says of living tokens alone. */
async function whoAmI(http: Call["http"]): Promise<z.infer<typeof user> | undefined> {
  try {
    return await http.get("/users/me", { output: user })
  } catch (error) {
    if (isHoldfastError(error, "scope_missing")) return undefined
    throw error
  }
}

/** Whose a token says that it is: it came from Zoom just now, for this app. */
function claimed(token: Evidence["token"]): z.infer<typeof claims> {
  const said = claims.safeParse(token?.access_token_claims)
  if (said.success) return said.data
  throw new HoldfastError(
    "scope_missing",
    "Zoom does not say whose token it is. Add the scope user:read:user to the app.",
    {
      details: { connector: "zoom", missingScopes: ["user:read:user"] },
    },
  )
}

/** A token that is gone is `invalid_grant` today; older answers say it in `reason`, under a code that says nothing. */
function codeOf(body: unknown): string | undefined {
  const { error, reason } = oauthRefusal.safeParse(body).data ?? {}
  return reason === "Invalid Token!" ? "invalid_token" : error
}

function stringOf(code: string | number | undefined): string | undefined {
  return code === undefined ? undefined : String(code)
}
