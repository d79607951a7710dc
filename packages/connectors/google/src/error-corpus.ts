import type { ErrorCase } from "@holdfast/testing"

const calendar = "https://developers.google.com/workspace/calendar/api/guides/errors"
const drive = "https://developers.google.com/workspace/drive/api/guides/handle-errors"
const reasons = "https://cloud.google.com/php/docs/reference/common-protos/latest/Api.ErrorReason"
const webServer = "https://developers.google.com/identity/protocols/oauth2/web-server"

/** As the older APIs answer: Calendar, Drive, Gmail. */
const listed = (code: number, reason: string, message: string, domain = "global") => ({
  error: { errors: [{ domain, reason, message }], code, message },
})
/** As the newer ones do: Sheets, Chat. */
const detailed = (code: number, status: string, message: string, reason: string) => ({
  error: {
    code,
    message,
    status,
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason,
        domain: "googleapis.com",
        metadata: { consumer: "projects/123", service: "sheets.googleapis.com" },
      },
    ],
  },
})

/** Answers of the APIs. */
const calls: readonly ErrorCase[] = [
  {
    from: calendar,
    moment: "calling",
    status: 401,
    body: listed(401, "authError", "Invalid Credentials"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: calendar,
    moment: "calling",
    status: 403,
    body: listed(403, "userRateLimitExceeded", "User Rate Limit Exceeded", "usageLimits"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: calendar,
    moment: "calling",
    status: 404,
    body: listed(404, "notFound", "Not Found"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: calendar,
    moment: "calling",
    status: 400,
    body: listed(400, "timeRangeEmpty", "The specified time range is empty.", "calendar"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: drive,
    moment: "calling",
    status: 403,
    body: listed(403, "dailyLimitExceeded", "Daily Limit Exceeded", "usageLimits"),
    code: "rate_limited",
    cause: "project_quota_used_up",
    actor: "developer",
  },
  {
    from: drive,
    moment: "calling",
    status: 403,
    body: listed(403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file."),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: drive,
    moment: "calling",
    status: 403,
    body: listed(403, "appNotAuthorizedToFile", "The user has not granted the app write access to the file."),
    code: "forbidden",
    cause: "file_not_shared_with_app",
    actor: "end_user",
  },
  {
    from: drive,
    moment: "calling",
    status: 403,
    body: listed(403, "domainPolicy", "The domain administrators have disabled Drive apps."),
    code: "forbidden",
    cause: "blocked_by_workspace_admin",
    actor: "end_user",
  },
  {
    from: reasons,
    moment: "calling",
    status: 403,
    body: detailed(403, "PERMISSION_DENIED", "The API is disabled.", "SERVICE_DISABLED"),
    code: "config_invalid",
    cause: "api_not_enabled",
    actor: "developer",
  },
  {
    from: reasons,
    moment: "calling",
    status: 403,
    body: detailed(403, "PERMISSION_DENIED", "The consumer is suspended.", "CONSUMER_SUSPENDED"),
    code: "config_invalid",
    cause: "project_unusable",
    actor: "developer",
  },
  {
    from: reasons,
    moment: "calling",
    status: 403,
    body: detailed(
      403,
      "PERMISSION_DENIED",
      "Request had insufficient authentication scopes.",
      "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    ),
    code: "scope_missing",
    cause: "permission_left_out",
    actor: "end_user",
  },
]

/** Answers of the consent page and the token endpoint. */
const grants: readonly ErrorCase[] = [
  {
    from: "https://developers.google.com/identity/protocols/oauth2#expiration",
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "Token has been expired or revoked." },
    code: "reauth_required",
    cause: "grant_ended_or_testing_mode",
    actor: "end_user",
  },
  {
    from: `${webServer}#authorization-errors-admin-policy-enforced`,
    moment: "connecting",
    status: 302,
    body: { error: "admin_policy_enforced", state: "an-attempt" },
    code: "provider_rejected",
    cause: "blocked_by_workspace_admin",
    actor: "end_user",
  },
  {
    from: `${webServer}#authorization-errors-admin-policy-enforced`,
    moment: "refreshing",
    status: 400,
    body: { error: "admin_policy_enforced" },
    code: "reauth_required",
    cause: "blocked_by_workspace_admin",
    actor: "end_user",
  },
  {
    from: `${webServer}#authorization-errors-org-internal`,
    moment: "connecting",
    status: 400,
    body: { error: "org_internal" },
    code: "config_invalid",
    cause: "app_is_internal",
    actor: "developer",
  },
  {
    from: `${webServer}#authorization-errors-deleted-client`,
    moment: "refreshing",
    status: 401,
    body: { error: "deleted_client", error_description: "The OAuth client was deleted." },
    code: "config_invalid",
    cause: "client_deleted",
    actor: "developer",
  },
  {
    from: `${webServer}#authorization-errors-invalid-client`,
    moment: "refreshing",
    status: 401,
    body: { error: "invalid_client", error_description: "Unauthorized" },
    code: "config_invalid",
    cause: "client_secret_wrong",
    actor: "developer",
  },
  {
    from: `${webServer}#authorization-errors-redirect-uri-mismatch`,
    moment: "connecting",
    status: 400,
    body: { error: "redirect_uri_mismatch", error_description: "Bad Request" },
    code: "redirect_uri_mismatch",
    cause: "redirect_uri_mismatch",
    actor: "developer",
  },
  {
    from: "https://developers.google.com/nest/device-access/reference/errors/authorization",
    moment: "connecting",
    status: 302,
    body: { error: "access_denied", state: "an-attempt" },
    code: "access_denied",
    cause: "declined_or_not_a_test_user",
    actor: "end_user",
  },
  {
    // Given with the first consent only.
    from: `${webServer}#offline`,
    moment: "connecting",
    status: 200,
    body: { access_token: "an-access-token", expires_in: 3_920, token_type: "Bearer", scope: "openid email" },
    code: "refresh_token_missing",
    cause: "refresh_token_missing",
    actor: "end_user",
  },
]

/** Refusals as Google's documentation shows them; the same for every product. */
export const corpus: readonly ErrorCase[] = [...calls, ...grants]
