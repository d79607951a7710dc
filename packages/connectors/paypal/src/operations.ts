import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const money = z.looseObject({ currency_code: z.string(), value: z.string() })
const payment = z.looseObject({ id: z.string(), status: z.string().optional(), amount: money.optional() })

/** @see https://developer.paypal.com/docs/api/orders/v2/ */
const order = z.looseObject({
  id: z.string(),
  status: z.string(),
  intent: z.string().optional(),
  purchase_units: z
    .array(
      z.looseObject({
        reference_id: z.string().optional(),
        amount: money.optional(),
        payments: z.looseObject({ captures: z.array(payment).optional() }).optional(),
      }),
    )
    .optional(),
  links: z.array(z.looseObject({ href: z.string(), rel: z.string() })).optional(),
})

const transactions = z.looseObject({
  transaction_details: z.array(
    z.looseObject({
      transaction_info: z
        .looseObject({
          transaction_id: z.string().optional(),
          transaction_status: z.string().optional(),
          transaction_amount: money.optional(),
        })
        .optional(),
    }),
  ),
  page: z.number().optional(),
  total_items: z.number().optional(),
  total_pages: z.number().optional(),
})

const amount = z.string().regex(/^\d{1,12}(\.\d{1,3})?$/, "An amount is written as 10.00.")
const currency = z.string().regex(/^[A-Z]{3}$/, "A currency is written as EUR.")
const id = z.string().regex(/^[A-Z0-9]{1,36}$/, "That is no id of PayPal's.")
const requestId = z
  .string()
  .min(1)
  .max(108)
  .optional()
  .describe("The same again is answered as before, and is done once")

// Any of those under which an app is let at them: https://developer.paypal.com/docs/api/orders/v2/
const payments = [
  "https://uri.paypal.com/services/payments/payment/authcapture|https://uri.paypal.com/services/payments/realtimepayment|https://uri.paypal.com/services/payments/payment|https://api.paypal.com/v1/payments/.*",
]
const refunds = ["https://uri.paypal.com/services/payments/refund|https://api.paypal.com/v1/payments/.*"]
const reporting = ["https://uri.paypal.com/services/reporting/search/read"]

/**
 * Orders, their captures and refunds, and what has passed through an account.
 * @see https://developer.paypal.com/api/rest/
 */
export const operations = {
  // https://developer.paypal.com/docs/api/orders/v2/#orders_create
  create_order: operation({
    summary: "Create an order, for a buyer to approve",
    effect: "write",
    scopes: payments,
    input: z.object({
      amount,
      currency,
      intent: z.enum(["CAPTURE", "AUTHORIZE"]).default("CAPTURE"),
      description: z.string().min(1).max(127).optional(),
      reference_id: z.string().min(1).max(256).optional(),
      custom_id: z.string().min(1).max(255).optional(),
      invoice_id: z.string().min(1).max(127).optional(),
      return_url: z.url().optional().describe("Where the buyer comes back to"),
      cancel_url: z.url().optional(),
      request_id: requestId,
    }),
    output: order,
    trace: ["id", "status"],
    run: (
      call: Call,
      {
        amount,
        currency,
        intent,
        description,
        reference_id,
        custom_id,
        invoice_id,
        return_url,
        cancel_url,
        request_id,
      },
    ) =>
      call.http.post("/v2/checkout/orders", {
        ...once(call, request_id),
        json: {
          intent,
          purchase_units: [
            { amount: { currency_code: currency, value: amount }, description, reference_id, custom_id, invoice_id },
          ],
          ...((return_url || cancel_url) && {
            payment_source: { paypal: { experience_context: { return_url, cancel_url } } },
          }),
        },
        output: order,
      }),
  }),

  // https://developer.paypal.com/docs/api/orders/v2/#orders_get
  get_order: operation({
    summary: "Read an order",
    effect: "read",
    scopes: payments,
    input: z.object({ order_id: id }),
    output: order,
    trace: ["id", "status"],
    run: ({ http }: Call, { order_id }) =>
      http.get("/v2/checkout/orders/{order_id}", { path: { order_id }, output: order }),
  }),

  // https://developer.paypal.com/docs/api/orders/v2/#orders_capture
  capture_order: operation({
    summary: "Take the money of an order that its buyer has approved",
    effect: "write",
    scopes: payments,
    input: z.object({ order_id: id, request_id: requestId }),
    output: order,
    trace: ["id", "status"],
    run: (call: Call, { order_id, request_id }) =>
      call.http.post("/v2/checkout/orders/{order_id}/capture", {
        ...once(call, request_id),
        path: { order_id },
        json: {},
        output: order,
      }),
  }),

  // https://developer.paypal.com/docs/api/payments/v2/#captures_refund
  refund_payment: operation({
    summary: "Give the money of a capture back, or a part of it",
    effect: "destroy",
    scopes: refunds,
    input: z
      .object({
        capture_id: id,
        amount: amount.optional().describe("Default: all that is left"),
        currency: currency.optional(),
        note: z.string().min(1).max(255).optional().describe("Shown to the buyer"),
        request_id: requestId,
      })
      .refine(
        (given) => (given.amount === undefined) === (given.currency === undefined),
        "A part needs amount and currency.",
      ),
    output: payment,
    trace: ["id", "status"],
    run: (call: Call, { capture_id, amount, currency, note, request_id }) =>
      call.http.post("/v2/payments/captures/{capture_id}/refund", {
        ...once(call, request_id),
        path: { capture_id },
        json: {
          ...(amount && { amount: { value: amount, currency_code: currency } }),
          ...(note && { note_to_payer: note }),
        },
        output: payment,
      }),
  }),

  // https://developer.paypal.com/docs/api/transaction-search/v1/#transactions_get
  list_transactions: operation({
    summary: "List what has passed through the account, a page at a time",
    effect: "read",
    scopes: reporting,
    input: z.object({
      start_date: z.iso.datetime({ offset: true }).describe("`2026-11-01T00:00:00Z`"),
      end_date: z.iso.datetime({ offset: true }).describe("At most 31 days after the start"),
      transaction_status: z.enum(["D", "P", "S", "V"]).optional().describe("Denied, pending, successful, reversed"),
      page: z.number().int().min(1).default(1),
      page_size: z.number().int().min(1).max(500).default(100),
    }),
    output: transactions,
    trace: ["total_items"],
    run: ({ http }: Call, query) => http.get("/v1/reporting/transactions", { query, output: transactions }),
    pages: {
      items: ({ transaction_details }) => transaction_details,
      next: ({ total_pages = 1 }, { page }) => (page < total_pages ? { page: page + 1 } : undefined),
    },
  }),
}

/** With an id of its own a request may be sent again: PayPal does it once. @see https://developer.paypal.com/api/rest/reference/idempotency/ */
function once({ context }: Call, given: string | undefined) {
  const own = () => Array.from(context.random(16), (byte) => byte.toString(16).padStart(2, "0")).join("")
  return { headers: { "paypal-request-id": given ?? own(), prefer: "return=representation" }, idempotent: true }
}
