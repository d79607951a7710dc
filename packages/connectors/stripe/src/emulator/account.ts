import type { endpoints } from "./endpoint.js"
import { StripeRefusal } from "./refusal.js"
import type { StripeAccount } from "./world.js"

/** @see https://docs.stripe.com/api/accounts/retrieve https://docs.stripe.com/api/balance */
export function accountAndBalance(endpoint: ReturnType<typeof endpoints>): void {
  endpoint("GET", "/v1/account", {
    id: "account.retrieve",
    permission: "accounts_kyc_basic_read",
    parameters: {},
    run: ({ caller }) => accountObject(caller.account),
  })
  endpoint("GET", "/v1/accounts/{id}", {
    id: "accounts.retrieve",
    permission: "accounts_kyc_basic_read",
    parameters: {},
    run({ caller, id }) {
      if (id === caller.account.id) return accountObject(caller.account)
      const message = `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`
      throw new StripeRefusal(403, { code: "account_invalid", message })
    },
  })
  endpoint("GET", "/v1/balance", {
    id: "balance.retrieve",
    permission: "balance_read",
    parameters: {},
    run({ caller: { mode } }) {
      const funds = (amounts: ReadonlyMap<string, number>) =>
        [...amounts].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }))
      return {
        object: "balance",
        available: funds(mode.available),
        livemode: mode.livemode,
        pending: funds(mode.pending),
      }
    },
  })
}

export function accountObject({ id, name, email, country, currency }: StripeAccount): object {
  return {
    id,
    object: "account",
    business_profile: { mcc: null, name, url: null },
    business_type: "company",
    capabilities: { card_payments: "active", transfers: "active" },
    charges_enabled: true,
    country,
    default_currency: currency,
    details_submitted: true,
    email,
    payouts_enabled: true,
    settings: { dashboard: { display_name: name, timezone: "Etc/UTC" } },
    type: "standard",
  }
}
