// https://airtable.com/developers/web/api/introduction
import { type AppOptions, apiKey, type Call, defineConnector, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { operations } from "./operations.js"
import { webhooks } from "./webhooks.js"

/** @see https://airtable.com/developers/web/api/get-user-id-scopes */
const user = z.looseObject({ id: z.string().min(1), email: z.string().optional() })

/** @see https://airtable.com/developers/web/api/errors and https://airtable.com/developers/web/api/rate-limits */
const refusal = z.looseObject({
  error: z.union([z.string(), z.looseObject({ type: z.string() })]).optional(),
  errors: z.array(z.looseObject({ error: z.string() })).optional(),
})

const personalToken = z.object({
  key: z
    .string()
    .trim()
    .regex(/^pat\w+\.\w+$/, "A personal access token begins with pat, and has a dot in it."),
})

const define = defineConnector({
  id: "airtable",
  vendor: "airtable",
  name: "Airtable",
  category: "productivity",
  documentation: "https://airtable.com/developers/web/api/introduction",
  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1).optional() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false, help: "On your OAuth integration's page." },
      {
        name: "clientSecret",
        label: "Client secret",
        secret: true,
        required: false,
        help: "Once one was generated, Airtable takes no request without it.",
      },
    ],
  },

  methods: [
    // https://airtable.com/developers/web/api/oauth-reference
    oauth2({
      authorizationEndpoint: "https://airtable.com/oauth2/v1/authorize",
      tokenEndpoint: "https://airtable.com/oauth2/v1/token",
      scopes: ["data.records:read", "data.records:write", "schema.bases:read", "user.email:read"],
      clientAuthentication: "basic",
      refreshExpiresInSeconds: ({ refresh_expires_in: seconds }) => (typeof seconds === "number" ? seconds : undefined),
      policy: {
        rotation: "single-use",
        reconsent: "kills",
        refreshInvalidatesAccessToken: true,
        refreshIdleDays: 60,
        accessTokenSeconds: 3_600,
      },
    }),
    // https://airtable.com/developers/web/api/authentication
    apiKey({
      id: "personal_token",
      label: "Connect with a personal access token",
      fields: [
        {
          name: "key",
          label: "Personal access token",
          type: "password",
          help: "At airtable.com/create/tokens. It needs scopes, and the bases that it may use.",
          placeholder: "pat….…",
        },
      ],
      input: personalToken,
    }),
  ],

  api: { baseUrl: "https://api.airtable.com/v0", authorization: "Bearer" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
    codes: {
      AUTHENTICATION_REQUIRED: "token_expired",
      UNAUTHORIZED: "token_expired",
      INVALID_PERMISSIONS: "forbidden",
      // Said of bases and tables alike that are not there, or not for this token.
      INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND: "resource_not_found",
      NOT_FOUND: "resource_not_found",
      TABLE_NOT_FOUND: "resource_not_found",
      MODEL_ID_NOT_FOUND: "resource_not_found",
      UNKNOWN_FIELD_NAME: "input_invalid",
      INVALID_VALUE_FOR_COLUMN: "input_invalid",
      INVALID_MULTIPLE_CHOICE_OPTIONS: "input_invalid",
      INVALID_FILTER_BY_FORMULA: "input_invalid",
      INVALID_REQUEST_MISSING_FIELDS: "input_invalid",
      INVALID_REQUEST_UNKNOWN: "input_invalid",
      LIST_RECORDS_ITERATOR_NOT_AVAILABLE: "input_invalid",
      RATE_LIMIT_REACHED: "rate_limited",
      PUBLIC_API_BILLING_LIMIT_EXCEEDED: "rate_limited",
    },
    statuses: { 403: "forbidden" },
    // https://airtable.com/developers/web/api/rate-limits
    retryAfterMs: () => 30_000,
  },
  causes,

  async identify({ http }) {
    const { id, email } = await whoAmI(http)
    return { id, label: email ?? `User ${id}`, ...(email && { email }), data: { userId: id } }
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
    url: "https://airtable.com/create/oauth",
    steps: [
      "Sign in to Airtable, and open airtable.com/create/oauth.",
      "Register an OAuth integration with {redirectUri} as its redirect URL.",
      "Choose the scopes data.records:read, data.records:write, schema.bases:read and user.email:read.",
      "Generate a client secret, copy Client ID and secret, and save them here.",
      "Connect here, and choose the bases that may be used.",
      "Without an integration of your own: create a personal access token with those scopes at airtable.com/create/tokens, add the bases, and connect with it.",
      "To hear of changes, add the scope webhook:manage, to the token or to the integration, and ask for it when connecting.",
    ],
  },
})

/** The registration of an OAuth integration at Airtable. None of it is needed for personal access tokens. */
export interface AirtableOptions extends AppOptions {
  /** Default: `AIRTABLE_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `AIRTABLE_CLIENT_SECRET`. Without one the integration is a public client. */
  readonly clientSecret?: string
}

export interface AirtableConnector extends ReturnType<typeof define> {}

/**
 * Bases and records of a person at Airtable, through an OAuth integration of yours (`oauth`) or with a token of their own (`personal_token`).
 * @see https://airtable.com/developers/web/api/oauth-reference
 */
export const airtable: (options?: AirtableOptions) => AirtableConnector = define

async function whoAmI(http: Call["http"]): Promise<z.infer<typeof user>> {
  return await http.get("/meta/whoami", { output: user })
}

/** `{ error: { type } }`, or `{ error: "NOT_FOUND" }`; of a limit, `{ errors: [{ error }] }`. */
function codeOf(body: unknown): string | undefined {
  const { error, errors } = refusal.safeParse(body).data ?? {}
  return typeof error === "object" ? error.type : (error ?? errors?.[0]?.error)
}
