import {
  type AuthorizationServer,
  authorizationServer,
  type EmulatorKit,
  hmac,
  json,
  type OAuthRefusal,
  type RefreshTokenOptions,
  type TokenAnswer,
} from "@holdfast/emulator"
import type { Shop } from "./shop.js"

export interface InstallationOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly shops: readonly Shop[]
}

/** Scopes that the stand-in knows; a `write_` scope has the `read_` one in it. */
const knownScopes: readonly string[] = [
  "read_orders",
  "write_orders",
  "read_all_orders",
  "read_products",
  "write_products",
  "read_customers",
  "write_customers",
  "read_inventory",
  "write_inventory",
]

/**
 * A spent refresh token works until what replaced it is used, 30 days at most. The kit counts the first use of either token that replaced
 * it, which is the stricter reading.
 * @see https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
 */
const refreshToken: RefreshTokenOptions = {
  rotation: "single-use",
  reuse: { seconds: 30 * 86_400, untilUsed: true, after: "refused" },
  maxDays: 90,
}

/**
 * Shopify's authorization code grant: one authorization server a shop, a signed callback, tokens that end when `expiring=1` asks for them.
 * @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
 * @see https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
 */
export function installations(kit: EmulatorKit, options: InstallationOptions): AuthorizationServer<Shop> {
  const expiring = new Set<string>()
  const oauth: AuthorizationServer<Shop> = authorizationServer<Shop>(kit, {
    authorizationEndpoint: "https://*.myshopify.com/admin/oauth/authorize",
    tokenEndpoint: "https://*.myshopify.com/admin/oauth/access_token",
    clients: [
      {
        clientId: options.clientId,
        clientSecret: options.clientSecret,
        redirectUris: options.redirectUris,
        name: "The app",
      },
    ],
    accounts: options.shops.map((shop) => ({ id: String(shop.id), label: shop.name, data: shop })),
    accountsFor: (_parameters, { url }) => oauth.accounts.filter(({ data }) => data.domain === url.host),
    boundToOrigin: true,
    clientAuthentication: "post",
    tokenRequestFormat: "either",
    tokenParametersInQuery: true,
    redirectUriAtToken: "optional",
    responseTypeRequired: false,
    grantTypeRequired: false,
    pkce: "none",
    scopes: knownScopes,
    scopeSeparator: ",",
    defaultScopes: [],
    policy({ grantType, grant, parameters }) {
      if (grantType === "authorization_code" && parameters.expiring === "1") expiring.add(grant.id)
      return expiring.has(grant.id)
        ? { accessTokenSeconds: 3_600, refreshToken }
        : { accessTokenSeconds: "never", refreshToken: "none" }
    },
    tokenValue: ({ kind, random }) =>
      kind === "code" ? random : `${kind === "refresh" ? "shprt" : "shpat"}_${random}`,
    callbackParameters: ({ callback, url }) => signedCallback(kit, options.clientSecret, url.host, callback),
    tokenResponse(answer) {
      if (answer.grantType === "authorization_code" && expiring.has(answer.grant.id)) endSuperseded(answer)
      return json(tokenBody(answer))
    },
    errorResponse: refusalResponse,
  })

  /** Only one expiring token a shop and app: a new one revokes those before it. */
  function endSuperseded({ grant, account }: TokenAnswer<Shop>): void {
    for (const older of oauth.grants()) {
      const isSame = older.clientId === grant.clientId && older.account.id === account.id && older.id !== grant.id
      if (isSame && expiring.has(older.id)) oauth.revokeGrant(older.id, "superseded_by_reconsent")
    }
  }
  return oauth
}

/** Whether a token's scopes have this one: `write_x` has `read_x` in it. */
export function hasScope(scopes: readonly string[], scope: string): boolean {
  return scopes.includes(scope) || scopes.includes(scope.replace(/^read_/, "write_"))
}

async function signedCallback(
  kit: EmulatorKit,
  secret: string,
  domain: string,
  callback: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const host = btoa(`admin.shopify.com/store/${domain.split(".", 1)[0]}`).replaceAll("=", "")
  const extra = { shop: domain, host, timestamp: String(Math.floor(kit.clock.now() / 1000)) }
  const signed = Object.entries({ ...callback, ...extra }).sort(([left], [right]) => (left < right ? -1 : 1))
  return { ...extra, hmac: await hmac("SHA-256", secret, new URLSearchParams(signed).toString(), "hex") }
}

function tokenBody({ main }: TokenAnswer<Shop>): object {
  const implied = main.scopes
    .filter((scope) => scope.startsWith("write_"))
    .map((scope) => scope.replace("write", "read"))
  return {
    access_token: main.accessToken,
    scope: main.scopes.filter((scope) => !implied.includes(scope)).join(","),
    ...(main.expiresIn !== undefined && { expires_in: main.expiresIn }),
    ...(main.refreshToken !== undefined && {
      refresh_token: main.refreshToken,
      refresh_token_expires_in: main.refreshTokenExpiresIn,
    }),
  }
}

/**
 * @see https://community.shopify.dev/t/520-during-refresh-token-rotation-permanently-orphans-the-offline-access-token/35182
 * @see https://shopify.dev/docs/api/usage/response-codes
 */
function refusalResponse({ reason, error, description }: OAuthRefusal): Response {
  if (reason.startsWith("refresh_token")) {
    const error_description = "This request requires an active refresh_token"
    return json({ error: "invalid_request", error_description }, { status: 401 })
  }
  if (reason === "client_unknown" || reason === "client_secret_wrong") {
    return json({ error: "invalid_client", error_description: description }, { status: 400 })
  }
  const isCode = reason.startsWith("code_") || reason === "redirect_uri_mismatch"
  const error_description = isCode ? "The authorization code was not found or was already used" : description
  return json({ error: isCode ? "invalid_request" : error, error_description }, { status: 400 })
}
