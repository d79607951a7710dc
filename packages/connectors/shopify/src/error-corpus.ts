import type { ErrorCase } from "@holdfast/testing"

const responses = "https://shopify.dev/docs/api/usage/response-codes"
const offline = "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens"
const codeGrant =
  "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant"

/** Refusals as Shopify's documentation shows them: the Admin API has sentences, the token endpoint codes. */
export const corpus: readonly ErrorCase[] = [
  {
    from: responses,
    moment: "calling",
    status: 401,
    body: { errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: responses,
    moment: "calling",
    status: 402,
    body: { errors: "This shop's plan does not have access to this feature" },
    code: "forbidden",
    cause: "shop_frozen_or_plan_too_small",
    actor: "end_user",
  },
  {
    // As an app is answered whose scopes grew after it was installed.
    from: "https://github.com/gnikyt/laravel-shopify/issues/190",
    moment: "calling",
    status: 403,
    body: { errors: "[API] This action requires merchant approval for read_orders scope." },
    code: "scope_missing",
    cause: "permission_missing",
    actor: "end_user",
  },
  {
    from: responses,
    moment: "calling",
    status: 404,
    body: { errors: "Not Found" },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: responses,
    moment: "calling",
    status: 422,
    body: { errors: ["The fulfillment order is not in an open state."] },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: responses,
    moment: "calling",
    status: 423,
    code: "forbidden",
    cause: "shop_locked",
    actor: "end_user",
  },
  {
    from: responses,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "2.0" },
    body: {
      errors: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
    },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: offline,
    moment: "refreshing",
    status: 401,
    body: { error: "invalid_request", error_description: "This request requires an active refresh_token" },
    code: "reauth_required",
    cause: "app_uninstalled_or_superseded",
    actor: "end_user",
  },
  {
    from: codeGrant,
    moment: "connecting",
    status: 400,
    body: {
      error: "invalid_request",
      error_description: "The authorization code was not found or was already used",
    },
    code: "provider_rejected",
    cause: "request_malformed",
    actor: "developer",
  },
  {
    from: codeGrant,
    moment: "connecting",
    status: 400,
    body: { error: "invalid_client" },
    code: "config_invalid",
    cause: "app_credentials_wrong",
    actor: "developer",
  },
]
