import type { EmulatedAccount, EmulatedGrant, RevocationReason } from "./model.js"
import type { RefreshTokenOptions, TokenSlot } from "./options.js"

/** A grant with its tokens, as the registry keeps it. */
export interface GrantRecord<Data> {
  id: string
  clientId: string
  account: EmulatedAccount<Data>
  scopes: readonly string[]
  parameters: Readonly<Record<string, string>>
  origin: string
  madeBy: string
  createdAt: number
  revokedAt?: number
  revokedBecause?: RevocationReason
  slots: readonly TokenSlot[]
  accessTokens: AccessRecord<Data>[]
  refreshTokens: RefreshRecord<Data>[]
}

export interface AccessRecord<Data> {
  value: string
  grant: GrantRecord<Data>
  slot: string
  scopes: readonly string[]
  expiresAt: number | "never"
  endedBecause?: RevocationReason | "superseded_by_refresh"
  /** The refresh token that it was issued for. */
  parent: RefreshRecord<Data> | undefined
}

export interface RefreshRecord<Data> {
  value: string
  grant: GrantRecord<Data>
  slot: string
  scopes: readonly string[]
  rules: RefreshTokenOptions
  issuedAt: number
  usedAt?: number
  /** Whether a token that was issued for it has been used since: ends its reuse window. */
  replacementUsed: boolean
  revokedBecause?: RevocationReason
  /** Set when a test ends its life early. */
  expired: boolean
  parent: RefreshRecord<Data> | undefined
}

export interface CodeRecord<Data> {
  value: string
  grant: GrantRecord<Data>
  /** As it was sent; `undefined` when it was left out. */
  redirectUri: string | undefined
  challenge: string | undefined
  expiresAt: number
  used: boolean
}

const dayMs = 86_400_000

/** Whether an access token works at this moment. */
function isLiveAccess(token: AccessRecord<unknown>, now: number): boolean {
  return token.endedBecause === undefined && (token.expiresAt === "never" || token.expiresAt > now)
}

/** Whether a refresh token is past its idle or absolute life. */
export function isExpiredRefresh(token: RefreshRecord<unknown>, now: number): boolean {
  const { idleDays, maxDays } = token.rules
  if (token.expired) return true
  if (idleDays !== undefined && now >= (token.usedAt ?? token.issuedAt) + idleDays * dayMs) return true
  return maxDays !== undefined && now >= token.issuedAt + maxDays * dayMs
}

/** Whether a refresh token would be honoured at this moment, reuse windows included. */
export function isLiveRefresh(token: RefreshRecord<unknown>, now: number): boolean {
  if (token.revokedBecause !== undefined || isExpiredRefresh(token, now)) return false
  return token.rules.rotation === "reusable" || token.usedAt === undefined || isInReuseWindow(token, now)
}

/** Whether a spent refresh token is still good. */
export function isInReuseWindow(token: RefreshRecord<unknown>, now: number): boolean {
  const { reuse } = token.rules
  if (typeof reuse !== "object" || token.usedAt === undefined) return false
  if (reuse.seconds === undefined && !reuse.untilUsed) return false
  if (reuse.seconds !== undefined && now > token.usedAt + reuse.seconds * 1000) return false
  return !(reuse.untilUsed && token.replacementUsed)
}

/** What tests and providers may see of a grant. */
export function viewGrant<Data>(grant: GrantRecord<Data>, now: number): EmulatedGrant<Data> {
  return {
    id: grant.id,
    clientId: grant.clientId,
    account: grant.account,
    scopes: grant.scopes,
    parameters: grant.parameters,
    origin: grant.origin,
    madeBy: grant.madeBy,
    createdAt: grant.createdAt,
    ...(grant.revokedAt === undefined ? {} : { revokedAt: grant.revokedAt }),
    ...(grant.revokedBecause === undefined ? {} : { revokedBecause: grant.revokedBecause }),
    slots: grant.slots.map((slot) => slot.id),
    live: {
      accessTokens: grant.accessTokens.filter((token) => isLiveAccess(token, now)).length,
      refreshTokens: grant.refreshTokens.filter((token) => isLiveRefresh(token, now)).length,
    },
  }
}
