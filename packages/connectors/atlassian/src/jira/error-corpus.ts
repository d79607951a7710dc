import type { ErrorCase } from "@holdfast/testing"

const refresh = "https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/"
const oauth = "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/"
const issue =
  "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get"
const create = "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post"
const refused = (...errorMessages: string[]) => ({ errorMessages, errors: {} })

/** Refusals as Atlassian's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: `${oauth}#faq`,
    moment: "calling",
    status: 401,
    body: { code: 401, message: "Unauthorized" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: `${oauth}#faq`,
    moment: "calling",
    status: 401,
    body: { code: 401, message: "Unauthorized; scope does not match" },
    code: "scope_missing",
    cause: "scope_not_in_app",
    actor: "developer",
    providerCode: "scope_does_not_match",
  },
  {
    from: issue,
    moment: "calling",
    status: 404,
    body: refused("Issue does not exist or you do not have permission to see it."),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: create,
    moment: "calling",
    status: 400,
    body: { errorMessages: ["Field 'priority' is required"], errors: {} },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: create,
    moment: "calling",
    status: 403,
    body: refused("You do not have permission to create issues in this project."),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: "https://developer.atlassian.com/cloud/jira/platform/rate-limiting/",
    moment: "calling",
    status: 429,
    headers: { "retry-after": "5", "ratelimit-reason": "jira-burst-based", "x-ratelimit-reset": "2026-11-21T16:31Z" },
    body: "",
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
    providerCode: "jira-burst-based",
  },
  {
    from: refresh,
    moment: "refreshing",
    status: 403,
    body: { error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
    code: "reauth_required",
    cause: "refresh_token_spent",
    actor: "end_user",
  },
  {
    from: refresh,
    moment: "refreshing",
    status: 403,
    body: { error: "unauthorized_client", error_description: "refresh_token is invalid" },
    code: "reauth_required",
    cause: "refresh_token_spent",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 401,
    body: { error: "access_denied", error_description: "Unauthorized" },
    code: "config_invalid",
    cause: "app_credentials_wrong",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 302,
    body: { error: "access_denied", error_description: "User did not authorize the request", state: "an-attempt" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
