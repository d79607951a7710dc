import type { EmulatorClock } from "../clock.js"
import type { AuthenticatedToken, TokenInspection, TokenPlace } from "./contract.js"
import { viewGrant } from "./records.js"
import type { Registry } from "./registry.js"

/** The access token that a request carries, from the place where the provider looks for it. */
export function accessTokenOf(request: Request, place: TokenPlace = {}): string | undefined {
  if (place.token !== undefined) return place.token
  const header = request.headers.get(place.header ?? "authorization")
  if (header === null) return undefined
  const scheme = place.scheme ?? (place.header === undefined ? "Bearer" : "")
  if (scheme === "") return header
  const [before, ...rest] = header.split(" ")
  const token = rest.join(" ").trim()
  return before?.toLowerCase() === scheme.toLowerCase() && token !== "" ? token : undefined
}

/** What an access token is worth at this moment. */
export function inspectAccessToken<Data>(
  registry: Registry<Data>,
  clock: EmulatorClock,
  value: string | undefined,
  boundOrigin: string | undefined,
): TokenInspection<Data> {
  if (value === undefined || value === "") return { is: "missing" }
  const token = registry.accessTokens.get(value)
  const client = token && registry.clients.get(token.grant.clientId)
  if (!token || !client) return { is: "unknown" }
  if (boundOrigin !== undefined && token.grant.origin !== boundOrigin) return { is: "unknown" }
  const now = clock.now()
  const known: AuthenticatedToken<Data> = {
    grant: viewGrant(token.grant, now),
    account: token.grant.account,
    client,
    slot: token.slot,
    scopes: token.scopes,
    expiresAt: token.expiresAt,
  }
  if (token.endedBecause !== undefined) return { is: "revoked", because: token.endedBecause, ...known }
  if (token.expiresAt !== "never" && token.expiresAt <= now) return { is: "expired", ...known }
  return { is: "live", ...known }
}
