import { connectorSuite } from "@holdfast/testing"
import {
  createStripeEmulator,
  defaultAccounts,
  emulatorApp,
  type StripeAccountSeed,
  type StripeProvider,
  stripeSignature,
  type WebhookEndpoint,
} from "./emulator.js"
import { stripe } from "./index.js"

const [first, second] = defaultAccounts as readonly [StripeAccountSeed, StripeAccountSeed]
const account = { id: `${first.id}:test`, label: "First shop", email: "owner@first.example", kind: "test" }
const refusal = { error: { type: "invalid_request_error", code: "holdfast_unheard_of", message: "Unheard of." } }

connectorSuite(stripe, {
  emulator: ({ redirectUri }) => createStripeEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    api_key: {
      values: { key: first.keys.test },
      account,
      refused: [
        { values: { key: "sk_test_of_nobody" }, code: "credential_invalid" },
        { values: { key: "pk_test_of_the_first_shop" }, code: "input_invalid" },
        { values: { key: "whsec_of_an_endpoint" }, code: "input_invalid" },
      ],
      another: { values: { key: second.keys.test } },
      withdraw: ({ provider }) => void provider.revokeKey(first.keys.test),
    },
    connect: { account },
  },
  operations: {
    list_customers: {
      parameters: { limit: 2 },
      answer: { data: [{ name: "The third" }, { name: "The second" }], has_more: true },
    },
    create_customer: {
      method: "connect",
      parameters: {
        email: "new@customer.example",
        name: "The new",
        address: { line1: "1 Main Street", city: "Springfield" },
        metadata: { order: "42" },
      },
      answer: { name: "The new", livemode: false, metadata: { order: "42" } },
      verify({ id }, { provider }) {
        const made = provider.account(first.id).test.customers.get(id)
        if (JSON.stringify(made?.address) !== '{"line1":"1 Main Street","city":"Springfield"}') {
          throw new Error("the customer is not there as it was sent")
        }
      },
    },
    list_charges: { answer: { data: [{ amount: 2_500, paid: true }, { amount: 1_000 }], has_more: false } },
    create_payment_intent: {
      method: "connect",
      parameters: {
        amount: 1_999,
        currency: "USD",
        confirm: true,
        payment_method: "pm_card_visa",
        payment_method_types: ["card"],
      },
      answer: { amount: 1_999, currency: "usd", status: "succeeded", livemode: false },
      verify({ latest_charge }, { provider }) {
        if (!provider.account(first.id).test.charges.has(latest_charge ?? "")) throw new Error("nothing was charged")
      },
    },
  },
  errors: [
    {
      when: "there is no such customer in this mode",
      operation: "list_customers",
      parameters: { starting_after: "cus_404" },
      code: "resource_not_found",
      providerCode: "resource_missing",
    },
    {
      when: "the amount is less than Stripe takes",
      operation: "create_payment_intent",
      parameters: { amount: 10, currency: "usd" },
      code: "input_invalid",
      providerCode: "amount_too_small",
    },
    {
      when: "there is no such currency",
      operation: "create_payment_intent",
      parameters: { amount: 100, currency: "xyz" },
      code: "provider_rejected",
      providerCode: "invalid_request_error",
    },
    {
      when: "the card is declined",
      operation: "create_payment_intent",
      parameters: {
        amount: 100,
        currency: "usd",
        confirm: true,
        payment_method: "pm_card_chargeDeclinedInsufficientFunds",
        payment_method_types: ["card"],
      },
      code: "provider_rejected",
      providerCode: "insufficient_funds",
    },
    {
      when: "two things are asked for that exclude each other",
      operation: "list_charges",
      parameters: { starting_after: "ch_1", ending_before: "ch_2" },
      code: "input_invalid",
      providerCode: "parameters_exclusive",
    },
    {
      when: "too much is asked at once",
      operation: "list_customers",
      arrange: ({ faults }) =>
        faults.next({
          on: "customers.list",
          fault: { kind: "status", status: 429, body: { error: { ...refusal.error, code: "rate_limit" } } },
        }),
      code: "rate_limited",
      providerCode: "rate_limit",
    },
    {
      when: "the same request is still under way",
      operation: "create_customer",
      arrange: ({ faults }) =>
        faults.next({
          on: "customers.create",
          fault: { kind: "status", status: 409, body: { error: { ...refusal.error, code: "idempotency_key_in_use" } } },
        }),
      code: "provider_unavailable",
      providerCode: "idempotency_key_in_use",
    },
  ],
  unknownError: ({ faults }) => faults.next({ on: "*", fault: { kind: "status", status: 400, body: refusal } }),
  webhooks: [
    {
      method: "connect",
      signature: ({ provider }) => provider.signature,
      deliveries: ({ provider }) => ({
        ...deliveries(provider, { account: first.id }),
        account_deauthorized: provider.event(
          "account.application.deauthorized",
          { id: emulatorApp.clientId, object: "application" },
          { account: first.id },
        ),
      }),
      ends: ["account_deauthorized"],
    },
    {
      method: "api_key",
      own: ({ provider }) => endpointOf(provider),
      signature: ({ provider }) => stripeSignature(endpointOf(provider).secret),
      deliveries: ({ provider }) => deliveries(provider),
      subscriptions: ({ provider }) => provider.webhookEndpoints(first.id).length,
    },
  ],
})

function endpointOf(provider: StripeProvider): WebhookEndpoint {
  const endpoint = provider.webhookEndpoints(first.id).at(-1)
  if (!endpoint) throw new Error("no endpoint was made")
  return endpoint
}

/** What happens in an account, as its own endpoint hears of it, or a platform's. */
function deliveries(provider: StripeProvider, options: { account?: string } = {}) {
  const event = (type: string, object: object) => provider.event(type, object, options)
  const payment = provider.pay(first.id, { amount: 500, currency: "usd" })
  const customer = provider.createCustomer(first.id, { name: "The new" })
  return {
    payment_succeeded: event("payment_intent.succeeded", payment),
    payment_failed: event("payment_intent.payment_failed", payment),
    charge_succeeded: event("charge.succeeded", { id: "ch_1", object: "charge" }),
    charge_failed: event("charge.failed", { id: "ch_1", object: "charge" }),
    charge_refunded: event("charge.refunded", { id: "ch_1", object: "charge" }),
    dispute_created: event("charge.dispute.created", { id: "dp_1", object: "dispute" }),
    checkout_completed: event("checkout.session.completed", { id: "cs_1", object: "checkout.session" }),
    customer_created: event("customer.created", customer),
    customer_updated: event("customer.updated", customer),
    customer_deleted: event("customer.deleted", customer),
    subscription_created: event("customer.subscription.created", { id: "sub_1", object: "subscription" }),
    subscription_updated: event("customer.subscription.updated", { id: "sub_1", object: "subscription" }),
    subscription_deleted: event("customer.subscription.deleted", { id: "sub_1", object: "subscription" }),
    invoice_paid: event("invoice.paid", { id: "in_1", object: "invoice" }),
    invoice_payment_failed: event("invoice.payment_failed", { id: "in_1", object: "invoice" }),
    payout_paid: event("payout.paid", { id: "po_1", object: "payout" }),
    payout_failed: event("payout.failed", { id: "po_1", object: "payout" }),
    account_updated: event("account.updated", provider.accountObject(first.id)),
  }
}
