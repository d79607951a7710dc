// https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/account
import {
  type Context,
  defineConnector,
  type Evidence,
  HoldfastError,
  type Http,
  oauth2,
  type TokenBody,
} from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooks } from "./events.js"
import { minorversion, operations } from "./operations.js"

/** @see https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/companyinfo */
const company = z.looseObject({
  CompanyInfo: z.looseObject({
    CompanyName: z.string(),
    Country: z.string().nullish(),
  }),
})

/** Errors of the API have capitals, those of the gateway before it have none. */
const refusal = z.looseObject({
  Fault: z.looseObject({ Error: z.array(z.looseObject({ code: z.string() })) }).optional(),
  fault: z.looseObject({ error: z.array(z.looseObject({ code: z.string() })) }).nullish(),
})

const scopes = ["com.intuit.quickbooks.accounting"]

// https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
const hosts = {
  production: "https://quickbooks.api.intuit.com",
  sandbox: "https://sandbox-quickbooks.api.intuit.com",
} as const

function describe(environment: keyof typeof hosts) {
  return defineConnector({
    id: "quickbooks",
    vendor: "intuit",
    name: "QuickBooks Online",
    category: "finance",
    documentation: "https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/account",
    app: {
      schema: z.object({
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        verifierToken: z.string().min(1).optional(),
      }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false, help: "Keys and credentials, on your app's page." },
        { name: "clientSecret", label: "Client secret", secret: true },
        {
          name: "verifierToken",
          label: "Verifier token",
          secret: true,
          required: false,
          help: "Webhooks, on your app's page.",
        },
      ],
    },

    methods: [
      // https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
      oauth2({
        authorizationEndpoint: "https://appcenter.intuit.com/connect/oauth2",
        tokenEndpoint: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        scopes,
        alwaysScopes: scopes,
        pkce: "none",
        clientAuthentication: "basic",
        tokenRequestHeaders: {
          accept: "application/json",
          // Has the answer say when the five years end: https://github.com/intuit/oauth-jsclient
          "x-include-refresh-token-hard-expires-in": "true",
        },
        refreshExpiresInSeconds,
        // No scope is said; all that was asked for is granted.
        revokeRequest: (context, { refreshToken, accessToken }) => revocation(context, refreshToken ?? accessToken),
        policy: {
          // About daily a refresh answers another one, and the one before stays good for a day: no showing of one spends it.
          rotation: "reusable",
          expectsRefreshToken: true,
          refreshIdleDays: 100,
          accessTokenSeconds: 3_600,
          revokes: "grant",
        },
      }),
    ],

    api: {
      baseUrl: `${hosts[environment]}/v3/company/{realmId}`,
      headers: { accept: "application/json" },
      authorization: "Bearer",
    },
    // https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
    errors: {
      // Also of answers with 200, which may have one.
      read: ({ body }) => codeOf(body),
      codes: {
        "100": "token_expired",
        "120": "forbidden",
        "130": "config_invalid",
        "500": "input_invalid",
        "610": "resource_not_found",
        "2010": "input_invalid",
        "2020": "input_invalid",
        "2050": "input_invalid",
        "2170": "input_invalid",
        "2500": "input_invalid",
        "3001": "rate_limited",
        "3100": "forbidden",
        "3200": "token_expired",
        "4000": "input_invalid",
        "4001": "input_invalid",
        "5010": "input_invalid",
        "5020": "forbidden",
        "6000": "input_invalid",
        "6140": "input_invalid",
        "6190": "forbidden",
        "6210": "forbidden",
        "6240": "input_invalid",
        "6540": "input_invalid",
      },
      statuses: { 401: "token_expired", 403: "forbidden" },
    },
    causes,

    // The browser carries it, so it is only where to ask: a token for another company is refused there.
    locate: (evidence) => ({ realmId: realmOf(evidence) }),
    async identify({ http }, evidence) {
      const realmId = realmOf(evidence)
      const { CompanyName, Country } = await companyOf(http, realmId)
      return {
        id: realmId,
        label: CompanyName || `Company ${realmId}`,
        data: { realmId, ...(Country && { country: Country }) },
      }
    },

    async check({ http, account }) {
      await companyOf(http, account?.data?.realmId ?? "")
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,
    webhooks,

    setup: {
      url: "https://developer.intuit.com/app/developer/dashboard",
      steps: [
        "At developer.intuit.com create an app for QuickBooks Online and Payments with the scope com.intuit.quickbooks.accounting.",
        `Under “Keys and credentials” choose ${environment === "sandbox" ? "“Development”" : "“Production”"}, and add {redirectUri} to the redirect URIs.`,
        "Copy Client ID and Client secret from there, and save them here.",
        "To receive events, enter {webhookUrl} as the endpoint under “Webhooks”, choose customers, invoices and payments, and save the verifier token here.",
        "Connect here, log in as an administrator of the company, and choose it.",
      ],
    },
  })
}

/** The registration of an app at Intuit. */
export interface QuickBooksOptions {
  /** Default: `QUICKBOOKS_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `QUICKBOOKS_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Proves deliveries. Default: `QUICKBOOKS_VERIFIER_TOKEN`. */
  readonly verifierToken?: string
  /** Whose companies: the development keys of an app open sandboxes alone. Default: "production". */
  readonly environment?: "production" | "sandbox"
}

export interface QuickBooksConnector extends ReturnType<ReturnType<typeof describe>> {}

/**
 * Customers and invoices of a company at QuickBooks Online.
 * @see https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
 */
export function quickbooks({ environment = "production", ...app }: QuickBooksOptions = {}): QuickBooksConnector {
  return describe(environment)(app)
}

/** Whichever ends first: a hundred days from now, moved on by every refresh, or five years from consent. */
function refreshExpiresInSeconds(body: TokenBody): number | undefined {
  const lives = [body.x_refresh_token_expires_in, body.x_refresh_token_hard_expires_in]
  const known = lives.map(Number).filter((seconds) => Number.isFinite(seconds) && seconds > 0)
  return known.length > 0 ? Math.min(...known) : undefined
}

function realmOf({ callback }: Evidence): string {
  const { realmId = "" } = callback ?? {}
  if (/^\d{1,32}$/.test(realmId)) return realmId
  throw new HoldfastError("response_invalid", "QuickBooks did not say which company was connected: no realmId.", {
    details: { connector: "quickbooks", reason: "realm_missing" },
  })
}

async function companyOf(http: Http, realmId: string) {
  const { CompanyInfo } = await http.get("/companyinfo/{realmId}", {
    path: { realmId },
    query: { minorversion },
    output: company,
  })
  return CompanyInfo
}

/** Some have zeros in front: `003200`. */
function codeOf(body: unknown): string | undefined {
  const { Fault, fault } = refusal.safeParse(body).data ?? {}
  return (Fault?.Error ?? fault?.error)?.[0]?.code.replace(/^0+(?=\d)/, "")
}

/** @see https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0#revoke-token-disconnect */
function revocation({ app }: Context, token: string): Request {
  if (!app) throw new HoldfastError("app_not_configured")
  return new Request("https://developer.api.intuit.com/v2/oauth2/tokens/revoke", {
    method: "POST",
    headers: {
      accept: "application/json",
      authorization: `Basic ${btoa(`${app.clientId}:${app.fields.clientSecret ?? ""}`)}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ token }),
  })
}
