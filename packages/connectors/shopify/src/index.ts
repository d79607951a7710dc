// https://shopify.dev/docs/api
import { defineConnector, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { verifyCallback } from "./callback.js"
import { causes } from "./causes.js"
import { operations } from "./operations.js"
import { webhooks } from "./webhooks.js"

/** @see https://shopify.dev/docs/api/admin-rest/latest/resources/shop */
const shopAnswer = z.object({
  shop: z.looseObject({
    id: z.number(),
    name: z.string(),
    email: z.string().nullish(),
    myshopify_domain: z.string(),
  }),
})

/** `yourstore` or `yourstore.myshopify.com`; the label alone is kept, and nothing else can become part of a host. */
const typed = z.object({
  shop: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9][a-z0-9-]*(?:\.myshopify\.com)?$/)
    .transform((shop) => shop.replace(/\.myshopify\.com$/, "")),
})

/** What each kind of token does. @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens */
const expiring = {
  rotation: "single-use",
  // Since 2026-08-28: https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
  reuse: { untilUsed: true, seconds: 30 * 86_400 },
  // One expiring token an app and shop: a new one revokes those before it.
  reconsent: "kills",
  revokes: "grant",
  refreshIdleDays: 90,
  accessTokenSeconds: 3_600,
  expectsRefreshToken: true,
} as const
const lasting = { rotation: "none", revokes: "grant", accessTokenSeconds: "never", expectsRefreshToken: false } as const

const define = defineConnector(
  ({ scopes = defaultScopes, expiringTokens = true, apiVersion = "2026-07" }: ShopifyOptions) => ({
    id: "shopify",
    vendor: "shopify",
    name: "Shopify",
    category: "commerce",
    documentation: "https://shopify.dev/docs/api",
    app: {
      schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false, help: "Dev Dashboard, your app, Settings." },
        {
          name: "clientSecret",
          label: "Client secret",
          secret: true,
          help: "It also proves callbacks and webhooks.",
        },
      ],
    },

    methods: [
      oauth2({
        authorizationEndpoint: "https://{shop}.myshopify.com/admin/oauth/authorize",
        tokenEndpoint: "https://{shop}.myshopify.com/admin/oauth/access_token",
        // A person chooses a shop, never whose host it is: every shop's authorization server is Shopify's own, and the callback that names
        // it is signed. That is what a redirect URI of one's own would prove (RFC 9700 section 4.4), so the shared one will do.
        hostIsChosen: false,
        scopes,
        scopeSeparator: ",",
        pkce: "none",
        fields: [
          {
            name: "shop",
            label: "Shop",
            type: "text",
            placeholder: "yourstore.myshopify.com",
            help: "The myshopify.com address of the store. Admin: Settings, Domains.",
          },
        ],
        input: typed,
        ...(expiringTokens && { tokenParameters: { expiring: "1" } }),
        verifyCallback,
        errorCode: oauthError,
        clientErrors: ["application_cannot_be_found"],
        // What was asked for is not always what comes: the answer decides (ruling C12).
        expiresInSeconds: ({ expires_in, refresh_token }) =>
          expires_in === undefined && refresh_token === undefined ? "never" : undefined,
        // Uninstalls the app: https://shopify.dev/docs/apps/build/authentication-authorization/app-installation/uninstall-app-api-request
        revokeRequest: ({ account }, { accessToken }) =>
          new Request(`https://${account?.data?.shop}.myshopify.com/admin/api_permissions/current.json`, {
            method: "DELETE",
            headers: { "x-shopify-access-token": accessToken, accept: "application/json" },
          }),
        expiredErrors: ["unauthorized"],
        authorize: ({ headers }, token) => headers.set("x-shopify-access-token", token),
        policy: expiringTokens ? expiring : lasting,
      }),
    ],

    api: {
      baseUrl: `https://{shop}.myshopify.com/admin/api/${apiVersion}`,
      authorization: "X-Shopify-Access-Token: {token}",
    },
    // The Admin API has statuses and sentences, but no codes: https://shopify.dev/docs/api/usage/response-codes
    errors: {
      read: ({ status, body }) => (status < 400 ? undefined : (errorIn(body) ?? statusCodes[status])),
      codes: { payment_required: "forbidden", locked: "forbidden" },
      statuses: { 401: "token_expired", 403: "scope_missing", 404: "resource_not_found", 422: "input_invalid" },
    },
    causes,

    async identify({ http }, { input }) {
      const { shop } = await http.get("/shop.json", { output: shopAnswer })
      return {
        id: String(shop.id),
        label: shop.name,
        ...(shop.email && { email: shop.email }),
        data: { shop: input?.shop ?? "", domain: shop.myshopify_domain },
      }
    },

    async check({ http }) {
      await http.get("/shop.json", { output: shopAnswer })
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,
    webhooks,
    // Who connects a shop ends what others connected it by, so one connection serves the organisation.
    shared: "tenant",

    setup: {
      url: "https://dev.shopify.com/dashboard",
      steps: [
        "You need a Shopify Partner or Dev Dashboard account, and the right to install apps in the store.",
        "In the Dev Dashboard choose “Apps”, “Create app”, and give it a name.",
        `In a new version of the app enter an App URL, the scopes ${scopes.join(", ")}, and under “Redirect URLs” {redirectUri}.`,
        "Choose the Admin API version in “Webhooks API version”. Apps of the App Store also enter {webhookUrl} for the three compliance topics.",
        "Release the version.",
        "Copy Client ID and Client secret from “Settings”, and save them here.",
        "Connect here, type the store's myshopify.com address, and install the app.",
      ],
    },
  }),
)

interface AppFields {
  /** Default: `SHOPIFY_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `SHOPIFY_CLIENT_SECRET`. */
  readonly clientSecret?: string
}

/** A Shopify app: its registration, and what it asks for. */
export interface ShopifyOptions extends AppFields {
  /** Default: {@link defaultScopes}. */
  readonly scopes?: readonly string[]
  /**
   * Whether to ask for tokens that end after an hour and are renewed. Public apps must; apps of one's own store may go without.
   * Default: true. Whichever comes is taken for what it is.
   * @see https://shopify.dev/changelog/expiring-offline-access-tokens-required-for-all-public-apps-as-of-january-1-2027
   */
  readonly expiringTokens?: boolean
  /** Of the Admin API. Default: "2026-07". @see https://shopify.dev/docs/api/usage/versioning */
  readonly apiVersion?: string
}

/** What the operations and webhooks need. */
export const defaultScopes: readonly string[] = ["read_orders", "read_products"]

export interface ShopifyConnector extends ReturnType<typeof define> {}

/**
 * Shopify, through an app of yours that is installed in a store. One connection for a store, shared with the tenant, known by the store's
 * id, which stays when its domain changes.
 * @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
 */
export const shopify: (options?: ShopifyOptions) => ShopifyConnector = define

/** A refresh token that is dead is told with 401 and the code of a malformed request; an ended access token with 401 and no code. */
function oauthError({ status, body }: { status: number; body: unknown }): string | undefined {
  if (status >= 200 && status < 300) return undefined
  const code = errorIn(body)
  if (status !== 401) return code
  return code === "invalid_request" ? "invalid_grant" : (code ?? "unauthorized")
}

/** What HTTP calls the statuses that say something of the shop: frozen, or locked. @see https://shopify.dev/docs/api/usage/response-codes */
const statusCodes: Readonly<Record<number, string>> = { 402: "payment_required", 423: "locked" }

function errorIn(body: unknown): string | undefined {
  const { error } = (typeof body === "object" && body !== null ? body : {}) as { error?: unknown }
  return typeof error === "string" ? error : undefined
}
