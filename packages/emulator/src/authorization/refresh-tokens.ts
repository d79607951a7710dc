import { requestedScopes } from "./grant.js"
import { type Issued, issueTokens, type ServerContext, type TokenRequest } from "./issue.js"
import type { OAuthRefusal } from "./model.js"
import { isExpiredRefresh, isInReuseWindow, type RefreshRecord, viewGrant } from "./records.js"
import { customRefusal, refusal } from "./refusal.js"

/**
 * Trades a refresh token for new tokens, or punishes its second use.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export function refreshTokens<Data>(context: ServerContext<Data>, request: TokenRequest): Issued<Data> {
  const { kit, options, registry } = context
  const { call, client, parameters } = request
  if (parameters.refresh_token === undefined) return no("parameter_missing", "refresh_token is missing")
  const shown = registry.refreshTokens.get(parameters.refresh_token)
  if (!shown) return no("refresh_token_unknown", "there is no such refresh token")
  const { grant } = shown
  if (grant.clientId !== client.clientId) return no("refresh_token_foreign", "the refresh token is another client's")
  if (options.boundToOrigin && grant.origin !== call.url.origin) {
    return no("refresh_token_foreign", "the refresh token is another tenant's")
  }
  const dead = whyDead(context, shown)
  if (dead) return { refusal: dead }
  const scopes = parameters.scope ? requestedScopes(parameters.scope, options.scopeSeparator) : shown.scopes
  const wider = scopes.find((scope) => !shown.scopes.includes(scope))
  if (wider !== undefined) return no("scope_unknown", `"${wider}" was not granted`)
  const refused = options.checkToken?.({ ...request, grant: viewGrant(grant, kit.clock.now()) })
  if (refused) return { refusal: customRefusal("token", refused) }

  const now = kit.clock.now()
  // A spent token keeps its first use, where reuse windows start; a reusable one its last, where idleness starts.
  shown.usedAt = shown.rules.rotation === "single-use" ? (shown.usedAt ?? now) : now
  if (shown.parent) shown.parent.replacementUsed = true
  const tokens = issueTokens(context, {
    grant,
    grantType: "refresh_token",
    slot: shown.slot,
    scopes,
    parent: shown,
    parameters,
    fault: call.fault,
  })
  return { grant, tokens: [tokens] }
}

function whyDead<Data>({ kit, registry }: ServerContext<Data>, shown: RefreshRecord<Data>): OAuthRefusal | undefined {
  if (shown.revokedBecause !== undefined) {
    return refusal("token", "refresh_token_revoked", "the refresh token was revoked")
  }
  if (isExpiredRefresh(shown, kit.clock.now())) {
    return refusal("token", "refresh_token_expired", "the refresh token has expired")
  }
  const spent = shown.rules.rotation === "single-use" && shown.usedAt !== undefined
  if (!spent || isInReuseWindow(shown, kit.clock.now())) return undefined
  const { reuse = "revokes-family" } = shown.rules
  const punishment = typeof reuse === "object" ? (reuse.after ?? "refused") : reuse
  if (punishment === "revokes-family") registry.revokeSlot(shown.grant, shown.slot, "refresh_token_reused")
  return refusal("token", "refresh_token_used", "the refresh token was used before")
}

function no(reason: OAuthRefusal["reason"], description: string): { refusal: OAuthRefusal } {
  return { refusal: refusal("token", reason, description) }
}
