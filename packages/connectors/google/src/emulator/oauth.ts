import {
  type AuthorizationServer,
  authorizationServer,
  type EmulatedAccount,
  type EmulatedClient,
  type EmulatedGrant,
  type EmulatorKit,
  json,
  type OAuthRefusal,
  type TokenAnswer,
} from "@holdfast/emulator"
import type { GoogleAccount } from "./accounts.js"
import { signIdToken } from "./id-token.js"
import { grantedName, knownScopes } from "./scopes.js"

export interface GoogleOAuthOptions {
  readonly clients: readonly EmulatedClient[]
  readonly accounts: readonly EmulatedAccount<GoogleAccount>[]
  /** In testing, refresh tokens end after seven days. */
  readonly publishingStatus: "production" | "testing"
  /** How id tokens spell their issuer. The documentation knows both. */
  readonly idTokenIssuer: "https://accounts.google.com" | "accounts.google.com"
}

export type GoogleOAuth = AuthorizationServer<GoogleAccount>

/**
 * Google's authorization server: a refresh token only for offline access and only with the first consent, a hundred of them for each
 * person and client, consents that add up, and a revocation that ends them all.
 * @see https://developers.google.com/identity/protocols/oauth2/web-server
 * @see https://developers.google.com/identity/protocols/oauth2#expiration
 */
export function googleOAuth(kit: EmulatorKit, options: GoogleOAuthOptions): GoogleOAuth {
  const refreshToken = {
    rotation: "reusable",
    onlyOnConsent: true,
    perAccountLimit: 100,
    ...(options.publishingStatus === "testing" ? { maxDays: 7 } : { idleDays: 180 }),
  } as const
  const oauth: GoogleOAuth = authorizationServer<GoogleAccount>(kit, {
    authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenEndpoint: "https://oauth2.googleapis.com/token",
    revocation: {
      endpoint: "https://oauth2.googleapis.com/revoke",
      revokes: "account",
      clientAuthentication: false,
      unknownToken: 400,
      tokenInQuery: true,
      response: () => json({}),
    },
    // Sent since 2026, though neither guide nor discovery document says so: https://www.rfc-editor.org/rfc/rfc9207
    issuer: "https://accounts.google.com",
    clients: options.clients,
    accounts: options.accounts,
    clientAuthentication: "either",
    pkce: "optional",
    extraParameters: ["access_type", "include_granted_scopes", "enable_granular_consent", "login_hint", "hd"],
    scopes: knownScopes,
    partialConsent: true,
    codeSeconds: 600,
    accessTokenSeconds: 3_599,
    refreshToken,
    policy: ({ grant, grantType }) =>
      grantType === "authorization_code" && grant.parameters.access_type !== "offline" ? { refreshToken: "none" } : {},
    tokenValue: ({ kind, random }) => ({ access: "ya29.", refresh: "1//0", code: "4/0" })[kind] + random,
    callbackParameters({ grant, request }): Record<string, string> {
      if (!grant) return {}
      const { hostedDomain } = grant.account.data
      return {
        scope: scopesOf(oauth, grant).join(" "),
        authuser: "0",
        ...(hostedDomain && { hd: hostedDomain }),
        prompt: request.prompt ?? "none",
      }
    },
    tokenResponse: (answer) => tokenBody(oauth, answer, options),
    errorResponse: googleRefusal,
  })
  return oauth
}

/**
 * The scopes of a grant as Google names them, with those of the consents before it where it includes them.
 * @see https://developers.google.com/identity/protocols/oauth2/web-server#incrementalAuth
 */
export function scopesOf(
  oauth: GoogleOAuth,
  grant: Pick<EmulatedGrant<GoogleAccount>, "id" | "clientId" | "account" | "parameters">,
  own: readonly string[] = (grant as EmulatedGrant<GoogleAccount>).scopes,
): readonly string[] {
  const all = oauth.grants()
  const index = all.findIndex(({ id }) => id === grant.id)
  const earlier = all
    .slice(0, index === -1 ? all.length : index)
    .filter(
      (other) =>
        other.revokedAt === undefined &&
        other.clientId === grant.clientId &&
        other.account.id === grant.account.id &&
        grant.parameters.include_granted_scopes === "true",
    )
  return [...new Set([...own, ...earlier.flatMap(({ scopes }) => scopes)].map(grantedName))]
}

async function tokenBody(
  oauth: GoogleOAuth,
  { main, grant, account, client, issuedAt }: TokenAnswer<GoogleAccount>,
  { publishingStatus, idTokenIssuer }: GoogleOAuthOptions,
): Promise<Response> {
  const scopes = scopesOf(oauth, grant, main.scopes)
  const body = {
    access_token: main.accessToken,
    ...(main.expiresIn !== undefined && { expires_in: main.expiresIn }),
    ...(main.refreshToken !== undefined && { refresh_token: main.refreshToken }),
    ...(main.refreshToken !== undefined &&
      publishingStatus === "testing" && { refresh_token_expires_in: main.refreshTokenExpiresIn }),
    scope: scopes.join(" "),
    token_type: "Bearer",
    ...(scopes.includes("openid") && {
      id_token: await signIdToken({
        iss: idTokenIssuer,
        azp: client.clientId,
        aud: client.clientId,
        sub: account.id,
        ...identityClaims(account, scopes),
        iat: Math.floor(issuedAt / 1000),
        exp: Math.floor(issuedAt / 1000) + 3_600,
      }),
    }),
  }
  return json(body, { headers: { "cache-control": "no-cache, no-store, max-age=0, must-revalidate" } })
}

/** What an identity says beside the `sub`, as far as it was granted. */
export function identityClaims(account: EmulatedAccount<GoogleAccount>, scopes: readonly string[]): object {
  if (!scopes.includes(grantedName("email"))) return {}
  const { email, hostedDomain } = account.data
  return { ...(hostedDomain && { hd: hostedDomain }), email, email_verified: true }
}

const descriptions: Partial<Record<OAuthRefusal["reason"], string>> = {
  refresh_token_revoked: "Token has been expired or revoked.",
  refresh_token_expired: "Token has been expired or revoked.",
  refresh_token_unknown: "Bad Request",
  refresh_token_foreign: "Bad Request",
  code_unknown: "Malformed auth code.",
  code_used: "Bad Request",
  code_expired: "Bad Request",
  code_foreign: "Bad Request",
  pkce_mismatch: "Invalid code verifier.",
  client_unknown: "The OAuth client was not found.",
  client_secret_wrong: "The provided client secret is invalid.",
  redirect_uri_mismatch: "Bad Request",
  token_unknown: "Token expired or revoked",
}

function googleRefusal({ reason, error, status, description }: OAuthRefusal): Response {
  // Google has a code of its own where RFC 6749 says invalid_grant.
  const code = reason === "redirect_uri_mismatch" ? "redirect_uri_mismatch" : error
  return json({ error: code, error_description: descriptions[reason] ?? description }, { status })
}
