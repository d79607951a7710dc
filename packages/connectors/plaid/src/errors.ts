// https://plaid.com/docs/errors/
import type { ErrorMeaning, ErrorTable } from "@holdfast/core"
import { z } from "zod"

const refusal = z.object({ error_code: z.string() })

/** Plaid's `error_code`s. `error_type` is a heading over several, and says less. */
export const plaidCodes: Readonly<Record<string, ErrorMeaning>> = {
  // Update mode mends it, and the token stays: https://plaid.com/docs/errors/item/#item_login_required
  ITEM_LOGIN_REQUIRED: "reauth_required",
  // The Item is gone, and nothing mends it: https://plaid.com/docs/errors/item/#item_not_found
  ITEM_NOT_FOUND: "grant_ended",
  // So it is after /item/remove too: https://plaid.com/docs/errors/invalid-input/#invalid_access_token
  INVALID_ACCESS_TOKEN: "grant_ended",
  // Update mode may mend it, or refuse: https://plaid.com/docs/api/items/#user_permission_revoked
  USER_PERMISSION_REVOKED: "grant_ended",

  ITEM_LOCKED: "forbidden",
  ACCESS_NOT_GRANTED: "scope_missing",
  ADDITIONAL_CONSENT_REQUIRED: "scope_missing",
  NO_ACCOUNTS: "resource_not_found",
  INVALID_ACCOUNT_ID: "resource_not_found",
  INVALID_INSTITUTION: "resource_not_found",
  PRODUCT_NOT_READY: "provider_unavailable",

  // https://plaid.com/docs/errors/invalid-input/
  INVALID_API_KEYS: "app_not_configured",
  UNAUTHORIZED_ENVIRONMENT: "app_not_configured",
  UNAUTHORIZED_ROUTE_ACCESS: "app_not_configured",
  INVALID_PRODUCT: "app_not_configured",
  PRODUCTS_NOT_SUPPORTED: "provider_rejected",
  // https://plaid.com/docs/errors/invalid-request/
  MISSING_FIELDS: "input_invalid",
  UNKNOWN_FIELDS: "input_invalid",
  INVALID_FIELD: "input_invalid",
  INVALID_BODY: "input_invalid",
  INVALID_LINK_TOKEN: "attempt_expired",
  // Asking for the same page again does not help, the cursor of the first page does:
  // https://plaid.com/docs/errors/transactions/#transactions_sync_mutation_during_pagination
  TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION: "input_invalid",

  // https://plaid.com/docs/errors/rate-limit-exceeded/
  RATE_LIMIT: "rate_limited",
  ACCOUNTS_LIMIT: "rate_limited",
  ACCOUNTS_BALANCE_GET_LIMIT: "rate_limited",
  BALANCE_LIMIT: "rate_limited",
  IDENTITY_LIMIT: "rate_limited",
  ITEM_GET_LIMIT: "rate_limited",
  TRANSACTIONS_SYNC_LIMIT: "rate_limited",
  INSTITUTION_RATE_LIMIT: "rate_limited",

  // https://plaid.com/docs/errors/api/ and https://plaid.com/docs/errors/institution/
  INTERNAL_SERVER_ERROR: "provider_unavailable",
  PLANNED_MAINTENANCE: "provider_unavailable",
  INSTITUTION_DOWN: "provider_unavailable",
  INSTITUTION_NOT_RESPONDING: "provider_unavailable",
  INSTITUTION_NOT_AVAILABLE: "provider_unavailable",
}

export const errors: ErrorTable = {
  read: ({ status, body }) => (status >= 400 ? readCode(body) : undefined),
  codes: plaidCodes,
}

export function readCode(body: unknown): string | undefined {
  return refusal.safeParse(body).data?.error_code
}
