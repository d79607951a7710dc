import type { GrantPolicy, Rotation, SlotClock } from "../method.js"
import { unverifiedClaims } from "./jwt-claims.js"
import type { TokenBody } from "./oauth2-options.js"

/** Where the expiry of a provider's tokens is found. */
export interface ClockRules {
  readonly accessTokenSeconds: GrantPolicy["accessTokenSeconds"]
  expiresInSeconds?(body: TokenBody): number | "never" | undefined
  refreshExpiresInSeconds?(body: TokenBody): number | undefined
}

/** What came, and when: `now` is from before the request was sent, so that no life is taken for longer than it is. */
export interface ClockSubject {
  readonly body: TokenBody
  readonly accessToken: string
  readonly now: number
  readonly rotation: Rotation
  /** It came for a refresh token. What had to be renewed ends again, so an answer that leaves its end out does not say `never`. */
  readonly isRenewed?: boolean
}

// A number of seconds this large is a date (2001 and later), and one of milliseconds from here on.
const epochSeconds = 1_000_000_000
const epochMilliseconds = 100_000_000_000
// Lifetimes come from outside: none is taken for longer.
const maxLifetimeMs = 10 * 365 * 86_400_000

/**
 * The clock of a slot, from an answer that may say it as a number, a string, a date, inside a JWT, or not at all. What nobody says is
 * `unknown`; `never` is said by the provider's documentation alone, so `expires_in: 0` means it only where that says so (quirk 25).
 */
export function tokenClock(subject: ClockSubject, rules: ClockRules): SlotClock {
  const { body, accessToken, now, rotation, isRenewed = false } = subject
  const told = rules.expiresInSeconds?.(body)
  const expiresAt =
    told === "never" && !isRenewed
      ? told
      : (lifetimeEnd(told, now) ??
        lifetimeEnd(body.expires_in, now) ??
        dateAfter(body.expires_at ?? body.expiresAt ?? body.expires_on, now) ??
        jwtEnd(accessToken, now) ??
        declaredEnd(rules.accessTokenSeconds, now))
  const refreshSeconds = rules.refreshExpiresInSeconds
    ? rules.refreshExpiresInSeconds(body)
    : body.refresh_token_expires_in
  const refreshExpiresAt = lifetimeEnd(refreshSeconds, now)
  return { issuedAt: now, expiresAt, rotation, ...(refreshExpiresAt !== undefined && { refreshExpiresAt }) }
}

/** The end of a life told in seconds. Nothing and less tell nothing. */
function lifetimeEnd(value: unknown, now: number): number | undefined {
  const seconds = finite(value)
  if (seconds === undefined || seconds <= 0) return undefined
  if (seconds >= epochSeconds) return dateAfter(seconds, now)
  return bounded(now + seconds * 1_000, now)
}

/** A date, as seconds or milliseconds since the epoch or ISO 8601. One that has passed says nothing about a token just given. */
function dateAfter(value: unknown, now: number): number | undefined {
  const number = finite(value)
  const at = number === undefined ? isoDate(value) : number >= epochMilliseconds ? number : number * 1_000
  return at !== undefined && at > now ? bounded(at, now) : undefined
}

function jwtEnd(accessToken: string, now: number): number | undefined {
  const claims = unverifiedClaims(accessToken)
  const end = finite(claims?.exp)
  if (end === undefined) return undefined
  const from = finite(claims?.iat)
  // Our clock may be wrong; the length of its life is right all the same.
  return dateAfter(end, now) ?? (from === undefined ? undefined : lifetimeEnd(end - from, now))
}

function declaredEnd(declared: ClockRules["accessTokenSeconds"], now: number): SlotClock["expiresAt"] {
  return typeof declared === "number" ? (lifetimeEnd(declared, now) ?? "unknown") : declared
}

function finite(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) ? number : undefined
}

function isoDate(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return undefined
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`)
  return Number.isNaN(at) ? undefined : at
}

function bounded(at: number, now: number): number {
  return Math.round(Math.min(at, now + maxLifetimeMs))
}
