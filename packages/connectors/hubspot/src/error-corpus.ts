import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developers.hubspot.com/docs/api-reference/error-handling"
const oauth = "https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide"
const limits = "https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines"
const correlationId = "a43683b0-5717-4ceb-80b4-104d02915d8c"
const refused = (category: string, message: string, more: object = {}) => ({
  status: "error",
  message,
  correlationId,
  category,
  ...more,
})

/** Refusals as HubSpot's documentation shows them. Every field is optional there. */
export const corpus: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: refused("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired."),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: refused("INVALID_AUTHENTICATION", "Authentication credentials not found."),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: refused("MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.", {
      errors: [
        {
          message: "One or more of the following scopes are required.",
          context: { requiredScopes: ["crm.objects.deals.read"] },
        },
      ],
    }),
    code: "scope_missing",
    cause: "scope_not_installed",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: refused("USER_DOES_NOT_HAVE_PERMISSIONS", "The user does not have permissions to make this call."),
    code: "forbidden",
    cause: "user_permission_missing",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: refused("OBJECT_NOT_FOUND", "resource not found"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 400,
    body: refused("VALIDATION_ERROR", "This will be a human readable message with details about the error.", {
      errors: [{ message: "This will be a message with additional details about the error", in: "name" }],
    }),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    body: {
      status: "error",
      message: "You have reached your daily limit.",
      errorType: "RATE_LIMIT",
      correlationId,
      policyName: "DAILY",
    },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 423,
    body: { status: "error", message: "Locked", correlationId },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 477,
    headers: { "retry-after": "86400" },
    body: { status: "error", message: "Migration in progress", correlationId },
    code: "provider_unavailable",
    cause: "provider_unavailable",
    actor: "provider",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { status: "BAD_REFRESH_TOKEN", message: "missing or invalid refresh token", correlationId },
    code: "reauth_required",
    cause: "app_uninstalled",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { status: "BAD_CLIENT_SECRET", message: "missing or invalid client secret", correlationId },
    code: "config_invalid",
    cause: "app_credentials_wrong",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 400,
    body: { status: "BAD_AUTH_CODE", message: "missing or unknown auth code", correlationId },
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
]
