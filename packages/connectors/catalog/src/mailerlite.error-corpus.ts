import type { ErrorCase } from "@holdfast/testing"

const docs = "https://developers.mailerlite.com/docs/"

/** Refusals as MailerLite's documentation has them: a sentence, and no code. */
export const mailerliteErrors: readonly ErrorCase[] = [
  {
    from: `${docs}#authentication`,
    moment: "calling",
    status: 401,
    body: { message: "Unauthenticated." },
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: `${docs}#authentication`,
    moment: "connecting",
    status: 401,
    body: { message: "Unauthenticated." },
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
  {
    from: `${docs}#validation-errors`,
    moment: "calling",
    status: 422,
    body: { message: "The given data was invalid.", errors: { email: ["The email must be a valid email address."] } },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: `${docs}#rate-limits`,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "59", "x-ratelimit-remaining": "0" },
    body: { message: "Too Many Attempts." },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: `${docs}subscribers.html#fetch-a-subscriber`,
    moment: "calling",
    status: 404,
    body: { message: "Resource not found." },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
]
