import type { ErrorCase } from "@holdfast/testing"

const errors = "https://www.canva.dev/docs/connect/error-responses/"
const body = (code: string) => ({ code, message: "No." })

/** Refusals as Canva's documentation lists them. */
export const canvaErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { code: "invalid_access_token", message: "Access token is invalid" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body("revoked_access_token"),
    code: "grant_ended",
    cause: "grant_ended",
    actor: "end_user",
    providerCode: "revoked_access_token",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: body("missing_scope"),
    code: "scope_missing",
    cause: "permission_missing",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: body("license_required"),
    code: "forbidden",
    cause: "plan_missing",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: body("design_not_found"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 429,
    body: body("too_many_requests"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "No." },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "refreshing",
    status: 401,
    body: { error: "invalid_client", error_description: "No." },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
]
