import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developers.figma.com/docs/rest-api/errors/"
const specification = "https://github.com/figma/rest-api-spec/blob/main/openapi/openapi.yaml"

/** Refusals in the shapes of Figma's specification: `err`, or `error: true` with a message. */
export const figmaErrors: readonly ErrorCase[] = [
  {
    from: specification,
    moment: "calling",
    status: 403,
    body: { status: 403, err: "Token expired" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
    providerCode: "token_expired",
  },
  {
    from: specification,
    moment: "calling",
    method: "personal_token",
    status: 403,
    body: { status: 403, err: "Invalid token" },
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: { error: true, status: 403, message: "Forbidden" },
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: { status: 404, err: "Not found" },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
    providerCode: "not_found",
  },
  {
    from: "https://developers.figma.com/docs/rest-api/rate-limits/",
    moment: "calling",
    status: 429,
    headers: { "retry-after": "60" },
    body: { status: 429, err: "Rate limit exceeded" },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 400,
    body: { error: true, status: 400, message: "Request body must have a message" },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
]
