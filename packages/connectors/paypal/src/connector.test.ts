import { connectorSuite } from "@holdfast/testing"
import { createPayPalEmulator, emulatorApp, emulatorBusinesses, type PayPalEmulator } from "./emulator.js"
import { type PayPalConnector, type PayPalOptions, paypal } from "./index.js"

const { first, second } = emulatorBusinesses
const keys = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => ({
  client_id: clientId,
  client_secret: clientSecret,
})

connectorSuite<PayPalConnector, PayPalOptions, PayPalEmulator>(paypal, {
  emulator: ({ redirectUri }) => createPayPalEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    client_credentials: {
      values: keys(first),
      account: { id: `app:${first.clientId}`, kind: "business", data: { clientId: first.clientId } },
      another: { values: keys(second) },
      refused: [{ values: { ...keys(first), client_secret: "wrong" }, code: "credential_invalid" }],
      withdraw: ({ provider }) => provider.revokeKeys(first.clientId),
    },
    oauth: { account: { id: "WDJJHEBZ4X2LY", label: "First Person", kind: "person", email: "first@paypal.example" } },
  },
  operations: {
    create_order: {
      method: "client_credentials",
      parameters: {
        amount: "10.00",
        currency: "EUR",
        description: "Advice",
        return_url: "https://app.example.com/paid",
      },
      answer: { status: "CREATED", purchase_units: [{ amount: { currency_code: "EUR", value: "10.00" } }] },
      verify({ id }, { provider }) {
        if (!provider.orders.some((order) => order.id === id)) throw new Error("the order is not there")
      },
    },
    get_order: {
      method: "client_credentials",
      parameters: { order_id: "5O190127TN36471A0" },
      answer: { status: "APPROVED", intent: "CAPTURE" },
    },
    capture_order: {
      method: "client_credentials",
      parameters: { order_id: "5O190127TN36471A0" },
      answer: { status: "COMPLETED", purchase_units: [{ payments: { captures: [{ status: "COMPLETED" }] } }] },
    },
    refund_payment: {
      method: "client_credentials",
      parameters: { capture_id: "3C679366HH9089A1", amount: "5.00", currency: "EUR", note: "Sorry." },
      answer: { status: "COMPLETED", amount: { value: "5.00", currency_code: "EUR" } },
    },
    list_transactions: {
      method: "client_credentials",
      parameters: { start_date: "2026-11-01T00:00:00Z", end_date: "2026-11-30T00:00:00Z" },
      answer: { total_items: 1, transaction_details: [{ transaction_info: { transaction_id: "3C679366HH9089A1" } }] },
    },
  },
  errors: [
    {
      when: "there is no such order",
      operation: "get_order",
      parameters: { order_id: "NONE" },
      code: "resource_not_found",
      providerCode: "RESOURCE_NOT_FOUND",
    },
    {
      when: "the buyer has not approved",
      operation: "capture_order",
      arrange: ({ provider }) => {
        for (const order of provider.orders) order.status = "CREATED"
      },
      parameters: { order_id: "5O190127TN36471A0" },
      code: "provider_rejected",
      providerCode: "ORDER_NOT_APPROVED",
    },
    {
      when: "the time is too long",
      operation: "list_transactions",
      parameters: { start_date: "2026-01-01T00:00:00Z", end_date: "2026-11-30T00:00:00Z" },
      code: "input_invalid",
      providerCode: "INVALID_REQUEST",
    },
    {
      when: "it is too much",
      operation: "get_order",
      parameters: { order_id: "5O190127TN36471A0" },
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 429, body: { name: "RATE_LIMIT_REACHED", message: "Too many requests." } },
          times: "always",
        }),
      code: "rate_limited",
      providerCode: "RATE_LIMIT_REACHED",
    },
    {
      when: "the app may not",
      operation: "refund_payment",
      parameters: { capture_id: "3C679366HH9089A1" },
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: {
            kind: "status",
            status: 403,
            body: { name: "NOT_AUTHORIZED", details: [{ issue: "PERMISSION_DENIED" }] },
          },
        }),
      code: "forbidden",
      providerCode: "NOT_AUTHORIZED",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 400, body: { name: "holdfast_unheard_of", message: "No." } },
    }),
  webhooks: {
    method: "oauth",
    signature: ({ provider }) => provider.signature,
    deliveries: ({ provider: { event } }) => ({
      checkout_order_approved: event("CHECKOUT.ORDER.APPROVED"),
      checkout_order_completed: event("CHECKOUT.ORDER.COMPLETED"),
      payment_capture_completed: event("PAYMENT.CAPTURE.COMPLETED"),
      payment_capture_pending: event("PAYMENT.CAPTURE.PENDING"),
      payment_capture_denied: event("PAYMENT.CAPTURE.DENIED"),
      payment_capture_refunded: event("PAYMENT.CAPTURE.REFUNDED"),
      payment_capture_reversed: event("PAYMENT.CAPTURE.REVERSED"),
    }),
  },
  skip: {
    stale_delivery: "PayPal tries again for three days, so an hour is not too old",
    scope_missing: "the token of an app's own keys has all that the app has",
  },
})
