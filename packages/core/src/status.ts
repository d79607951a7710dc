/** What can be said of a connection, worst last. `disconnecting` and `disabled` are said of the whole row, the others of each slot. */
export type SlotStatus = "active" | "degraded" | "ambiguous" | "needs_reauth"
export type Status = SlotStatus | "disconnecting" | "disabled"

/** Who has to do something before a connection works again. */
export type Actor = "developer" | "end_user" | "provider"

/** Why a connection or slot is not simply `active`. */
export type Reason = keyof typeof reasonTable

/** Who must act, for each reason. */
export const reasonTable = {
  /** The provider refused the grant: revoked, expired, or withdrawn by the person. */
  grant_refused: "end_user",
  /** A single-use token's answer was lost, and the provider no longer takes what is stored. */
  rotation_lost: "end_user",
  /** A single-use token was shown and no answer was understood; it may or may not still be good. */
  refresh_unacknowledged: "provider",
  /** The token ended and the provider could not be reached to renew it. */
  provider_unavailable: "provider",
  /** The provider gave no refresh token where one was needed. */
  refresh_token_missing: "end_user",
  /** The access token ended and the method has no way to renew it. */
  token_expired: "end_user",
  /** The provider refused the app's own id or secret. */
  app_refused: "developer",
  /** The app that this connection was made with is no longer configured. */
  app_not_configured: "developer",
  /** Many tenants of one app were refused at once; deaths are held back while that is looked into. */
  mass_refusal: "developer",
  /** The same account was authorised elsewhere, which ended this grant. */
  superseded_elsewhere: "end_user",
  /** The provider's webhook said that the grant has ended. */
  ended_by_provider: "end_user",
  /** A key or password was refused by the provider's API. */
  key_refused: "end_user",
} as const satisfies Record<string, Actor>

const order: readonly SlotStatus[] = ["active", "degraded", "ambiguous", "needs_reauth"]

/** The worst of several slots' statuses; `active` for none. */
export function worstStatus(statuses: Iterable<SlotStatus>): SlotStatus {
  let worst = 0
  for (const status of statuses) worst = Math.max(worst, order.indexOf(status))
  return order[worst] ?? "active"
}
