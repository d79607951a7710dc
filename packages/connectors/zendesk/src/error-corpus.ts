import type { ErrorCase } from "@holdfast/testing"

const requests = "https://developer.zendesk.com/api-reference/introduction/requests/"
const tokens = "https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/"

/** Refusals as Zendesk's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: tokens,
    moment: "calling",
    status: 401,
    body: {
      error: "invalid_token",
      error_description: "The access token provided is expired, revoked, malformed or invalid for other reasons.",
    },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: "https://developer.zendesk.com/api-reference/introduction/security-and-auth/",
    moment: "calling",
    method: "api_token",
    status: 401,
    body: { error: "Couldn't authenticate you" },
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: requests,
    moment: "calling",
    status: 403,
    body: {
      error: {
        title: "Forbidden",
        message:
          "You do not have access to this page. Please contact the account owner of this help desk for further help.",
      },
    },
    code: "forbidden",
    cause: "role_too_small",
    actor: "end_user",
  },
  {
    from: requests,
    moment: "calling",
    status: 404,
    body: { error: "RecordNotFound", description: "Not found" },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: requests,
    moment: "calling",
    status: 422,
    body: {
      details: { value: [{ type: "blank", description: "can't be blank" }] },
      description: "RecordValidation errors",
      error: "RecordInvalid",
    },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: "https://developer.zendesk.com/api-reference/introduction/rate-limits/",
    moment: "calling",
    status: 429,
    headers: { "retry-after": "93" },
    body: "Number of allowed API requests per minute exceeded",
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: tokens,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant" },
    code: "reauth_required",
    cause: "refresh_token_spent",
    actor: "end_user",
  },
  {
    from: "https://support.zendesk.com/hc/en-us/articles/4408845965210-Using-OAuth-authentication-with-your-application",
    moment: "connecting",
    status: 401,
    body: { error: "invalid_client" },
    code: "config_invalid",
    cause: "client_not_of_this_account",
    actor: "developer",
  },
  {
    from: "https://support.zendesk.com/hc/en-us/articles/4408845965210-Using-OAuth-authentication-with-your-application",
    moment: "connecting",
    status: 302,
    body: {
      error: "access_denied",
      error_description: "The end-user or authorization server denied the request.",
    },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
