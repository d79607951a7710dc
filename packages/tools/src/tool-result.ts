import { HoldfastError, isHoldfastError } from "@holdfast/core"
import type { ToolResult } from "./tool.js"

/** A result as a model reads it: JSON, bounded in size. */
export function succeeded(value: unknown, maxResultBytes: number): ToolResult {
  const whole = JSON.stringify(value) ?? "null"
  const bytes = new TextEncoder().encode(whole)
  if (bytes.length <= maxResultBytes) return { ok: true, value, text: whole, truncated: false }
  // A character that is cut in two is left out.
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, maxResultBytes)).replace(/\uFFFD$/, "")
  const note = `… cut after ${maxResultBytes} of ${bytes.length} bytes: ask for less`
  return { ok: true, value, text: `${text}${note}`, truncated: true }
}

/** A failure as a model reads it. The operator's message stays here: it is not for whoever talks to the model. */
export function failed(error: unknown): ToolResult {
  const known = isHoldfastError(error) ? error : new HoldfastError("unexpected")
  const { fields, choices, missingScopes, connectUrl, retryAfterMs, providerCode } = known.details
  const told = [
    `${known.code}: ${known.publicText}`,
    fields && `Look at: ${fields.join(", ")}.`,
    choices && `Choose from: ${choices.join(", ")}.`,
    missingScopes && missingScopes.length > 0 && `Not granted: ${missingScopes.join(", ")}.`,
    providerCode && `The provider said: ${providerCode}.`,
    retryAfterMs !== undefined && `Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`,
    connectUrl && `The person can connect at ${connectUrl}`,
  ]
  return { ok: false, code: known.code, text: told.filter(Boolean).join(" ") }
}
