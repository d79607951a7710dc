import type { ErrorCase } from "@holdfast/testing"

const statuses = "https://pipedrive.readme.io/docs/core-api-concepts-http-status-codes"
const oauth = "https://pipedrive.readme.io/docs/marketplace-oauth-and-api-proxy-status-codes"
const faq = "https://pipedrive.readme.io/docs/marketplace-scopes-and-permissions-explanations"

/** Refusals as Pipedrive's documentation has them. */
export const pipedriveErrors: readonly ErrorCase[] = [
  {
    from: statuses,
    moment: "calling",
    status: 401,
    body: { success: false, error: "unauthorized access", errorCode: 401 },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: faq,
    moment: "calling",
    status: 403,
    body: { success: false, error: "Scope and URL mismatch" },
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: statuses,
    moment: "calling",
    status: 402,
    body: { success: false, error: "Payment Required", errorCode: 402 },
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: statuses,
    moment: "calling",
    status: 410,
    body: { success: false, error: "Gone" },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: statuses,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "2" },
    body: { success: false, error: "request over limit", errorCode: 429 },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { success: false, message: "Invalid grant: refresh_token is invalid", error: "invalid_grant" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
    providerCode: "invalid_grant",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 400,
    body: { success: false, message: "Invalid grant: authorization_code has expired", error: "invalid_grant" },
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { success: false, message: "Invalid client: client is invalid", error: "invalid_client" },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
]
