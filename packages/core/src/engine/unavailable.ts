import { HoldfastError } from "../errors.js"
import type { ConnectionRow } from "../store.js"
import type { Engine } from "./engine.js"

/** Why a slot has no living secret now, as the error that says what to do. */
export function unavailable(engine: Pick<Engine, "runtime">, row: ConnectionRow, slot: string): HoldfastError {
  const detail = row.detail.slots[slot]
  const retryAfterMs = detail?.retryAt == null ? undefined : Math.max(0, detail.retryAt - engine.runtime.clock.now())
  const details = {
    connectionId: row.id,
    connector: row.connector,
    slot,
    ...(detail?.reason && { reason: detail.reason }),
    ...(detail?.providerCode && { providerCode: detail.providerCode }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
  if (detail?.reason === "app_not_configured")
    return new HoldfastError(
      "app_not_configured",
      "The app that this connection was made with is no longer configured.",
      { details },
    )
  if (detail?.reason === "app_refused")
    return new HoldfastError(
      "config_invalid",
      "The provider refuses the app's client id or secret. Save the current ones.",
      { details },
    )
  if (retryAfterMs !== undefined)
    return new HoldfastError("provider_unavailable", "The token could not be renewed yet.", { details })
  return new HoldfastError("reauth_required", undefined, { details })
}
