import { type Call, operation } from "@holdfast/core"
import { z } from "zod"
import { bracketed, type Parameter } from "./bracketed.js"

const metadata = z.record(z.string(), z.string())

const customer = z.looseObject({
  id: z.string(),
  email: z.string().nullish(),
  name: z.string().nullish(),
  phone: z.string().nullish(),
  description: z.string().nullish(),
  created: z.number(),
  livemode: z.boolean(),
  metadata: metadata.optional(),
})

const charge = z.looseObject({
  id: z.string(),
  amount: z.number(),
  amount_refunded: z.number(),
  currency: z.string(),
  status: z.string(),
  paid: z.boolean(),
  refunded: z.boolean(),
  created: z.number(),
  livemode: z.boolean(),
  customer: z.string().nullish(),
  payment_intent: z.string().nullish(),
  description: z.string().nullish(),
})

const paymentIntent = z.looseObject({
  id: z.string(),
  amount: z.number(),
  currency: z.string(),
  status: z.string(),
  // For the customer's browser, which confirms with it. It completes this one payment.
  client_secret: z.string().nullish(),
  created: z.number(),
  livemode: z.boolean(),
  customer: z.string().nullish(),
  latest_charge: z.string().nullish(),
})

const pageOf = <Item extends z.ZodType>(item: Item) => z.looseObject({ data: z.array(item), has_more: z.boolean() })
const customers = pageOf(customer)
const charges = pageOf(charge)

const page = {
  limit: z.number().int().min(1).max(100).default(10).describe("The most to answer"),
  starting_after: z.string().min(1).optional().describe("Id of the last item of the page before"),
  ending_before: z.string().min(1).optional().describe("Id of the first item of the page after"),
  created: z
    .object({ gt: z.int(), gte: z.int(), lt: z.int(), lte: z.int() })
    .partial()
    .optional()
    .describe("Bounds, in seconds since the epoch"),
}
/** The page behind the last item; where a list is walked towards its beginning, the one before the first. @see https://docs.stripe.com/api/pagination */
function pageAfter(
  { data, has_more }: { readonly data: readonly { readonly id: string }[]; readonly has_more: boolean },
  { ending_before }: { readonly ending_before?: string | undefined },
): { starting_after?: string; ending_before?: string } | undefined {
  const [first, last] = [data[0], data.at(-1)]
  if (!has_more || !first || !last) return undefined
  return ending_before === undefined ? { starting_after: last.id } : { ending_before: first.id }
}
const text = z.string().min(1).optional()
const address = z.object({ line1: text, line2: text, city: text, state: text, postal_code: text, country: text })
const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .describe("The same key does it once, however often it is called within a day. Default: a new one for each call")

/**
 * What can be done in an account, in the mode of the connection.
 * @see https://docs.stripe.com/api
 */
export const operations = {
  // https://docs.stripe.com/api/customers/list
  list_customers: operation({
    summary: "List customers, newest first",
    effect: "read",
    input: z.object({ email: text.describe("Exactly as it was saved"), ...page }),
    output: customers,
    trace: ["has_more"],
    pages: { items: (result) => result.data, next: pageAfter },
    run: ({ http }: Call, parameters) =>
      http.get("/v1/customers", { query: bracketed(parameters as Parameters), output: customers }),
  }),

  // https://docs.stripe.com/api/customers/create
  create_customer: operation({
    summary: "Create a customer",
    effect: "write",
    scopes: ["read_write"],
    input: z.object({
      email: text,
      name: text,
      phone: text,
      description: text,
      address: address.optional(),
      metadata: metadata.optional(),
      idempotency_key: idempotencyKey,
    }),
    output: customer,
    trace: ["id"],
    run: (call: Call, { idempotency_key, ...parameters }) =>
      call.http.post("/v1/customers", { ...once(call, idempotency_key, parameters as Parameters), output: customer }),
  }),

  // https://docs.stripe.com/api/charges/list
  list_charges: operation({
    summary: "List charges, newest first",
    effect: "read",
    input: z.object({ customer: text, payment_intent: text, ...page }),
    output: charges,
    trace: ["has_more"],
    pages: { items: (result) => result.data, next: pageAfter },
    run: ({ http }: Call, parameters) =>
      http.get("/v1/charges", { query: bracketed(parameters as Parameters), output: charges }),
  }),

  // https://docs.stripe.com/api/payment_intents/create
  create_payment_intent: operation({
    summary: "Start a payment, and take it at once where it is confirmed",
    effect: "write",
    scopes: ["read_write"],
    input: z.object({
      amount: z.number().int().min(1).describe("In the currency's smallest unit: cents, or yen"),
      currency: z
        .string()
        .length(3)
        .transform((code) => code.toLowerCase())
        .describe("ISO code: `usd`"),
      customer: text,
      description: text,
      receipt_email: text,
      metadata: metadata.optional(),
      payment_method: text.describe("Id of a payment method (`pm_…`)"),
      payment_method_types: z.array(z.string().min(1)).min(1).optional(),
      automatic_payment_methods: z
        .object({ enabled: z.boolean(), allow_redirects: z.enum(["always", "never"]).optional() })
        .optional(),
      capture_method: z.enum(["automatic", "automatic_async", "manual"]).optional(),
      confirm: z.boolean().optional(),
      return_url: text.describe("Where payment methods that redirect come back to; only with `confirm`"),
      off_session: z.boolean().optional(),
      application_fee_amount: z.number().int().min(0).optional().describe("What the platform keeps; Connect alone"),
      idempotency_key: idempotencyKey,
    }),
    output: paymentIntent,
    trace: ["id", "status"],
    run: (call: Call, { idempotency_key, ...parameters }) =>
      call.http.post("/v1/payment_intents", {
        ...once(call, idempotency_key, parameters as Parameters),
        output: paymentIntent,
      }),
  }),
}

type Parameters = { readonly [name: string]: Parameter }

/** A request that is done once, so that it may be sent again after an answer was lost. @see https://docs.stripe.com/api/idempotent_requests */
function once({ context }: Call, idempotencyKey: string | undefined, parameters: Parameters) {
  const fresh = () => Array.from(context.random(16), (byte) => byte.toString(16).padStart(2, "0")).join("")
  const headers = { "idempotency-key": idempotencyKey ?? fresh() }
  return { form: bracketed(parameters), headers, idempotent: true }
}
