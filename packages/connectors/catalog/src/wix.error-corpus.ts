import type { ErrorCase } from "@holdfast/testing"

const errors = "https://dev.wix.com/docs/rest/articles/getting-started/errors"
// What Create Access Token refuses with is not shown; it follows RFC 6749's client credentials.
const tokens = "https://www.rfc-editor.org/rfc/rfc6749#section-5.2"
const body = (code: string) => ({
  message: "No.",
  details: { applicationError: { code, description: "No.", data: {} } },
})

/** Refusals in the shapes of Wix's documentation. */
export const wixErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { message: "No.", details: {} },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: body("PERMISSION_DENIED"),
    code: "forbidden",
    cause: "permission_not_requested",
    actor: "developer",
    providerCode: "PERMISSION_DENIED",
  },
  {
    from: errors,
    moment: "calling",
    status: 404,
    body: body("CONTACT_NOT_FOUND"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: errors,
    moment: "calling",
    status: 429,
    body: body("RESOURCE_EXHAUSTED"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 400,
    body: {
      message: "No.",
      details: { validationError: { fieldViolations: [{ field: "info", description: "No." }] } },
    },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: tokens,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "No." },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
  },
]
