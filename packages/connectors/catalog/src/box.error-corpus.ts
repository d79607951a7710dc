import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/"
const refresh = "https://developer.box.com/guides/authentication/tokens/refresh/"
const body = (status: number, code: string) => ({ type: "error", status, code, message: "No.", request_id: "none" })

/** Refusals as Box's documentation and support pages show them. */
export const boxErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body(401, "unauthorized"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: body(403, "insufficient_scope"),
    code: "scope_missing",
    cause: "scope_not_ticked",
    actor: "developer",
    providerCode: "insufficient_scope",
  },
  {
    from: "https://support.box.com/hc/en-us/articles/360043693434",
    moment: "calling",
    status: 403,
    body: body(403, "access_denied_insufficient_permissions"),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 409,
    body: body(409, "item_name_in_use"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: body(404, "not_found"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: "https://support.box.com/hc/en-us/community/posts/360049133654",
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "Refresh token has expired" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
    providerCode: "invalid_grant",
  },
  {
    from: refresh,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_client", error_description: "The client credentials are invalid" },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
]
