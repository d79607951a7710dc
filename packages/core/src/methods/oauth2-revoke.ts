import { revocationRequest } from "oauth4webapi"
import type { Context } from "../context.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import { clientAuthenticationOf, clientOf, credentialsOf, requestOptions, serverOf } from "./client-authentication.js"
import { unverifiedClaims } from "./jwt-claims.js"
import type { TokenSet } from "./oauth2-options.js"
import { refreshOAuth2 } from "./oauth2-refresh.js"
import { appOf, type OAuth2Settings, type OAuth2State, placeholderValues } from "./oauth2-settings.js"
import { expandEndpoint, permitEndpoint } from "./placeholders.js"
import { endGrant } from "./revocation.js"

/**
 * Ends the grant: by the refresh token where there is one, since that ends its access tokens too (RFC 7009 section 2.1), or by a living
 * access token where the provider takes no other.
 */
export async function revokeOAuth2(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  secret: TokenSet,
  slot: string,
): Promise<void> {
  const { revocationToken, expiredErrors = [] } = settings.options
  if (revocationToken === "access_token" && saysEnded(secret, context.clock.now())) {
    return await revokeLast(settings, context, secret, slot)
  }
  try {
    await revoke(settings, context, secret, slot)
  } catch (error) {
    const code = isHoldfastError(error) ? error.details.providerCode : undefined
    if (code === undefined || !expiredErrors.includes(code)) throw error
    await revokeLast(settings, context, secret, slot)
  }
}

/** Spends the refresh token of an access token that has ended, and revokes what comes. */
async function revokeLast(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  secret: TokenSet,
  slot: string,
): Promise<void> {
  // Without a refresh token nothing is left that could end.
  if (secret.refreshToken === undefined) return
  const renewed = await refreshOAuth2(settings, context, secret, slot)
  if (renewed.is === "refused") {
    if (renewed.by === "grant") return
    const details = { providerCode: renewed.providerCode }
    throw new HoldfastError("config_invalid", "The provider refuses the app's client id or secret.", { details })
  }
  if (renewed.is !== "renewed") {
    throw new HoldfastError("provider_unavailable", "The grant could not be renewed in order to be revoked.")
  }
  await revoke(settings, context, renewed.secret, slot)
}

async function revoke(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  secret: TokenSet,
  slot: string,
): Promise<void> {
  const { options, rules, hostIsChosen } = settings
  if (options.revokeRequest) {
    const request = await options.revokeRequest(context, secret, slot)
    await permitEndpoint(context, new URL(request.url), hostIsChosen)
    return await endGrant(() => context.fetch(request), rules)
  }
  await revokeByStandard(settings, context, secret)
}

/** @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
async function revokeByStandard(
  { options, style, rules, hostIsChosen }: OAuth2Settings,
  context: Context<OAuth2State>,
  { accessToken, refreshToken }: TokenSet,
): Promise<void> {
  if (options.revocationEndpoint === undefined) {
    throw new HoldfastError("config_invalid", "The provider has no revocation.")
  }
  const app = appOf(context)
  const endpoint = expandEndpoint(options.revocationEndpoint, placeholderValues(context, app), hostIsChosen)
  await permitEndpoint(context, endpoint, hostIsChosen)
  const credentials = credentialsOf(app)
  const isRefresh = refreshToken !== undefined && options.revocationToken !== "access_token"
  await endGrant(
    () =>
      revocationRequest(
        serverOf(endpoint),
        clientOf(credentials),
        clientAuthenticationOf(style, credentials),
        isRefresh ? refreshToken : accessToken,
        {
          ...requestOptions(context, style, endpoint),
          additionalParameters: { token_type_hint: isRefresh ? "refresh_token" : "access_token" },
        },
      ),
    rules,
  )
}

function saysEnded({ accessToken }: TokenSet, now: number): boolean {
  const end = unverifiedClaims(accessToken)?.exp
  return typeof end === "number" && end * 1_000 <= now
}
