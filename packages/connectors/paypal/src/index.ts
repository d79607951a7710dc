// https://developer.paypal.com/api/rest/
import { type Call, clientCredentials, defineConnector, type ErrorTable, type Evidence, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooksOf } from "./events.js"
import { operations } from "./operations.js"

/** @see https://developer.paypal.com/docs/api/identity/v1/ */
const person = z.looseObject({
  user_id: z.url(),
  payer_id: z.string().min(1),
  name: z.string().optional(),
  emails: z.array(z.looseObject({ value: z.string(), primary: z.boolean().optional() })).optional(),
})

/** What a token answer says beside the token. */
const issued = z.looseObject({ app_id: z.string().optional() }).catch({})

/** The API says `name` and, of what fails its rules, `issue`; the token endpoint says `error`. */
const refusal = z.looseObject({
  name: z.string().optional(),
  details: z.array(z.looseObject({ issue: z.string().optional() })).optional(),
  error: z.string().optional(),
})

// https://developer.paypal.com/api/rest/responses/
const errors: ErrorTable = {
  read: ({ status, body }) => (status >= 400 ? codeOf(body) : undefined),
  codes: {
    AUTHENTICATION_FAILURE: "token_expired",
    invalid_token: "token_expired",
    NOT_AUTHORIZED: "forbidden",
    PERMISSION_DENIED: "forbidden",
    PAYEE_ACCOUNT_RESTRICTED: "forbidden",
    RESOURCE_NOT_FOUND: "resource_not_found",
    INVALID_REQUEST: "input_invalid",
    VALIDATION_ERROR: "input_invalid",
    RATE_LIMIT_REACHED: "rate_limited",
    INTERNAL_SERVER_ERROR: "provider_unavailable",
    INTERNAL_SERVICE_ERROR: "provider_unavailable",
    SERVICE_UNAVAILABLE: "provider_unavailable",
  },
  statuses: { 403: "forbidden" },
}

// https://developer.paypal.com/docs/log-in-with-paypal/integrate/reference/
const scopes = ["openid", "profile", "email", "https://uri.paypal.com/services/paypalattributes"]

// https://developer.paypal.com/api/rest/requests/
const hosts = {
  live: { site: "https://www.paypal.com", api: "https://api-m.paypal.com" },
  sandbox: { site: "https://www.sandbox.paypal.com", api: "https://api-m.sandbox.paypal.com" },
} as const

function describe(environment: keyof typeof hosts) {
  const { site, api } = hosts[environment]
  return defineConnector({
    id: "paypal",
    vendor: "paypal",
    name: "PayPal",
    category: "payments",
    documentation: "https://developer.paypal.com/api/rest/",
    app: {
      schema: z.object({
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        webhookId: z.string().min(1).optional(),
      }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false, help: "Apps & Credentials, on your app's page." },
        { name: "clientSecret", label: "Secret", secret: true },
        {
          name: "webhookId",
          label: "Webhook ID",
          secret: false,
          required: false,
          help: "Shown beside the address once it is entered under Webhooks, on your app's page.",
        },
      ],
    },

    methods: [
      // https://developer.paypal.com/api/rest/authentication/
      clientCredentials({
        label: "Connect a business with its own keys",
        tokenEndpoint: `${api}/v1/oauth2/token`,
        clientAuthentication: "basic",
        credentialsFrom: "form",
        fields: [
          { name: "client_id", label: "Client ID", type: "text", help: "Apps & Credentials at developer.paypal.com." },
          { name: "client_secret", label: "Secret", type: "password", help: "Beside the client ID." },
        ],
        accessTokenSeconds: 32_400,
      }),
      // https://developer.paypal.com/docs/log-in-with-paypal/integrate/
      oauth2({
        label: "Log in with PayPal",
        authorizationEndpoint: `${site}/signin/authorize`,
        tokenEndpoint: `${api}/v1/oauth2/token`,
        authorizationParameters: { flowEntry: "static" },
        scopes,
        alwaysScopes: ["openid", "https://uri.paypal.com/services/paypalattributes"],
        pkce: "none",
        clientAuthentication: "basic",
        policy: { rotation: "reusable", expectsRefreshToken: true, accessTokenSeconds: 28_800 },
      }),
    ],

    api: { baseUrl: api, authorization: "Bearer" },
    errors,
    causes,

    async identify(call, evidence) {
      return evidence.input?.client_id === undefined
        ? await personOf(call)
        : businessOf(evidence, evidence.input.client_id)
    },

    async check({ http, account }) {
      // A business's own token need not be one for the person behind it.
      if (account?.kind === "business") await http.get("/v1/notifications/webhooks-event-types")
      else await http.get("/v1/identity/oauth2/userinfo", { query: { schema: "paypalv1.1" }, output: person })
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,
    webhooks: webhooksOf(environment),

    setup: {
      url: "https://developer.paypal.com/dashboard/applications",
      steps: [
        `At developer.paypal.com choose ${environment === "sandbox" ? "“Sandbox”" : "“Live”"}, and create an app under “Apps & Credentials”.`,
        "Tick “Log in with PayPal”, enter {redirectUri} as return URL under its advanced settings, and tick full name, e-mail address and account ID.",
        "Copy Client ID and Secret, and save them here.",
        "To receive events, add {webhookUrl} under “Webhooks”, choose payments and orders, and save the webhook's ID here.",
        "A business that uses its own keys needs none of this: it enters the client ID and secret of its own app when it connects.",
      ],
    },
  })
}

/** The registration of a REST app at PayPal. */
export interface PayPalOptions {
  /** Default: `PAYPAL_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `PAYPAL_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Proves that deliveries are for this app. Default: `PAYPAL_WEBHOOK_ID`. */
  readonly webhookId?: string
  /** Which PayPal: sandbox apps and accounts are unknown to the other. Default: "live". */
  readonly environment?: "live" | "sandbox"
}

export interface PayPalConnector extends ReturnType<ReturnType<typeof describe>> {}

/**
 * Orders, captures, refunds and transactions of a business with its own keys, and people who log in with PayPal.
 * @see https://developer.paypal.com/api/rest/
 */
export function paypal({ environment = "live", ...app }: PayPalOptions = {}): PayPalConnector {
  return describe(environment)(app)
}

/** `user_id` is an address that differs by app; `payer_id` is what the APIs and their events call an account. */
async function personOf({ http }: Call) {
  const { user_id, payer_id, name, emails } = await http.get("/v1/identity/oauth2/userinfo", {
    query: { schema: "paypalv1.1" },
    output: person,
  })
  const email = (emails?.find(({ primary }) => primary) ?? emails?.[0])?.value
  return {
    id: payer_id,
    label: name || email || `PayPal account ${payer_id}`,
    kind: "person",
    ...(email && { email }),
    data: { payerId: payer_id, userId: user_id },
  }
}

/** PayPal gave a token for these keys: they are the business's app, whose client id stays as it is. */
function businessOf({ token }: Evidence, clientId: string) {
  const { app_id } = issued.parse(token ?? {})
  return {
    id: `app:${clientId}`,
    label: `PayPal app ${clientId.slice(0, 8)}…`,
    kind: "business",
    data: { clientId, ...(app_id && { appId: app_id }) },
  }
}

function codeOf(body: unknown): string | undefined {
  const { name, details, error } = refusal.safeParse(body).data ?? {}
  return (name === "UNPROCESSABLE_ENTITY" ? details?.[0]?.issue : undefined) ?? name ?? error
}
