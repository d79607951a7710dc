import { HoldfastError } from "@holdfast/core"

/** An update that would make two rows of one owner's account. */
export function identityTaken(connectionId: string): HoldfastError {
  const message = "Another connection of this owner is for the same account and app."
  return new HoldfastError("store_conflict", message, { details: { connectionId, reason: "identity_taken" } })
}
