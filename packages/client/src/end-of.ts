import type { AttemptView } from "@holdfast/core"
import { clientError } from "./client-error.js"
import type { ConnectResult } from "./contract.js"

/** How an attempt ended; undefined: it has not. */
export function endOf({ status, connector, connectionId, error }: AttemptView): ConnectResult | undefined {
  if (status === "connected" && connectionId !== undefined) return { is: "connected", connectionId, connector }
  if (status !== "failed") return undefined
  if (!error || error.code === "aborted") return { is: "cancelled" }
  const { code, message, reason } = error
  return { is: "failed", error: clientError(code, message, reason === undefined ? {} : { details: { reason } }) }
}
