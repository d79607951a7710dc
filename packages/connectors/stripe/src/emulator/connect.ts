import { type AuthorizationServer, authorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"
import type { StripeAccount } from "./world.js"

/** A platform registration in one mode: its client id and the secret key that is its client secret. */
export interface StripePlatform {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * Connect's OAuth for Standard accounts: the platform's secret key authenticates, as a bearer or as `client_secret`, and names the
 * client by itself; access tokens are keys of the connected account and do not expire; a code that is used twice takes back what it gave.
 * @see https://docs.stripe.com/connect/oauth-reference
 */
export function connect(
  kit: EmulatorKit,
  {
    platforms,
    redirectUris,
    accounts,
  }: {
    readonly platforms: readonly StripePlatform[]
    readonly redirectUris: readonly string[]
    readonly accounts: readonly StripeAccount[]
  },
): AuthorizationServer<StripeAccount> {
  const oauth: AuthorizationServer<StripeAccount> = authorizationServer<StripeAccount>(kit, {
    authorizationEndpoint: "https://connect.stripe.com/oauth/authorize",
    tokenEndpoint: "https://connect.stripe.com/oauth/token",
    clients: platforms.map((platform) => ({ ...platform, redirectUris, name: "The platform" })),
    accounts: accounts.map((account) => ({ id: account.id, label: account.name, data: account })),
    shownCredentials: ({ request }, { client_secret }) => {
      const clientSecret = bearer(request) ?? client_secret
      const client = oauth.clients.find((known) => known.clientSecret === clientSecret)
      // A key that nobody has is shown as it came, and refused.
      return clientSecret === undefined ? undefined : { clientId: client?.clientId ?? "", clientSecret }
    },
    redirectUriAtToken: "optional",
    pkce: "none",
    scopes: ["read_write", "read_only"],
    defaultScopes: ["read_only"],
    codeSeconds: 300,
    accessTokenSeconds: "never",
    refreshToken: { rotation: "reusable" },
    callbackParameters: ({ grant }): Record<string, string> => (grant ? { scope: grant.scopes.join(" ") } : {}),
    tokenValue({ kind, grant, random }) {
      if (kind === "code") return `ac_${random}`
      return kind === "refresh" ? `rt_${random}` : `sk_${modeOf(grant.clientId)}_${random}`
    },
    tokenResponse: ({ main, account, client }) =>
      json({
        access_token: main.accessToken,
        livemode: modeOf(client.clientId) === "live",
        refresh_token: main.refreshToken,
        token_type: "bearer",
        stripe_publishable_key: `pk_${modeOf(client.clientId)}_of_${account.id}`,
        stripe_user_id: account.id,
        scope: main.scope,
      }),
  })

  function modeOf(clientId: string): "test" | "live" {
    const secret = oauth.clients.find((client) => client.clientId === clientId)?.clientSecret
    return secret?.includes("_live_") ? "live" : "test"
  }

  // https://docs.stripe.com/connect/oauth-reference#post-deauthorize
  kit.route(
    "POST",
    "https://connect.stripe.com",
    "/oauth/deauthorize",
    async (call) => {
      const form = await call.form()
      const key = bearer(call.request) ?? form?.get("client_secret") ?? undefined
      const client = key === undefined ? undefined : oauth.clients.find(({ clientSecret }) => clientSecret === key)
      if (!client) return refused(call, 401, "invalid_client", "No such API key")
      const clientId = form?.get("client_id")
      const accountId = form?.get("stripe_user_id")
      if (!clientId) return refused(call, 400, "invalid_request", "No client_id was given.")
      if (!accountId) return refused(call, 400, "invalid_request", "No stripe_user_id was given.")
      if (clientId !== client.clientId) return refused(call, 401, "invalid_client", "client_id is not yours")
      if (oauth.revokeAccount(accountId, clientId) === 0) {
        const text = `This application is not connected to stripe account ${accountId}, or that account does not exist.`
        return refused(call, 401, "invalid_client", text)
      }
      kit.countRevocation()
      return json({ stripe_user_id: accountId })
    },
    { id: "deauthorize", names: () => ["revoke"] },
  )
  return oauth
}

function refused(call: Call, status: number, error: string, description: string): Response {
  call.note({ refusal: error })
  return json({ error, error_description: description }, { status })
}

/** The key of a bearer header. */
export function bearer(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1]
}
