import type { EmulatorKit } from "@holdfast/emulator"
import { isWithin } from "./customers.js"
import { type endpoints, listed, page } from "./endpoint.js"
import type { ParameterSpec, Values } from "./parameters.js"
import { badParameter, missing, StripeRefusal } from "./refusal.js"
import type { StripeMode, StripeObject } from "./world.js"

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, of those that the tests use.
const leastAmounts: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, jpy: 50, chf: 50 }

// https://docs.stripe.com/testing#declined-payments
const declines: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: "generic_decline",
  pm_card_chargeDeclinedInsufficientFunds: "insufficient_funds",
  pm_card_chargeDeclinedLostCard: "lost_card",
}
const testMethods = ["pm_card_visa", "pm_card_mastercard", "pm_card_authenticationRequired", ...Object.keys(declines)]

const create: ParameterSpec = {
  amount: "integer",
  currency: "string",
  customer: "string",
  description: "string",
  receipt_email: "string",
  statement_descriptor_suffix: "string",
  metadata: "map",
  payment_method: "string",
  payment_method_types: "strings",
  automatic_payment_methods: { enabled: "boolean", allow_redirects: "string" },
  capture_method: "string",
  confirm: "boolean",
  return_url: "string",
  off_session: "boolean",
  setup_future_usage: "string",
  application_fee_amount: "integer",
}

/** @see https://docs.stripe.com/api/payment_intents https://docs.stripe.com/api/charges */
export function payments(kit: EmulatorKit, endpoint: ReturnType<typeof endpoints>): void {
  endpoint("POST", "/v1/payment_intents", {
    id: "payment_intents.create",
    permission: "payment_intent_write",
    parameters: create,
    run: ({ caller, values }) => createPayment(kit, caller.mode, caller.application, values),
  })
  endpoint("GET", "/v1/payment_intents/{id}", {
    id: "payment_intents.retrieve",
    permission: "payment_intent_read",
    parameters: {},
    run({ caller, id }) {
      const found = caller.mode.paymentIntents.get(id)
      if (!found) throw missing("payment_intent", id, "id")
      return found
    },
  })
  endpoint("GET", "/v1/charges", {
    id: "charges.list",
    permission: "charge_read",
    parameters: {
      ...page,
      customer: "string",
      payment_intent: "string",
      created: { gt: "integer", gte: "integer", lt: "integer", lte: "integer" },
    },
    run({ caller, values }) {
      const all = [...caller.mode.charges.values()].filter(
        (charge) =>
          (values.customer === undefined || charge.customer === values.customer) &&
          (values.payment_intent === undefined || charge.payment_intent === values.payment_intent) &&
          isWithin(charge, values),
      )
      return listed("/v1/charges", "charge", all, values)
    },
  })
}

/** Makes a payment, and takes it at once where it is confirmed. */
export function createPayment(
  kit: EmulatorKit,
  mode: StripeMode,
  application: string | null,
  values: Values,
): StripeObject {
  checkPayment(mode, values)
  const id = kit.random.id("pi_", 24)
  const intent: StripeObject = {
    id,
    object: "payment_intent",
    amount: values.amount,
    amount_capturable: 0,
    amount_received: 0,
    application,
    application_fee_amount: values.application_fee_amount ?? null,
    automatic_payment_methods: isAutomatic(values)
      ? { allow_redirects: "always", enabled: true, ...automatic(values) }
      : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: values.capture_method ?? "automatic",
    client_secret: `${id}_secret_${kit.random.string(25)}`,
    confirmation_method: "automatic",
    created: Math.floor(kit.clock.now() / 1000),
    currency: values.currency,
    customer: values.customer ?? null,
    description: values.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: mode.livemode,
    metadata: values.metadata ?? {},
    next_action: null,
    payment_method: values.payment_method ?? null,
    payment_method_types: values.payment_method_types ?? ["card", "link"],
    receipt_email: values.receipt_email ?? null,
    setup_future_usage: values.setup_future_usage ?? null,
    statement_descriptor_suffix: values.statement_descriptor_suffix ?? null,
    status: values.payment_method === undefined ? "requires_payment_method" : "requires_confirmation",
  }
  const settled = values.confirm === true ? confirmed(kit, mode, intent) : intent
  mode.paymentIntents.set(id, settled)
  return settled
}

