import { HoldfastError } from "../errors.js"
import { unverifiedClaims } from "./jwt-claims.js"
import type { TokenBody } from "./oauth2-options.js"

/**
 * What an id token says of the person, where one came. It came straight from the token endpoint for a code that works once, so TLS
 * stands for its signature and the exchange for its age; whom it is for, and from whom, is checked.
 * @throws HoldfastError `response_invalid` when the issuer is known and the token is another's
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function idTokenClaims(
  body: TokenBody,
  expected: {
    readonly clientId: string
    readonly issuer: string | undefined
    readonly issuerAliases?: readonly string[] | undefined
  },
): Readonly<Record<string, unknown>> | undefined {
  const claims = typeof body.id_token === "string" ? unverifiedClaims(body.id_token) : undefined
  if (!claims) return undefined
  const isOurs = [claims.aud].flat().includes(expected.clientId)
  const issuers = [expected.issuer, ...(expected.issuerAliases ?? [])]
  const isTheirs = expected.issuer === undefined || issuers.some((issuer) => claims.iss === issuer)
  if (isOurs && isTheirs) return claims
  if (expected.issuer === undefined) return undefined
  throw new HoldfastError("response_invalid", "The id token is for another app, or from another issuer.")
}
