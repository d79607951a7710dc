import type { ErrorCase } from "@holdfast/testing"

const oauth = "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm"
const rest = "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm"

const refused = (errorCode: string, message: string) => [{ message, errorCode }]

/** Refusals as Salesforce's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: rest,
    moment: "calling",
    status: 401,
    body: refused("INVALID_SESSION_ID", "Session expired or invalid"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: rest,
    moment: "calling",
    status: 403,
    body: refused("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    code: "rate_limited",
    cause: "api_requests_used_up",
    actor: "provider",
  },
  {
    from: rest,
    moment: "calling",
    status: 403,
    body: refused("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization."),
    code: "forbidden",
    cause: "api_not_enabled",
    actor: "end_user",
  },
  {
    from: rest,
    moment: "calling",
    status: 400,
    body: [
      {
        fields: ["Id"],
        message: "Account ID: id value of incorrect type: 001900K0001pPuOAAU",
        errorCode: "MALFORMED_ID",
      },
    ],
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: rest,
    moment: "calling",
    status: 404,
    body: refused("NOT_FOUND", "The requested resource does not exist"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "expired access/refresh token" },
    code: "reauth_required",
    cause: "refresh_token_ended",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    method: "oauth_sandbox",
    status: 400,
    body: { error: "inactive_org" },
    code: "reauth_required",
    cause: "org_closed",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "inactive_user" },
    code: "reauth_required",
    cause: "user_deactivated",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_client_id", error_description: "client identifier invalid" },
    code: "config_invalid",
    cause: "app_unknown",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 400,
    body: { error: "invalid_grant", error_description: "expired authorization code" },
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 302,
    body: { error: "access_denied", error_description: "end-user denied authorization" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
