import type { ErrorTable } from "@holdfast/core"
import { z } from "zod"

const refusal = z.object({
  error: z.object({ type: z.string().nullish(), code: z.string().nullish(), decline_code: z.string().nullish() }),
})

/**
 * What Stripe's refusals mean. The code kept is the most exact one there is: the issuer's decline code, else the code, else the type.
 * @see https://docs.stripe.com/api/errors https://docs.stripe.com/error-codes https://docs.stripe.com/declines/codes
 */
export const errors: ErrorTable = {
  read({ body }) {
    const { decline_code, code, type } = refusal.safeParse(body).data?.error ?? {}
    return decline_code ?? code ?? type ?? undefined
  },
  codes: {
    // None of them is final by itself: `check` asks once more.
    account_invalid: "reauth_required",
    api_key_expired: "reauth_required",
    platform_api_key_expired: "reauth_required",
    secret_key_required: "reauth_required",

    testmode_charges_only: "forbidden",
    resource_missing: "resource_not_found",

    rate_limit: "rate_limited",
    // Another request holds the object: https://docs.stripe.com/rate-limits#object-lock-timeouts
    lock_timeout: "rate_limited",
    // The same request is under way: https://docs.stripe.com/error-low-level
    idempotency_key_in_use: "provider_unavailable",
    api_error: "provider_unavailable",

    idempotency_error: "input_invalid",
    amount_too_large: "input_invalid",
    amount_too_small: "input_invalid",
    country_code_invalid: "input_invalid",
    email_invalid: "input_invalid",
    invalid_characters: "input_invalid",
    parameter_invalid_empty: "input_invalid",
    parameter_invalid_integer: "input_invalid",
    parameter_invalid_string_blank: "input_invalid",
    parameter_invalid_string_empty: "input_invalid",
    parameter_missing: "input_invalid",
    parameter_unknown: "input_invalid",
    parameters_exclusive: "input_invalid",
    url_invalid: "input_invalid",
  },
  // A restricted key, or a grant of `read_only`, that may not do this: Stripe gives it no code.
  statuses: { 403: "scope_missing" },
}
