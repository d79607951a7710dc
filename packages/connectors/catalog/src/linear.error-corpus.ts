import type { ErrorCase } from "@holdfast/testing"

const errors = "https://linear.app/developers/graphql#errors"
const oauth = "https://linear.app/developers/oauth-2-0-authentication"
const body = (code: string) => ({ errors: [{ message: "No.", extensions: { code } }] })

/** Refusals in the shapes of Linear's documentation. */
export const linearErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body("AUTHENTICATION_ERROR"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    method: "api_key",
    status: 401,
    body: body("AUTHENTICATION_ERROR"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 200,
    body: { ...body("FORBIDDEN"), data: null },
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 200,
    body: { ...body("INPUT_ERROR"), data: null },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: "https://linear.app/developers/rate-limiting",
    moment: "calling",
    status: 400,
    headers: { "x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": "1767225660000" },
    body: body("RATELIMITED"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
    providerCode: "RATELIMITED",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
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
