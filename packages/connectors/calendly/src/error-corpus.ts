import type { ErrorCase } from "@holdfast/testing"

const user = "https://developer.calendly.com/api-docs/calendly-api/users/get-user"
const webhooks = "https://developer.calendly.com/api-docs/calendly-api/webhooks/create-webhook-subscription"
const event = "https://developer.calendly.com/api-docs/calendly-api/scheduled-events/get-scheduled-event"
const refresh = "https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-refresh-token"

/** Refusals as Calendly's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: user,
    moment: "calling",
    method: "oauth",
    status: 401,
    body: { title: "Unauthenticated", message: "The access token is invalid" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    // Its reference shows this title under 401 as well.
    from: user,
    moment: "calling",
    method: "personal_access_token",
    status: 401,
    body: {
      title: "Internal Server Error",
      message: "The server encountered an unexpected condition that prevented it from fulfilling the request.",
    },
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: user,
    moment: "calling",
    status: 403,
    body: { title: "Permission Denied", message: "You do not have permission to access this resource." },
    code: "forbidden",
    cause: "plan_or_role_too_small",
    actor: "end_user",
  },
  {
    from: webhooks,
    moment: "calling",
    status: 403,
    body: { title: "Permission Denied", message: "Please upgrade your Calendly account to Standard" },
    code: "forbidden",
    cause: "plan_or_role_too_small",
    actor: "end_user",
  },
  {
    from: event,
    moment: "calling",
    status: 404,
    body: { title: "Resource Not Found", message: "The server could not find the requested resource." },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: event,
    moment: "calling",
    status: 400,
    body: {
      title: "Invalid Argument",
      message: "The supplied parameters are invalid.",
      details: [{ parameter: "uuid", message: "is invalid" }],
    },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: "https://developer.calendly.com/api-docs/overview/rate-limits",
    moment: "calling",
    status: 429,
    headers: { "x-ratelimit-limit": "500", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "12" },
    body: "",
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: refresh,
    moment: "refreshing",
    method: "oauth",
    status: 400,
    body: {
      error: "invalid_grant",
      error_description: "The provided authorization grant is invalid, expired, or revoked.",
    },
    code: "reauth_required",
    cause: "refresh_token_spent",
    actor: "end_user",
  },
  {
    from: refresh,
    moment: "refreshing",
    method: "oauth",
    status: 401,
    body: { error: "invalid_client", error_description: "Client authentication failed." },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
  {
    from: "https://developer.calendly.com/personal-access-tokens",
    moment: "connecting",
    method: "personal_access_token",
    status: 401,
    body: { title: "Unauthenticated", message: "The access token is invalid" },
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
]
