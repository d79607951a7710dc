import { type App, HoldfastError, type OAuth2Options, oauth2, type TokenBody } from "@holdfast/core"
import { z } from "zod"

/** Sent to the API with every request. @see https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent */
export const apiHeaders = {
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
  "user-agent": "holdfast",
}

const refusal = z.looseObject({ error: z.string() })

/** What OAuth Apps and GitHub Apps have in common. Whichever the client id belongs to, its answers say how its tokens live. */
const common = {
  authorizationEndpoint: "https://github.com/login/oauth/authorize",
  tokenEndpoint: "https://github.com/login/oauth/access_token",
  // Without it the answer is a form.
  tokenRequestHeaders: { accept: "application/json" },
  errorCode: tokenError,
  // https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
  grantErrors: ["bad_verification_code", "bad_refresh_token"],
  clientErrors: ["incorrect_client_credentials", "bad_credentials"],
  expiresInSeconds: ({ expires_in }: TokenBody) => (expires_in === undefined ? "never" : undefined),
  granted: ({ access_token, scope }: TokenBody) =>
    typeof scope === "string" && !isOfGithubApp(access_token) ? scope.split(/[\s,]+/).filter(Boolean) : undefined,
  revokeRequest: ({ app }, { accessToken }) => deletion(app, "grant", accessToken),
  revocationToken: "access_token",
  expiredErrors: ["token_not_found"],
  policy: {
    rotation: "single-use",
    refreshInvalidatesAccessToken: true,
    revokes: "grant",
    // An OAuth App gives none, and a GitHub App may have turned expiry off.
    expectsRefreshToken: false,
  },
} satisfies Omit<OAuth2Options, "scopes">

/** An OAuth App: scopes, and tokens without end. @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const oauthApp = oauth2({ ...common, id: "oauth", label: "Connect as a person (OAuth App)", scopes: ["repo"] })

/**
 * A GitHub App on behalf of a person: its permissions instead of scopes; eight hours, then a refresh token for six months.
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens
 */
export const appUser = oauth2({ ...common, id: "app_user", label: "Connect as a person (GitHub App)", scopes: [] })

/**
 * Ends one token, or everything that the person granted the app.
 * @see https://docs.github.com/en/rest/apps/oauth-applications#delete-an-app-authorization
 */
export function deletion(app: App | undefined, what: "grant" | "token", accessToken: string): Request {
  if (!app) throw new HoldfastError("app_not_configured")
  const { clientId, fields } = app
  return new Request(`https://api.github.com/applications/${encodeURIComponent(clientId)}/${what}`, {
    method: "DELETE",
    headers: {
      ...apiHeaders,
      authorization: `Basic ${btoa(`${clientId}:${fields.clientSecret ?? ""}`)}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ access_token: accessToken }),
  })
}

/** The token endpoint refuses with HTTP 200; the API, where tokens are ended, by its status. */
function tokenError({ status, body }: { status: number; body: unknown }): string | undefined {
  const { error } = refusal.safeParse(body).data ?? {}
  if (error !== undefined) return error
  if (status === 404 || status === 422) return "token_not_found"
  return status === 401 ? "bad_credentials" : undefined
}

/** @see https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/ */
function isOfGithubApp(accessToken: unknown): boolean {
  return typeof accessToken === "string" && accessToken.startsWith("ghu_")
}
