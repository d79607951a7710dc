import type { GrantPolicy, SlotClock } from "../method.js"

/** Keys and passwords: nothing is refreshed, nothing rotates, and nobody says when they end. */
export const lastingPolicy: GrantPolicy = Object.freeze({
  rotation: "none",
  reuse: "revokes-family",
  reconsent: "keeps",
  revokes: "token",
  refreshInvalidatesAccessToken: false,
  accessTokenSeconds: "unknown",
  expectsRefreshToken: false,
})

/** The clock of a key or password. Many do end some day, so it does not say `never`. */
export function lastingClock(now: number): SlotClock {
  return { issuedAt: now, expiresAt: "unknown", rotation: "none" }
}
