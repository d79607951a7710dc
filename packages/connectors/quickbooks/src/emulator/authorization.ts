import { type AuthorizationServer, authorizationServer, type EmulatorKit, json } from "@holdfast/emulator"
import { isRecord, type QuickBooksCompany } from "./company.js"

const dayMs = 86_400_000
const rollingSeconds = 8_726_400
const hardDays = 1_825

/** The app as the stand-in knows it. */
export interface IntuitApp {
  readonly clientId: string
  readonly clientSecret: string
}

interface Value {
  readonly since: number
  retiresAt?: number
  replacement?: string
}

/**
 * Tokens as Intuit gives them: the value of a refresh token changes with the first refresh after a day and the one before is good for another,
 * each refresh moves its hundred days on, and five years after consent it ends for good.
 * @see https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/faq
 * @see https://blogs.intuit.com/2025/11/12/important-changes-to-refresh-token-policy/
 */
export function intuitAuthorization(
  kit: EmulatorKit,
  app: IntuitApp,
  companies: readonly QuickBooksCompany[],
  redirectUris: readonly string[] = ["https://app.example.com/api/integrations/oauth/callback/quickbooks"],
): AuthorizationServer<QuickBooksCompany> {
  const values = new Map<string, Value>()
  const knownValue = (token: string) => {
    const known = values.get(token) ?? { since: kit.clock.now() }
    values.set(token, known)
    return known
  }

  /** What a refresh answers as refresh token: the same for a day, then another. */
  const refreshed = (shown: string, fresh: string): string => {
    const now = kit.clock.now()
    const value = knownValue(shown)
    if (value.replacement === undefined) {
      if (now - value.since < dayMs) return shown
      value.replacement = fresh
      value.retiresAt = now + dayMs
      values.set(fresh, { since: now })
    }
    return value.replacement
  }

  const oauth = authorizationServer<QuickBooksCompany>(kit, {
    authorizationEndpoint: "https://appcenter.intuit.com/connect/oauth2",
    tokenEndpoint: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
    clients: [{ ...app, redirectUris, name: "The app" }],
    accounts: companies.map((data) => ({ id: data.realmId, label: data.name, data })),
    clientAuthentication: "basic",
    pkce: "none",
    stateRequired: true,
    scopes: ["com.intuit.quickbooks.accounting", "com.intuit.quickbooks.payment", "openid", "profile", "email"],
    accessTokenSeconds: 3_600,
    // Which value is good is kept in `values`; here each is good for its hundred days.
    refreshToken: { rotation: "single-use", reuse: { seconds: rollingSeconds }, idleDays: rollingSeconds / 86_400 },
    callbackParameters: ({ outcome, grant }): Record<string, string> =>
      outcome === "granted" && grant ? { realmId: grant.account.data.realmId } : {},
    checkToken({ parameters, grant }) {
      const now = kit.clock.now()
      const { retiresAt = Infinity } = knownValue(parameters.refresh_token ?? "")
      const isOver = grant !== undefined && now > grant.createdAt + hardDays * dayMs
      const refreshes = parameters.grant_type === "refresh_token"
      if (!refreshes || (now <= retiresAt && !isOver)) return undefined
      return { error: "invalid_grant", description: "Incorrect or invalid refresh token" }
    },
    tokenResponse({ main, parameters, grant, grantType }, call) {
      const fresh = main.refreshToken
      if (fresh !== undefined && grantType === "authorization_code") knownValue(fresh)
      const shown = parameters.refresh_token
      const refresh_token = fresh === undefined || shown === undefined ? fresh : refreshed(shown, fresh)
      const asksForEnd = call.request.headers.get("x-include-refresh-token-hard-expires-in") === "true"
      const hardSeconds = Math.floor((grant.createdAt + hardDays * dayMs - kit.clock.now()) / 1_000)
      return json({
        token_type: "bearer",
        access_token: main.accessToken,
        refresh_token,
        expires_in: main.expiresIn,
        x_refresh_token_expires_in: Math.min(rollingSeconds, hardSeconds),
        ...(asksForEnd && { x_refresh_token_hard_expires_in: hardSeconds }),
      })
    },
  })

  // https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0#revoke-token-disconnect
  kit.route(
    "POST",
    "https://developer.api.intuit.com",
    "/v2/oauth2/tokens/revoke",
    async (call) => {
      kit.countRevocation()
      const basic = `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}`
      if (call.request.headers.get("authorization") !== basic) return json({ error: "invalid_client" }, { status: 401 })
      const body = await call.json()
      if (!isRecord(body) || typeof body.token !== "string") return json({ error: "invalid_token" }, { status: 400 })
      const isKnown = oauth.revokeToken(body.token, "grant", "revoked_by_client")
      return isKnown ? new Response(null, { status: 200 }) : json({ error: "invalid_token" }, { status: 400 })
    },
    { id: "revoke" },
  )
  return oauth
}
