import type { ErrorCase } from "@holdfast/testing"

const statuses = "https://developer.atlassian.com/cloud/trello/guides/rest-api/status-codes/"
const limits = "https://developer.atlassian.com/cloud/trello/guides/rest-api/rate-limits/"
const authorizing = "https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/#using-basic-oauth"

/** Refusals as Trello's documentation shows them: a line of text, or a code in JSON. */
export const corpus: readonly ErrorCase[] = [
  {
    from: statuses,
    moment: "calling",
    status: 401,
    body: "invalid token",
    code: "grant_ended",
    cause: "token_removed",
    actor: "end_user",
    providerCode: "invalid_token",
  },
  {
    from: statuses,
    moment: "calling",
    status: 401,
    body: "invalid key",
    code: "config_invalid",
    cause: "api_key_wrong",
    actor: "developer",
    providerCode: "invalid_key",
  },
  {
    from: statuses,
    moment: "calling",
    status: 401,
    body: "unauthorized permission requested",
    code: "forbidden",
    cause: "board_out_of_reach",
    actor: "end_user",
    providerCode: "unauthorized_permission_requested",
  },
  {
    from: statuses,
    moment: "calling",
    status: 400,
    body: "invalid id",
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
    providerCode: "invalid_id",
  },
  {
    from: statuses,
    moment: "calling",
    status: 400,
    body: "invalid value for idList",
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: statuses,
    moment: "calling",
    status: 404,
    body: "The requested resource was not found.",
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    body: { error: "API_TOKEN_LIMIT_EXCEEDED", message: "Rate limit exceeded" },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: limits,
    moment: "calling",
    status: 429,
    body: { error: "API_KEY_LIMIT_EXCEEDED", message: "Rate limit exceeded" },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: authorizing,
    moment: "connecting",
    status: 401,
    body: "invalid key",
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
]
