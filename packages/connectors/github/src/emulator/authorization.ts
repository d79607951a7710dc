import {
  type AuthorizationServer,
  authorizationServer,
  type Call,
  type EmulatorKit,
  formEncoded,
  json,
  type OAuthRefusalReason,
} from "@holdfast/emulator"
import { badCredentials, notFound, refusal } from "./answers.js"
import type { GithubUser } from "./world.js"

const day = 86_400
const sixMonthsSeconds = 15_897_600

/** A registration at the stand-in: an OAuth App, or a GitHub App where it has a private key. */
export interface GithubApp {
  readonly clientId: string
  readonly clientSecret: string
  readonly slug?: string
  readonly privateKey?: string
  readonly webhookSecret?: string
}

interface Registrations {
  readonly githubApp: GithubApp
  readonly oauthApp: GithubApp
  readonly redirectUris: readonly string[]
  readonly users: readonly GithubUser[]
  /** Whether the GitHub App's user tokens end. */
  readonly expiringTokens: boolean
}

/**
 * The web application flow of both kinds of app. Answers are forms unless JSON is asked for, and refusals have HTTP 200.
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export function githubAuthorization(
  kit: EmulatorKit,
  { githubApp, oauthApp, redirectUris, users, expiringTokens }: Registrations,
): AuthorizationServer<GithubUser> {
  const isGithubApp = ({ clientId }: { clientId: string }) => clientId === githubApp.clientId
  const oauth = authorizationServer<GithubUser>(kit, {
    authorizationEndpoint: "https://github.com/login/oauth/authorize",
    tokenEndpoint: "https://github.com/login/oauth/access_token",
    clients: [githubApp, oauthApp].map(({ clientId, clientSecret }) => ({ clientId, clientSecret, redirectUris })),
    accounts: users.map((user) => ({ id: String(user.id), label: user.login, data: user })),
    clientAuthentication: "post",
    pkce: "optional",
    responseTypeRequired: false,
    grantTypeRequired: false,
    redirectUriAtToken: "optional",
    codeSeconds: 600,
    accessTokenSeconds: "never",
    policy: ({ client }) =>
      isGithubApp(client) && expiringTokens
        ? {
            accessTokenSeconds: 28_800,
            refreshToken: {
              rotation: "single-use",
              reuse: "refused",
              invalidatesAccessToken: true,
              maxDays: sixMonthsSeconds / day,
            },
          }
        : {},
    tokenValue({ kind, grant, random }) {
      if (kind === "code") return random.slice(0, 20)
      return `${kind === "refresh" ? "ghr" : isGithubApp(grant) ? "ghu" : "gho"}_${random.slice(0, 36)}`
    },
    // Where the app asks for both at once, what was installed comes back with the code.
    callbackParameters: ({ request: { installation_id, setup_action } }) =>
      installation_id && setup_action ? { installation_id, setup_action } : {},
    tokenResponse({ main, client }, call) {
      return shaped(call, {
        access_token: main.accessToken,
        ...(main.expiresIn !== undefined && { expires_in: main.expiresIn }),
        ...(main.refreshToken !== undefined && {
          refresh_token: main.refreshToken,
          refresh_token_expires_in: main.refreshTokenExpiresIn ?? sixMonthsSeconds,
        }),
        scope: isGithubApp(client) ? "" : main.scopes.join(","),
        token_type: "bearer",
      })
    },
    errorResponse: ({ reason, error, description }, call) =>
      shaped(call, { error: codes[reason] ?? error, error_description: description, error_uri: troubleshooting }),
  })

  endings(kit, oauth)
  return oauth
}

/** @see https://docs.github.com/en/rest/apps/oauth-applications */
function endings(kit: EmulatorKit, oauth: AuthorizationServer<GithubUser>): void {
  for (const what of ["grant", "token"] as const) {
    kit.route(
      "DELETE",
      "https://api.github.com",
      `/applications/{client_id}/${what}`,
      async (call) => {
        const client = oauth.clients.find(({ clientId }) => clientId === call.params.client_id)
        const basic = client && `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}`
        if (!client || call.request.headers.get("authorization") !== basic) return badCredentials()
        const body = await call.json()
        const token =
          typeof body === "object" && body !== null && "access_token" in body ? body.access_token : undefined
        if (typeof token !== "string" || token === "") return refusal(422, "Validation Failed")
        const found = oauth.inspectToken(token)
        if (found.is !== "live" || found.client.clientId !== client.clientId) return notFound()
        oauth.revokeToken(token, what === "grant" ? "account" : "token")
        kit.countRevocation()
        call.note({ grantId: found.grant.id })
        return new Response(null, { status: 204 })
      },
      { id: `DELETE ${what}` },
    )
  }
}

const troubleshooting =
  "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"

/** @see https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors */
const codes: Partial<Record<OAuthRefusalReason, string>> = {
  client_unknown: "incorrect_client_credentials",
  client_secret_wrong: "incorrect_client_credentials",
  client_authentication_missing: "incorrect_client_credentials",
  client_authentication_method: "incorrect_client_credentials",
  code_unknown: "bad_verification_code",
  code_expired: "bad_verification_code",
  code_used: "bad_verification_code",
  code_foreign: "bad_verification_code",
  pkce_missing: "bad_verification_code",
  pkce_mismatch: "bad_verification_code",
  redirect_uri_mismatch: "redirect_uri_mismatch",
  refresh_token_unknown: "bad_refresh_token",
  refresh_token_expired: "bad_refresh_token",
  refresh_token_used: "bad_refresh_token",
  refresh_token_revoked: "bad_refresh_token",
  refresh_token_foreign: "bad_refresh_token",
}

function shaped(call: Call, fields: Readonly<Record<string, string | number>>): Response {
  if (call.request.headers.get("accept")?.includes("application/json")) return json(fields)
  return formEncoded(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])))
}
