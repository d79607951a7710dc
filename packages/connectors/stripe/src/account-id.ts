/** Test and live mode share nothing but the account's id, so each is an account of its own here. @see https://docs.stripe.com/keys#test-live-modes */
export function accountIdIn(mode: "test" | "live", accountId: string): string {
  return mode === "live" ? accountId : `${accountId}:test`
}