function checkPayment(mode: StripeMode, values: Values): void {
  for (const name of ["amount", "currency"]) {
    if (values[name] === undefined) throw badParameter(name, "parameter_missing", `Missing required param: ${name}.`)
  }
  const { amount, currency, customer, payment_method, payment_method_types, confirm, return_url } = values
  const least = leastAmounts[String(currency)]
  if (least === undefined) throw badParameter("currency", undefined, `Invalid currency: ${currency}`)
  if (Number(amount) < 1)
    throw badParameter("amount", "parameter_invalid_integer", "This value must be greater than or equal to 1.")
  if (Number(amount) < least)
    throw badParameter("amount", "amount_too_small", `Amount must be at least ${least} ${currency}`)
  if (Number(amount) > 99_999_999)
    throw badParameter("amount", "amount_too_large", "Amount must be no more than 99999999")
  if (customer !== undefined && !mode.customers.has(String(customer)))
    throw missing("customer", String(customer), "customer")
  if (payment_method_types !== undefined && automatic(values).enabled === true) {
    const message = "You may only specify one of these parameters: automatic_payment_methods, payment_method_types."
    throw badParameter("automatic_payment_methods", "parameters_exclusive", message)
  }
  if (payment_method !== undefined && (mode.livemode || !testMethods.includes(String(payment_method)))) {
    throw missing("PaymentMethod", String(payment_method), "payment_method")
  }
  if (confirm !== true) {
    if (return_url === undefined) return
    throw badParameter("return_url", undefined, "You cannot pass `return_url` unless `confirm` is set to `true`.")
  }
  if (payment_method === undefined) {
    const message = "You cannot confirm this PaymentIntent because it's missing a payment method."
    throw badParameter("payment_method", "payment_intent_unexpected_state", message)
  }
  if (isAutomatic(values) && automatic(values).allow_redirects !== "never" && return_url === undefined) {
    const message =
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`."
    throw new StripeRefusal(400, { message })
  }
}

/** What a card does when it is charged. */
function confirmed(kit: EmulatorKit, mode: StripeMode, intent: StripeObject): StripeObject {
  const decline = declines[String(intent.payment_method)]
  const charge = createCharge(kit, mode, intent, decline)
  if (decline !== undefined) {
    const error = {
      type: "card_error",
      code: "card_declined",
      decline_code: decline,
      message: "Your card was declined.",
    } as const
    const failed = {
      ...intent,
      payment_method: null,
      latest_charge: charge.id,
      last_payment_error: error,
      status: "requires_payment_method",
    }
    mode.paymentIntents.set(intent.id, failed)
    throw new StripeRefusal(402, { ...error, payment_intent: failed })
  }
  if (intent.payment_method === "pm_card_authenticationRequired") {
    mode.charges.delete(charge.id)
    return { ...intent, status: "requires_action", next_action: { type: "use_stripe_sdk" } }
  }
  const currency = String(intent.currency)
  mode.pending.set(currency, (mode.pending.get(currency) ?? 0) + Number(intent.amount))
  return { ...intent, amount_received: intent.amount, latest_charge: charge.id, status: "succeeded" }
}

function createCharge(
  kit: EmulatorKit,
  mode: StripeMode,
  intent: StripeObject,
  decline: string | undefined,
): StripeObject {
  const isPaid = decline === undefined
  const charge: StripeObject = {
    id: kit.random.id("ch_", 24),
    object: "charge",
    amount: intent.amount,
    amount_captured: isPaid ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: isPaid ? kit.random.id("txn_", 24) : null,
    billing_details: { address: null, email: null, name: null, phone: null },
    captured: isPaid,
    created: Math.floor(kit.clock.now() / 1000),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: isPaid ? null : "card_declined",
    failure_message: isPaid ? null : "Your card was declined.",
    livemode: mode.livemode,
    metadata: intent.metadata,
    outcome: {
      network_status: isPaid ? "approved_by_network" : "declined_by_network",
      reason: decline ?? null,
      type: isPaid ? "authorized" : "issuer_declined",
    },
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: intent.payment_method,
    payment_method_details: { type: "card", card: { brand: "visa", last4: "4242" } },
    receipt_email: intent.receipt_email,
    receipt_url: null,
    refunded: false,
    status: isPaid ? "succeeded" : "failed",
  }
  mode.charges.set(charge.id, charge)
  return charge
}

function automatic({ automatic_payment_methods }: Values): { readonly [name: string]: unknown } {
  return typeof automatic_payment_methods === "object"
    ? (automatic_payment_methods as { readonly [name: string]: unknown })
    : {}
}

// On since 2023-08-16 unless the types are named: https://docs.stripe.com/upgrades#2023-08-16
function isAutomatic(values: Values): boolean {
  return values.payment_method_types === undefined && automatic(values).enabled !== false
}
