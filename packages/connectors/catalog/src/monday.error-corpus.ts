import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developer.monday.com/api-reference/docs/error-handling"
const limits = "https://developer.monday.com/api-reference/docs/rate-limits"
const body = (code: string, more: object = {}) => ({
  data: [],
  errors: [{ message: "No.", path: ["me"], extensions: { code, ...more } }],
  account_id: 123456,
})

/** Refusals in the shapes of monday.com's documentation. Most come with status 200. */
export const mondayErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 200,
    body: body("UserUnauthorizedException", { error_data: {}, status_code: 403 }),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
    providerCode: "UserUnauthorizedException",
  },
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { errors: ["Not Authenticated"] },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    method: "api_key",
    status: 401,
    body: { errors: ["Not Authenticated"] },
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 200,
    body: body("missingRequiredPermissions"),
    code: "scope_missing",
    cause: "permission_missing",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 200,
    body: body("InvalidBoardIdException"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: limits,
    moment: "calling",
    status: 200,
    body: body("ComplexityException"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: "https://support.monday.com/hc/en-us/articles/26471164460690-API-Rate-Limits",
    moment: "calling",
    status: 429,
    body: body("DAILY_LIMIT_EXCEEDED"),
    code: "rate_limited",
    cause: "daily_limit_reached",
    actor: "end_user",
    providerCode: "DAILY_LIMIT_EXCEEDED",
  },
]
