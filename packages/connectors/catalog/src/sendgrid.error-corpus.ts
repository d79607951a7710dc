import type { ErrorCase } from "@holdfast/testing"

const errors = "https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors"
const troubles =
  "https://support.sendgrid.com/hc/en-us/articles/18322114821403-4XX-API-Errors-and-Troubleshooting-Suggestions"
const body = (message: string, field: string | null = null) => ({ errors: [{ message, field, help: null }] })

/** Refusals in the shapes of SendGrid's documentation: sentences, and no codes. */
export const sendgridErrors: readonly ErrorCase[] = [
  {
    from: troubles,
    moment: "calling",
    status: 401,
    body: body("The provided authorization grant is invalid, expired, or revoked"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: troubles,
    moment: "connecting",
    status: 401,
    body: body("The provided authorization grant is invalid, expired, or revoked"),
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
  {
    from: troubles,
    moment: "calling",
    status: 403,
    body: body("access forbidden"),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: errors,
    moment: "calling",
    status: 400,
    body: { errors: [{ field: "identifier1", message: "error message explained" }] },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: "https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits",
    moment: "calling",
    status: 429,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225660" },
    body: body("too many requests"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 500,
    body: body("internal server error"),
    code: "provider_unavailable",
    cause: "provider_unavailable",
    actor: "provider",
  },
]
