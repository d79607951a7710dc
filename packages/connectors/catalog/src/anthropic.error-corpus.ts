import type { ErrorCase } from "@holdfast/testing"

const errors = "https://platform.claude.com/docs/en/api/errors"
const body = (type: string) => ({ type: "error", error: { type, message: "No." }, request_id: "req_none" })

/** Refusals as Anthropic's documentation shows them. */
export const anthropicErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body("authentication_error"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "connecting",
    status: 401,
    body: body("authentication_error"),
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: body("permission_error"),
    code: "forbidden",
    cause: "key_may_not",
    actor: "end_user",
    providerCode: "permission_error",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: body("not_found_error"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 429,
    body: body("rate_limit_error"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 529,
    body: body("overloaded_error"),
    code: "provider_unavailable",
    cause: "provider_unavailable",
    actor: "provider",
    providerCode: "overloaded_error",
  },
  {
    from: errors,
    moment: "calling",
    status: 413,
    body: body("request_too_large"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
]
