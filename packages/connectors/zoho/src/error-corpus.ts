import type { ErrorCase } from "@holdfast/testing"

const errors = "https://www.zoho.com/books/api/v3/errors/"
const limits = "https://www.zoho.com/books/api/v3/introduction/#api-call-limit"
const tokens = "https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html"
const places = "https://www.zoho.com/accounts/protocol/oauth/multi-dc.html"
const person = "https://www.zoho.com/accounts/protocol/oauth/sign-in-using-zoho.html"

/** Refusals as Zoho's documentation shows them: numbers at Zoho Books, words at its accounts, there with status 200. */
export const corpus: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { code: 14, message: "Invalid value passed for authtoken." },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: person,
    moment: "calling",
    status: 401,
    body: { cause: "INVALID_OAUTHTOKEN", response: "error" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: person,
    moment: "calling",
    status: 401,
    body: { cause: "OAUTH_SCOPE_MISMATCH", response: "error" },
    code: "scope_missing",
    cause: "scope_or_role_missing",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { code: 57, message: "You are not authorized to perform this operation" },
    code: "scope_missing",
    cause: "scope_or_role_missing",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { code: 6041, message: "This user is not associated with the CompanyID/CompanyName." },
    code: "forbidden",
    cause: "not_in_the_organization",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: { code: 1002, message: "Invoice does not exist." },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    body: {
      code: 44,
      message:
        "For security reasons you have been blocked for some time as you have exceeded the maximum number of requests per minute.",
    },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    body: { code: 45, message: "You have exceeded the maximum call rate limit." },
    code: "rate_limited",
    cause: "plan_limit_used_up",
    actor: "provider",
  },
  {
    from: tokens,
    moment: "refreshing",
    status: 200,
    body: { error: "invalid_code" },
    code: "reauth_required",
    cause: "refresh_token_pushed_out",
    actor: "end_user",
  },
  {
    from: tokens,
    moment: "refreshing",
    status: 400,
    body: {
      error_description: "You have made too many requests continuously. Please try again after some time.",
      error: "Access Denied",
      status: "failure",
    },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: places,
    moment: "connecting",
    status: 200,
    body: { error: "invalid_client" },
    code: "config_invalid",
    cause: "client_not_in_this_data_centre",
    actor: "developer",
  },
  {
    from: places,
    moment: "connecting",
    status: 200,
    body: { error: "invalid_code" },
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
  {
    from: "https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html",
    moment: "connecting",
    status: 302,
    body: { error: "access_denied" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
