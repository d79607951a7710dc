import type { ErrorCase } from "@holdfast/testing"

const responses = "https://developer.xero.com/documentation/api/accounting/responsecodes"
const limits = "https://developer.xero.com/documentation/guides/oauth2/limits"
const flow = "https://developer.xero.com/documentation/guides/oauth2/auth-flow"

const problem = (Title: string, Status: number, Detail: string) => ({
  Type: null,
  Title,
  Status,
  Detail,
  Instance: "6489df60-8891-470e-9268-a9a43f5da71e",
  Extensions: {},
})

/** Refusals as Xero's documentation and SDKs show them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: "https://github.com/freakboy3742/pyxero/pull/337",
    moment: "calling",
    status: 401,
    body: problem("Unauthorized", 401, "TokenExpired: token expired at 04/09/2023 05:16:59"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    // A token that is none.
    from: responses,
    moment: "calling",
    status: 401,
    body: problem("Unauthorized", 401, "AuthenticationUnsuccessful"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: responses,
    moment: "calling",
    status: 403,
    body: problem("Forbidden", 403, "AuthenticationUnsuccessful"),
    code: "forbidden",
    cause: "organisation_disconnected",
    actor: "end_user",
  },
  {
    from: "https://github.com/benedwards44/apex-for-xero/issues/25",
    moment: "calling",
    status: 401,
    body: problem("Unauthorized", 401, "AuthorizationUnsuccessful"),
    code: "scope_missing",
    cause: "scope_not_granted",
    actor: "end_user",
  },
  {
    from: responses,
    moment: "calling",
    status: 400,
    body: {
      ErrorNumber: 10,
      Type: "ValidationException",
      Message: "A validation exception occurred",
      Elements: [{ ValidationErrors: [{ Message: "Email address must be valid." }] }],
    },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: responses,
    moment: "calling",
    status: 503,
    body: { ErrorNumber: 101, Type: "OrganisationOfflineException", Message: "The organisation is offline" },
    code: "provider_unavailable",
    cause: "organisation_offline",
    actor: "provider",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "41", "x-rate-limit-problem": "minute" },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "66975", "x-rate-limit-problem": "day" },
    code: "rate_limited",
    cause: "daily_limit_used_up",
    actor: "provider",
  },
  {
    from: flow,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant" },
    code: "reauth_required",
    cause: "refresh_token_spent",
    actor: "end_user",
  },
  {
    from: flow,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_client" },
    code: "config_invalid",
    cause: "app_keys_wrong",
    actor: "developer",
  },
  {
    from: flow,
    moment: "connecting",
    status: 302,
    body: { error: "access_denied", error_description: "Access denied" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
  {
    from: flow,
    moment: "connecting",
    status: 302,
    body: { error: "unauthorized_client" },
    code: "config_invalid",
    cause: "app_may_not_ask",
    actor: "developer",
  },
]
