import {
  type AuthorizationServer,
  authorizationServer,
  type EmulatedGrant,
  type EmulatorKit,
  json,
  type OAuthRefusalReason,
} from "@holdfast/emulator"
import type { ZoomUser } from "./account.js"
import { appScopes, requiredScopes, serverScopes } from "./scopes.js"

/** An app that acts for the account whose people built it. */
export interface ServerToServerApp {
  readonly accountId: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface AuthorizationOptions {
  readonly app: { readonly clientId: string; readonly clientSecret: string }
  readonly serverToServer: readonly ServerToServerApp[]
  readonly redirectUris: readonly string[]
  readonly users: readonly ZoomUser[]
  readonly scopes: readonly string[] | undefined
}

/**
 * Zoom's authorization server: Basic client authentication, scopes that the app's own page says, refresh tokens that work once and take the
 * access token before them along, and one grant an account and app.
 * @see https://developers.zoom.us/docs/integrations/oauth/
 * @see https://developers.zoom.us/docs/internal-apps/s2s-oauth/
 */
export function zoomAuthorization(kit: EmulatorKit, options: AuthorizationOptions): AuthorizationServer<ZoomUser> {
  const { app, serverToServer, users } = options
  const configured = options.scopes ?? appScopes
  return authorizationServer<ZoomUser>(kit, {
    authorizationEndpoint: "https://zoom.us/oauth/authorize",
    tokenEndpoint: "https://zoom.us/oauth/token",
    revocation: {
      endpoint: "https://zoom.us/oauth/revoke",
      revokes: "grant",
      unknownToken: 400,
      tokenInQuery: true,
      response: () => json({ status: "success" }),
    },
    clients: [
      { ...app, redirectUris: options.redirectUris, name: "The app" },
      ...serverToServer.map(({ clientId, clientSecret }) => ({ clientId, clientSecret, redirectUris: [] })),
    ],
    accounts: users.map((user) => ({ id: user.id, label: `${user.firstName} ${user.lastName}`, data: user })),
    clientAuthentication: "basic",
    tokenParametersInQuery: true,
    pkce: "optional",
    defaultScopes: configured.filter((scope) => !requiredScopes.includes(scope)),
    scopes: configured,
    partialConsent: true,
    codeSeconds: 300,
    accessTokenSeconds: 3_600,
    refreshToken: { rotation: "single-use", reuse: "revokes-family", maxDays: 90, invalidatesAccessToken: true },
    reconsent: "kills",
    // What the app's page marks as required cannot be unticked.
    slots: (grant) => [{ id: "main", scopes: scopesOf(grant, configured) }],
    grantTypes: {
      account_credentials({ client, parameters }) {
        const built = serverToServer.find(({ clientId }) => clientId === client.clientId)
        if (!built) return { error: "unsupported_grant_type", description: "unsupported grant type" }
        const owner = users.find((user) => user.accountId === parameters.account_id && user.isOwner)
        if (!owner || owner.accountId !== built.accountId) {
          return { error: "invalid_request", description: "Bad Request" }
        }
        return { account: { id: owner.id, label: owner.accountId, data: owner }, scopes: serverScopes }
      },
    },
    tokenValue({ kind, grant, random }) {
      if (kind === "code") return random
      const now = Math.floor(kit.clock.now() / 1_000)
      const lifeSeconds = kind === "access" ? 3_600 : 90 * 86_400
      return webToken({
        ver: 10,
        clientId: grant.clientId,
        userId: grant.account.id,
        accountId: grant.account.data.accountId,
        tokenType: kind === "access" ? "access_token" : "refresh_token",
        aud: "https://oauth.zoom.us",
        iat: now,
        exp: now + lifeSeconds,
        jti: random,
      })
    },
    tokenResponse({ main }) {
      return json({
        access_token: main.accessToken,
        token_type: "bearer",
        ...(main.refreshToken !== undefined && { refresh_token: main.refreshToken }),
        ...(main.expiresIn !== undefined && { expires_in: main.expiresIn }),
        scope: main.scope,
        api_url: "https://api.zoom.us",
      })
    },
    // Zoom has `reason` where the standard has `error_description`, and 400 for every refusal.
    errorResponse: ({ error, reason, description }) =>
      json({ reason: reasons[reason] ?? description, error: oldErrors[reason] ?? error }, { status: 400 }),
  })
}

function scopesOf({ madeBy, scopes }: EmulatedGrant<ZoomUser>, configured: readonly string[]): readonly string[] {
  if (madeBy === "account_credentials") return scopes
  const required = configured.filter((scope) => requiredScopes.includes(scope))
  return [...new Set([...required, ...scopes])]
}

const reasons: Partial<Record<OAuthRefusalReason, string>> = {
  client_unknown: "Invalid client_id or client_secret",
  client_secret_wrong: "Invalid client_id or client_secret",
  client_authentication_missing: "Invalid client_id or client_secret",
  client_authentication_method: "Invalid client_id or client_secret",
  code_unknown: "Invalid authorization code",
  code_used: "Invalid authorization code",
  code_expired: "Invalid authorization code",
  code_foreign: "Invalid authorization code",
  redirect_uri_mismatch: "Redirect URI mismatch.",
  refresh_token_unknown: "Invalid Token!",
  refresh_token_expired: "Invalid Token!",
  refresh_token_used: "Invalid Token!",
  refresh_token_revoked: "Invalid Token!",
  refresh_token_foreign: "Invalid Token!",
  token_unknown: "Invalid Token!",
  grant_type: "unsupported grant type",
}

const oldErrors: Partial<Record<OAuthRefusalReason, string>> = {
  code_unknown: "invalid_request",
  code_used: "invalid_request",
  code_expired: "invalid_request",
  code_foreign: "invalid_request",
  redirect_uri_mismatch: "invalid_request",
  token_unknown: "invalid_request",
}

/** A token that looks like Zoom's: a JSON Web Token, which only this stand-in can have signed. */
function webToken(claims: Readonly<Record<string, unknown>> & { readonly jti: string }): string {
  const part = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  return `${part({ alg: "HS512", v: "2.0" })}.${part(claims)}.${claims.jti}`
}
