import type { EmulatorClock } from "../clock.js"
import type { EmulatedAccount, EmulatedClient, RevocationReason } from "./model.js"
import { type AccessRecord, type CodeRecord, type GrantRecord, isLiveRefresh, type RefreshRecord } from "./records.js"

/** All grants, codes and tokens of one authorization server. */
export interface Registry<Data> {
  clients: Map<string, EmulatedClient>
  accounts: Map<string, EmulatedAccount<Data>>
  grants: Map<string, GrantRecord<Data>>
  codes: Map<string, CodeRecord<Data>>
  accessTokens: Map<string, AccessRecord<Data>>
  refreshTokens: Map<string, RefreshRecord<Data>>
  /** Lists a grant, once tokens are issued for it. */
  keepGrant(grant: GrantRecord<Data>): void
  addAccessToken(token: AccessRecord<Data>): void
  addRefreshToken(token: RefreshRecord<Data>): void
  revokeGrant(grant: GrantRecord<Data>, because: RevocationReason): void
  /** Ends every token of one slot; the last slot takes the grant with it. */
  revokeSlot(grant: GrantRecord<Data>, slot: string, because: RevocationReason): void
  /** Living grants of a client and account. */
  siblings(clientId: string, accountId: string): GrantRecord<Data>[]
  /** Revokes the oldest refresh tokens of a client and account beyond the limit. */
  enforceLimit(clientId: string, accountId: string, limit: number): void
}

/** An empty registry, but for the clients and accounts. */
export function createRegistry<Data>(
  clock: EmulatorClock,
  clients: readonly EmulatedClient[],
  accounts: readonly EmulatedAccount<Data>[],
): Registry<Data> {
  const registry: Registry<Data> = {
    clients: new Map(clients.map((client) => [client.clientId, client])),
    accounts: new Map(accounts.map((account) => [account.id, account])),
    grants: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    keepGrant(grant) {
      registry.grants.set(grant.id, grant)
    },
    addAccessToken(token) {
      registry.accessTokens.set(token.value, token)
      token.grant.accessTokens.push(token)
    },
    addRefreshToken(token) {
      registry.refreshTokens.set(token.value, token)
      token.grant.refreshTokens.push(token)
    },
    revokeGrant(grant, because) {
      if (grant.revokedAt !== undefined) return
      grant.revokedAt = clock.now()
      grant.revokedBecause = because
      for (const token of grant.accessTokens) token.endedBecause ??= because
      for (const token of grant.refreshTokens) token.revokedBecause ??= because
    },
    revokeSlot(grant, slot, because) {
      if (grant.slots.length === 1) return registry.revokeGrant(grant, because)
      for (const token of grant.accessTokens) if (token.slot === slot) token.endedBecause ??= because
      for (const token of grant.refreshTokens) if (token.slot === slot) token.revokedBecause ??= because
    },
    siblings: (clientId, accountId) =>
      [...registry.grants.values()].filter(
        (grant) => grant.clientId === clientId && grant.account.id === accountId && grant.revokedAt === undefined,
      ),
    enforceLimit(clientId, accountId, limit) {
      const living = registry
        .siblings(clientId, accountId)
        .flatMap((grant) => grant.refreshTokens)
        .filter((token) => isLiveRefresh(token, clock.now()))
      for (const token of living.slice(0, Math.max(0, living.length - limit))) token.revokedBecause = "grant_limit"
    },
  }
  return registry
}
