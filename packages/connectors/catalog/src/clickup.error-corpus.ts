import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developer.clickup.com/docs/common_errors"

/** Refusals as ClickUp's documentation has them. */
export const clickupErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { err: "Team not authorized", ECODE: "OAUTH_027" },
    code: "forbidden",
    cause: "workspace_not_chosen",
    actor: "end_user",
    providerCode: "OAUTH_027",
  },
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { err: "Token not found", ECODE: "OAUTH_019" },
    code: "token_expired",
    cause: "authorization_revoked",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    method: "personal_token",
    status: 401,
    body: { err: "Authorization Header Required", ECODE: "OAUTH_017" },
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "connecting",
    method: "oauth",
    status: 400,
    body: { err: "Client Not Found", ECODE: "OAUTH_010" },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
  {
    from: errors,
    moment: "connecting",
    method: "oauth",
    status: 400,
    body: { err: "Redirect URI does not match the redirect uris of this application", ECODE: "OAUTH_007" },
    code: "provider_rejected",
    cause: "redirect_uri_not_registered",
    actor: "developer",
  },
  {
    from: "https://developer.clickup.com/docs/rate-limits",
    moment: "calling",
    status: 429,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225660" },
    body: { err: "Rate limit reached", ECODE: "APP_002" },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
]
