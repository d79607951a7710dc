import { z } from "zod"
import type { GrantPolicy, Rotation } from "../method.js"
import { once } from "../once.js"
import type { TokenBody, TokenSet } from "./oauth2-options.js"

/** What is sealed for a slot. */
export const tokenSetSchema = once(() =>
  z.object({
    accessToken: z.string().min(1),
    refreshToken: z.string().min(1).exactOptional(),
    tokenType: z.string().exactOptional(),
    replaced: z.literal(true).exactOptional(),
  }),
)

/** The tokens of one slot as they came, and the part of the answer they were in. */
export interface SlotTokens {
  readonly body: TokenBody
  readonly accessToken: string
  readonly refreshToken?: string
  readonly tokenType?: string
}

// RFC 6749 appendix A: tokens are visible ASCII and blanks. Anything else could not go into a header.
const token = /^[\x20-\x7e]+$/

/** Undefined where there is no access token. */
export function readTokens(body: TokenBody): SlotTokens | undefined {
  const accessToken = readToken(body.access_token)
  if (accessToken === undefined) return undefined
  const refreshToken = readToken(body.refresh_token)
  const tokenType = readToken(body.token_type)
  return {
    body,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(tokenType !== undefined && { tokenType }),
  }
}

function readToken(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value
  return typeof text === "string" && token.test(text) ? text : undefined
}

/** How a provider's refresh tokens behave: by its documentation, or by nothing but what is seen. */
export interface RotationRules {
  readonly rotation: Rotation
  readonly expectsRefreshToken: GrantPolicy["expectsRefreshToken"]
  /** Whether `rotation` was declared rather than assumed. */
  readonly isDocumented: boolean
}

/** The secret of a new grant. A refresh token that did not come is left out: core knows whether there is one to keep (ruling R10). */
export function grantedTokens(came: SlotTokens, rules: RotationRules): { secret: TokenSet; rotation: Rotation } {
  const { accessToken, refreshToken, tokenType } = came
  const secret = {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(tokenType !== undefined && { tokenType }),
  }
  const none = refreshToken === undefined && !rules.expectsRefreshToken
  return { secret, rotation: none ? "none" : rules.rotation === "none" ? "reusable" : rules.rotation }
}

/**
 * The secret after a refresh: what is absent stays, what is there replaces. Where the documentation is silent, a refresh token that was
 * replaced is taken to be spent from then on (rulings C12 and R18); a single-use one that was not replaced is worth saying.
 */
export function renewedTokens(
  previous: TokenSet,
  came: SlotTokens,
  rules: RotationRules,
): { secret: TokenSet; rotation: Rotation; refreshTokenMissing: boolean } {
  const isNew = came.refreshToken !== undefined && came.refreshToken !== previous.refreshToken
  const replaced = previous.replaced === true || (isNew && !rules.isDocumented)
  const refreshToken = came.refreshToken ?? previous.refreshToken
  const tokenType = came.tokenType ?? previous.tokenType
  const secret = {
    accessToken: came.accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(tokenType !== undefined && { tokenType }),
    ...(replaced && { replaced }),
  } satisfies TokenSet
  const singleUse = isSingleUse(previous, rules)
  const rotation = singleUse || replaced ? "single-use" : rules.rotation === "none" ? "reusable" : rules.rotation
  return { secret, rotation, refreshTokenMissing: singleUse && came.refreshToken === undefined }
}

/** Whether showing this refresh token spends it. */
export function isSingleUse(secret: TokenSet, rules: RotationRules): boolean {
  return secret.refreshToken !== undefined && (rules.rotation === "single-use" || secret.replaced === true)
}
