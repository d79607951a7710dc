import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developers.asana.com/docs/errors"
const oauth = "https://developers.asana.com/docs/oauth"
const body = (message: string, more: object = {}) => ({ errors: [{ message, ...more }] })

/** Refusals as Asana's documentation shows them. */
export const asanaErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body("Not Authorized"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    method: "personal_token",
    status: 401,
    body: body("Not Authorized"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 400,
    body: body("workspace: Missing input"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 402,
    body: body("Payment Required"),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 500,
    body: body("Server Error", { phrase: "6 sad squid snuggle softly" }),
    code: "provider_unavailable",
    cause: "provider_unavailable",
    actor: "provider",
  },
  {
    from: "https://developers.asana.com/docs/rate-limits",
    moment: "calling",
    status: 429,
    headers: { "retry-after": "30" },
    body: body("Too many requests"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: "https://developers.asana.com/docs/oauth-scopes",
    moment: "connecting",
    status: 302,
    body: { error: "forbidden_scopes" },
    code: "provider_rejected",
    cause: "scope_not_ticked",
    actor: "developer",
    providerCode: "forbidden_scopes",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
    providerCode: "invalid_grant",
  },
]
