import type { RevocationReason } from "./model.js"
import type { GrantRecord } from "./records.js"
import type { Registry } from "./registry.js"

/**
 * Takes away what an access or refresh token belongs to, and says which grant it was. A token of another client, or one
 * that is dead already, is as good as unknown.
 */
export function revokeToken<Data>(
  registry: Registry<Data>,
  token: string,
  takes: "token" | "grant" | "account",
  because: RevocationReason,
  clientId?: string,
): GrantRecord<Data> | undefined {
  const access = registry.accessTokens.get(token)
  const refresh = registry.refreshTokens.get(token)
  const grant = (access ?? refresh)?.grant
  if (!grant || grant.revokedAt !== undefined) return undefined
  if (clientId !== undefined && grant.clientId !== clientId) return undefined
  if (access?.endedBecause !== undefined || refresh?.revokedBecause !== undefined) return undefined
  if (takes === "account") {
    for (const sibling of registry.siblings(grant.clientId, grant.account.id)) registry.revokeGrant(sibling, because)
  } else if (takes === "grant") registry.revokeGrant(grant, because)
  else if (refresh) registry.revokeSlot(grant, refresh.slot, because)
  else if (access) access.endedBecause = because
  return grant
}
