import type { ErrorCase } from "@holdfast/testing"

const codes = "https://docs.stripe.com/error-codes"
const errors = "https://docs.stripe.com/api/errors"
const oauth = "https://docs.stripe.com/connect/oauth-reference"

const refused = (message: string, more: object = {}) => ({
  error: { type: "invalid_request_error", message, ...more },
})

/** Refusals as Stripe's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    method: "api_key",
    status: 401,
    body: refused("Invalid API Key provided"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    method: "api_key",
    status: 401,
    body: refused("Expired API Key provided", { code: "api_key_expired", doc_url: codes }),
    code: "reauth_required",
    cause: "key_rolled",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "connecting",
    method: "api_key",
    status: 401,
    body: refused("This API call cannot be made with a publishable API key. Please use a secret API key.", {
      code: "secret_key_required",
      doc_url: codes,
    }),
    code: "credential_invalid",
    cause: "publishable_key",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    method: "connect",
    status: 403,
    body: refused(
      "The provided key does not have access to account 'acct_0000000000000001' (or that account does not exist). Application access may have been revoked.",
      { code: "account_invalid", doc_url: codes },
    ),
    code: "reauth_required",
    cause: "account_unlinked",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    method: "connect",
    status: 401,
    body: refused("Expired API Key provided", { code: "platform_api_key_expired", doc_url: codes }),
    code: "reauth_required",
    cause: "platform_key_ended",
    actor: "developer",
  },
  {
    // A restricted key that lacks a permission has no code.
    from: "https://github.com/stripe/stripe-node/issues/2246",
    moment: "calling",
    method: "api_key",
    status: 403,
    body: refused(
      "The provided key does not have the required permissions for this endpoint on account 'acct_0000000000000001'. Having the 'rak_charge_read' permission would allow this request to continue.",
    ),
    code: "scope_missing",
    cause: "permission_missing",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    method: "api_key",
    status: 400,
    body: refused("Your account cannot currently make live charges.", {
      code: "testmode_charges_only",
      doc_url: codes,
    }),
    code: "forbidden",
    cause: "account_not_activated",
    actor: "end_user",
  },
  {
    from: codes,
    moment: "calling",
    method: "api_key",
    status: 404,
    body: refused("No such customer: 'cus_none'", { code: "resource_missing", param: "id", doc_url: codes }),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: "https://docs.stripe.com/declines/codes",
    moment: "calling",
    method: "api_key",
    status: 402,
    body: {
      error: {
        type: "card_error",
        code: "card_declined",
        decline_code: "insufficient_funds",
        message: "Your card has insufficient funds.",
      },
    },
    code: "provider_rejected",
    cause: "card_declined",
    actor: "end_user",
  },
  {
    from: "https://docs.stripe.com/rate-limits",
    moment: "calling",
    method: "api_key",
    status: 429,
    body: refused("Request rate limit exceeded.", { code: "rate_limit", doc_url: codes }),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: oauth,
    moment: "connecting",
    method: "connect",
    status: 400,
    body: { error: "invalid_grant", error_description: "Authorization code does not exist: ac_none" },
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "connecting",
    method: "connect",
    status: 401,
    body: { error: "invalid_client", error_description: "No such API key" },
    code: "config_invalid",
    cause: "platform_keys_do_not_fit",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "connecting",
    method: "connect",
    status: 302,
    body: { error: "access_denied", error_description: "The user denied your request" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
