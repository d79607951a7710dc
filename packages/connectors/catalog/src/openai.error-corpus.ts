import type { ErrorCase } from "@holdfast/testing"

const errors = "https://platform.openai.com/docs/guides/error-codes"
const body = (code: string | null, type = "invalid_request_error") => ({
  error: { message: "No.", type, param: null, code },
})

/** Refusals as OpenAI's documentation has them. */
export const openaiErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body("invalid_api_key"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
    providerCode: "invalid_api_key",
  },
  {
    from: errors,
    moment: "connecting",
    status: 401,
    body: body("invalid_api_key"),
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 429,
    body: body("insufficient_quota", "insufficient_quota"),
    code: "provider_rejected",
    cause: "no_credit",
    actor: "end_user",
    providerCode: "insufficient_quota",
  },
  {
    from: errors,
    moment: "calling",
    status: 429,
    body: body("rate_limit_exceeded", "requests"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: body("model_not_found"),
    code: "resource_not_found",
    cause: "model_not_there",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 500,
    body: body(null, "server_error"),
    code: "provider_unavailable",
    cause: "provider_unavailable",
    actor: "provider",
  },
]
