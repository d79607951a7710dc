import type { ErrorCase } from "@holdfast/testing"

const codes = "https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes"
const common = "https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/handling-common-errors"
const oauth = "https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/oauth-errors"

const fault = (code: string, Message: string, Detail: string, type = "ValidationFault") => ({
  Fault: { Error: [{ Message, Detail, code, element: "" }], type },
  time: "2017-09-29T09:17:31.892-07:00",
})
const gateway = (status: number, type: string, message: string, code: string) => ({
  warnings: null,
  intuitObject: null,
  fault: {
    error: [
      { message: `message=${message}; errorCode=00${code}; statusCode=${status}`, detail: null, code, element: null },
    ],
    type,
  },
  report: null,
  requestId: null,
})

/** Refusals as Intuit's documentation shows them: of the API, and of the gateway before it. */
export const corpus: readonly ErrorCase[] = [
  {
    from: codes,
    moment: "calling",
    status: 401,
    body: gateway(401, "AUTHENTICATION", "AuthenticationFailed", "3200"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: codes,
    moment: "calling",
    status: 403,
    body: gateway(403, "SERVICE", "ApplicationAuthorizationFailed", "3100"),
    code: "forbidden",
    cause: "company_disconnected",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    status: 401,
    body: fault("130", "Accessing Wrong Cluster", "WrongClusterError: statusCode: 401", "AuthenticationFault"),
    code: "config_invalid",
    cause: "wrong_environment",
    actor: "developer",
  },
  {
    from: "https://developer.intuit.com/hub/blog/2017/06/08/top-quickbooks-online-api-errors-and-how-to-handle-them",
    moment: "calling",
    status: 401,
    body: fault(
      "120",
      "Authorization Failure",
      "AuthorizationFailure: --11014-You do not have access to use QuickBooks Online Plus.",
      "AuthorizationFault",
    ),
    code: "forbidden",
    cause: "connecting_user_removed",
    actor: "end_user",
  },
  {
    from: common,
    moment: "calling",
    status: 400,
    body: fault(
      "6190",
      "Invalid Company Status",
      "Subscription period has ended or been canceled, or there was a billing problem",
    ),
    code: "forbidden",
    cause: "subscription_ended",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    status: 403,
    body: fault("5020", "Permission Denied Error", "You do not have permission to access this feature."),
    code: "forbidden",
    cause: "plan_or_role_too_small",
    actor: "end_user",
  },
  {
    from: common,
    moment: "calling",
    status: 400,
    body: fault(
      "6210",
      "Account Period Closed",
      "The account period has closed and the account books cannot be updated.",
    ),
    code: "forbidden",
    cause: "books_closed",
    actor: "end_user",
  },
  {
    from: common,
    moment: "calling",
    status: 400,
    body: fault("6240", "Duplicate Name Exists Error", "The name supplied already exists."),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: common,
    moment: "calling",
    status: 400,
    body: fault("610", "Object Not Found", "Object Not Found : Something you're trying to use has been made inactive."),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: codes,
    moment: "calling",
    status: 429,
    body: gateway(429, "SERVICE", "ThrottleExceeded", "3001"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "Incorrect or invalid refresh token" },
    code: "reauth_required",
    cause: "refresh_token_ended",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 401,
    body: { error: "invalid_client" },
    code: "config_invalid",
    cause: "app_keys_wrong",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 302,
    body: { error: "access_denied" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
