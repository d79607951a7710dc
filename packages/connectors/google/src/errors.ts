// https://cloud.google.com/apis/design/errors
import type { ErrorTable } from "@holdfast/core"
import { z } from "zod"

const detail = z.looseObject({
  "@type": z.string(),
  /** Of `google.rpc.ErrorInfo`. */
  reason: z.string().optional().catch(undefined),
  /** Of `google.rpc.RetryInfo`: `30s`. */
  retryDelay: z.string().optional().catch(undefined),
})

const refusal = z.object({
  error: z.union([
    // Of the identity endpoints.
    z.string(),
    z.looseObject({
      status: z.string().optional().catch(undefined),
      // The older APIs: https://developers.google.com/workspace/calendar/api/guides/errors
      errors: z
        .array(z.looseObject({ reason: z.string() }))
        .optional()
        .catch(undefined),
      // The newer ones: https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
      details: z.array(detail).optional().catch(undefined),
    }),
  ]),
})

function errorIn(body: unknown): z.infer<typeof refusal>["error"] | undefined {
  return refusal.safeParse(body).data?.error
}

/** Google's codes, the most exact first: a detail's reason, a reason of the list, the status. */
export const errors: ErrorTable = {
  read({ status, headers, body }) {
    if (status < 400) return undefined
    const error = errorIn(body)
    if (typeof error === "string") return error
    const info = error?.details?.find((one) => one["@type"].endsWith("/google.rpc.ErrorInfo"))
    // RFC 6750 section 3.1: some APIs say it in the header alone.
    const challenged = /error="?(insufficient_scope)\b/.exec(headers.get("www-authenticate") ?? "")?.[1]
    return info?.reason ?? challenged ?? error?.errors?.[0]?.reason ?? error?.status
  },
  retryAfterMs({ body }) {
    const error = errorIn(body)
    const delays = typeof error === "string" ? [] : (error?.details ?? [])
    const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(delays.find((one) => one.retryDelay)?.retryDelay ?? "")?.[1])
    return Number.isNaN(seconds) ? undefined : seconds * 1_000
  },
  codes: {
    ACCESS_TOKEN_SCOPE_INSUFFICIENT: "scope_missing",
    insufficient_scope: "scope_missing",
    insufficientPermissions: "scope_missing",

    // Who is connected may not touch this one thing; another consent would not help.
    PERMISSION_DENIED: "forbidden",
    forbidden: "forbidden",
    insufficientFilePermissions: "forbidden",
    appNotAuthorizedToFile: "forbidden",
    forbiddenForNonOrganizer: "forbidden",
    requiredAccessLevel: "forbidden",
    domainPolicy: "forbidden",

    NOT_FOUND: "resource_not_found",
    notFound: "resource_not_found",
    deleted: "resource_not_found",

    INVALID_ARGUMENT: "input_invalid",
    FAILED_PRECONDITION: "input_invalid",
    OUT_OF_RANGE: "input_invalid",
    badRequest: "input_invalid",
    invalid: "input_invalid",
    invalidArgument: "input_invalid",
    invalidParameter: "input_invalid",
    required: "input_invalid",
    timeRangeEmpty: "input_invalid",

    // 403 at the older APIs, 429 at the newer ones.
    rateLimitExceeded: "rate_limited",
    userRateLimitExceeded: "rate_limited",
    sharingRateLimitExceeded: "rate_limited",
    dailyLimitExceeded: "rate_limited",
    quotaExceeded: "rate_limited",
    RESOURCE_EXHAUSTED: "rate_limited",
    RATE_LIMIT_EXCEEDED: "rate_limited",
    RESOURCE_QUOTA_EXCEEDED: "rate_limited",

    // The Cloud project of the app, not the person: the API is not enabled, or the project is switched off.
    SERVICE_DISABLED: "config_invalid",
    accessNotConfigured: "config_invalid",
    BILLING_DISABLED: "config_invalid",
    CONSUMER_INVALID: "config_invalid",
    CONSUMER_SUSPENDED: "config_invalid",
    USER_PROJECT_DENIED: "config_invalid",
  },
}
