import type { ErrorCase } from "@holdfast/testing"

const responses = "https://developer.paypal.com/api/rest/responses/"
const authentication = "https://developer.paypal.com/api/rest/authentication/"
const orders = "https://developer.paypal.com/api/rest/integration/orders-api/errors"
const failures = "https://developer.paypal.com/api/handle-payment-failures"

const refused = (name: string, message: string, issue?: string) => ({
  name,
  message,
  debug_id: "90957fca61718",
  ...(issue !== undefined && { details: [{ issue }] }),
})

/** Refusals as PayPal's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: responses,
    moment: "calling",
    status: 401,
    body: refused(
      "AUTHENTICATION_FAILURE",
      "Authentication failed due to missing authorization header, or invalid authentication credentials.",
    ),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: authentication,
    moment: "calling",
    status: 401,
    body: { error: "invalid_token", error_description: "The token passed in was not found in the system" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: "https://developer.paypal.com/api/errors/not-authorized",
    moment: "calling",
    status: 403,
    body: refused("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions.", "PERMISSION_DENIED"),
    code: "forbidden",
    cause: "feature_not_enabled",
    actor: "end_user",
  },
  {
    from: responses,
    moment: "calling",
    status: 404,
    body: refused("RESOURCE_NOT_FOUND", "The specified resource does not exist.", "INVALID_RESOURCE_ID"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: responses,
    moment: "calling",
    status: 400,
    body: refused(
      "INVALID_REQUEST",
      "Request is not well-formed, syntactically incorrect, or violates schema.",
      "MISSING_REQUIRED_PARAMETER",
    ),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: failures,
    moment: "calling",
    status: 422,
    body: refused(
      "UNPROCESSABLE_ENTITY",
      "The requested action could not be performed, semantically incorrect, or failed business validation.",
      "INSTRUMENT_DECLINED",
    ),
    code: "provider_rejected",
    cause: "payment_declined",
    actor: "end_user",
  },
  {
    from: failures,
    moment: "calling",
    status: 422,
    body: refused(
      "UNPROCESSABLE_ENTITY",
      "The requested action could not be performed, semantically incorrect, or failed business validation.",
      "ORDER_NOT_APPROVED",
    ),
    code: "provider_rejected",
    cause: "payer_has_not_approved",
    actor: "end_user",
  },
  {
    from: orders,
    moment: "calling",
    status: 422,
    body: refused(
      "UNPROCESSABLE_ENTITY",
      "The requested action could not be performed, semantically incorrect, or failed business validation.",
      "PAYEE_ACCOUNT_RESTRICTED",
    ),
    code: "forbidden",
    cause: "business_restricted",
    actor: "end_user",
  },
  {
    from: "https://developer.paypal.com/docs/api/rate-limiting",
    moment: "calling",
    status: 429,
    body: refused("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    // The keys that a business typed.
    from: authentication,
    moment: "connecting",
    method: "client_credentials",
    status: 401,
    body: { error: "invalid_client", error_description: "Client Authentication failed" },
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
  {
    from: authentication,
    moment: "refreshing",
    method: "client_credentials",
    status: 401,
    body: { error: "invalid_client", error_description: "Client Authentication failed" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
  },
  {
    // The app's own.
    from: authentication,
    moment: "connecting",
    method: "oauth",
    status: 401,
    body: { error: "invalid_client", error_description: "Client Authentication failed" },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
]
