import type { WebhookEndpoint } from "./webhook-endpoints.js"

/** One mode of one account: test and live share nothing. @see https://docs.stripe.com/keys#test-live-modes */
export interface StripeMode {
  readonly livemode: boolean
  readonly customers: Map<string, StripeObject>
  readonly charges: Map<string, StripeObject>
  readonly paymentIntents: Map<string, StripeObject>
  /** In the currency's smallest unit, by currency. */
  readonly available: Map<string, number>
  readonly pending: Map<string, number>
  readonly webhookEndpoints: Map<string, WebhookEndpoint>
  /** Answers under idempotency keys. */
  readonly replies: Map<string, StripeReply>
}

export interface StripeReply {
  readonly request: string
  readonly status: number
  readonly body: object
  /** Seconds since the epoch. */
  readonly at: number
}

export interface StripeObject {
  readonly id: string
  readonly object: string
  readonly created: number
  readonly livemode: boolean
  readonly [field: string]: unknown
}

/** What an account is made of at the start. */
export interface StripeAccountSeed {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly country: string
  readonly currency: string
  /** Its own secret keys. */
  readonly keys: { readonly test: string; readonly live: string }
  /** Restricted keys, each with what it may do: `customer_read`, `payment_intent_write`. */
  readonly restrictedKeys?: Readonly<Record<string, readonly string[]>>
}

export interface StripeAccount extends StripeAccountSeed {
  readonly test: StripeMode
  readonly live: StripeMode
}

/** The keys hold an underscore where real ones hold none, so that no scanner takes them for real. */
export const defaultAccounts: readonly StripeAccountSeed[] = [
  {
    id: "acct_1EmulatedFirst01",
    name: "First shop",
    email: "owner@first.example",
    country: "US",
    currency: "usd",
    keys: { test: "sk_test_emulated_first_shop", live: "sk_live_emulated_first_shop" },
    restrictedKeys: {
      rk_test_emulated_first_shop: ["accounts_kyc_basic_read", "customer_write", "charge_read", "balance_read"],
      rk_test_emulated_customers_only: ["customer_write"],
      rk_live_emulated_customers_only: ["customer_read"],
    },
  },
  {
    id: "acct_1EmulatedSecond1",
    name: "Second shop",
    email: "owner@second.example",
    country: "DE",
    currency: "eur",
    keys: { test: "sk_test_emulated_second_shop", live: "sk_live_emulated_second_shop" },
  },
]

export function createAccount(seed: StripeAccountSeed): StripeAccount {
  const mode = (livemode: boolean): StripeMode => ({
    livemode,
    customers: new Map(),
    charges: new Map(),
    paymentIntents: new Map(),
    available: new Map([[seed.currency, livemode ? 1_234_56 : 50_00]]),
    pending: new Map([[seed.currency, 0]]),
    webhookEndpoints: new Map(),
    replies: new Map(),
  })
  return { ...seed, test: mode(false), live: mode(true) }
}
