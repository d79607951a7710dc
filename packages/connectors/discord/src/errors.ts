import type { ErrorTable } from "@holdfast/core"
import { z } from "zod"

const refusal = z.looseObject({
  code: z.union([z.number(), z.string()]).optional(),
  retry_after: z.number().optional().catch(undefined),
})

/**
 * JSON error codes, as numbers.
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 * @see https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit
 */
export const errors: ErrorTable = {
  read({ status, body }) {
    const { code } = status >= 400 ? (refusal.safeParse(body).data ?? {}) : {}
    // 0 stands for any error.
    return code === undefined || code === 0 ? undefined : String(code)
  },
  codes: {
    "10003": "resource_not_found", // Unknown channel
    // Unknown guild. Only the connection's own is asked for: has the bot been removed from it?
    "10004": "token_expired",
    "10008": "resource_not_found", // Unknown message
    "10013": "resource_not_found", // Unknown user
    "20016": "rate_limited", // Slow mode
    "20028": "rate_limited", // Writes to a channel
    "30013": "forbidden", // 500 channels are there
    "40001": "token_expired", // Unauthorized
    "50001": "forbidden", // Missing access
    "50006": "input_invalid", // Empty message
    "50008": "input_invalid", // Not a channel for text
    "50013": "forbidden", // Lacks a permission
    "50014": "token_expired", // Invalid authentication token
    "50025": "token_expired", // Invalid OAuth2 access token
    "50026": "scope_missing",
    "50035": "input_invalid", // Invalid form body
    "130000": "provider_unavailable", // Overloaded
  },
  statuses: { 403: "forbidden" },
  retryAfterMs({ headers, body }) {
    const seconds =
      refusal.safeParse(body).data?.retry_after ?? Number(headers.get("x-ratelimit-reset-after") ?? Number.NaN)
    return Number.isNaN(seconds) ? undefined : seconds * 1_000
  },
}
