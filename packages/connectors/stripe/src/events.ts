import {
  type Delivery,
  HoldfastError,
  isFresh,
  isSignedByAny,
  parsedJson,
  type WebhookEvent,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"
import { accountIdIn } from "./account-id.js"
import { endpoints } from "./webhook-endpoints.js"

const toleranceMs = 300_000

/** @see https://docs.stripe.com/api/events/object */
const event = z.looseObject({
  id: z.string(),
  object: z.literal("event"),
  type: z.string(),
  /** Absent where it is the account's own endpoint that hears of it. */
  account: z.string().optional(),
  created: z.number(),
  livemode: z.boolean(),
  data: z.looseObject({ object: z.looseObject({ id: z.string().optional() }) }),
})
type StripeEvent = z.infer<typeof event>

/** Of a platform's endpoint alone. */
const deauthorized = "account.application.deauthorized"

/** Stripe's type for each of our names. @see https://docs.stripe.com/api/events/types */
const types = {
  payment_succeeded: ["payment_intent.succeeded", "A payment succeeded"],
  payment_failed: ["payment_intent.payment_failed", "A payment failed"],
  charge_succeeded: ["charge.succeeded", "A charge succeeded"],
  charge_failed: ["charge.failed", "A charge failed"],
  charge_refunded: ["charge.refunded", "A charge was refunded, wholly or in part"],
  dispute_created: ["charge.dispute.created", "A customer disputed a charge"],
  checkout_completed: ["checkout.session.completed", "A customer completed a Checkout session"],
  customer_created: ["customer.created", "A customer was created"],
  customer_updated: ["customer.updated", "A customer was changed"],
  customer_deleted: ["customer.deleted", "A customer was deleted"],
  subscription_created: ["customer.subscription.created", "A subscription began"],
  subscription_updated: ["customer.subscription.updated", "A subscription was changed"],
  subscription_deleted: ["customer.subscription.deleted", "A subscription ended"],
  invoice_paid: ["invoice.paid", "An invoice was paid"],
  invoice_payment_failed: ["invoice.payment_failed", "The payment of an invoice failed"],
  payout_paid: ["payout.paid", "A payout arrived"],
  payout_failed: ["payout.failed", "A payout failed"],
  account_updated: ["account.updated", "The account was changed"],
  account_deauthorized: [deauthorized, "The account took the platform's access away"],
} as const

const nameOf = new Map<string, string>(Object.entries(types).map(([name, [type]]) => [type, name]))

/**
 * Deliveries to a Connect endpoint of the platform are signed with that endpoint's secret, each about one connected account. A connection
 * with an API key has an endpoint of its own, made by that key, with a secret that is shown once.
 * @see https://docs.stripe.com/connect/webhooks https://docs.stripe.com/webhooks/signature
 */
export const webhooks = {
  scheme: "HMAC-SHA256 of {t}.{body}, hex, Stripe-Signature: t={t},v1={signature}; 300 s",

  async verify({ app, clock }, delivery) {
    const { webhookSecret } = app.fields
    if (!webhookSecret) throw unverified("The app has no signing secret (whsec_…): save it to receive events.")
    const said = await prove(clock.now(), [webhookSecret], delivery)
    return { is: "events", events: said ? eventsOf(said, said.account, app.clientId) : [] }
  },

  own: {
    methods: ["api_key"],
    async verify({ account, clock, secrets }, delivery) {
      const said = await prove(clock.now(), secrets, delivery)
      // What a connected account did is its own connection's news. The key names one account, whatever that is called here.
      if (!said || said.account !== undefined || (account.kind ?? modeOf(said)) !== modeOf(said))
        return { is: "events", events: [] }
      const name = nameOf.get(said.type)
      return {
        is: "events",
        events: name === undefined ? [] : [{ id: said.id, name, accountId: account.id, payload: said }],
      }
    },
  },
  ...endpoints(Object.values(types).flatMap(([type]) => (type === deauthorized ? [] : [type]))),

  events: Object.fromEntries(
    Object.entries(types).map(([name, [type, summary]]) => [
      name,
      { summary, payload: event.extend({ type: z.literal(type) }) },
    ]),
  ),

  ends: ({ name }) => name === "account_deauthorized",
} satisfies Webhooks

/** The parts of `t=…,v1=…,v1=…`; `v0` proves nothing. */
function signatureOf(header: string): { timestamp: string; signatures: readonly string[] } {
  const parts = header.split(",").map((part) => part.split("="))
  const valuesOf = (name: string) => parts.filter(([key]) => key?.trim() === name).map(([, value = ""]) => value)
  const [timestamp = "", another] = valuesOf("t")
  if (another !== undefined || !/^\d{1,12}$/.test(timestamp)) {
    throw unverified("Stripe-Signature is missing, repeated or cut.")
  }
  return { timestamp, signatures: valuesOf("v1") }
}

/** The event of a delivery that any of the secrets proves genuine. Undefined: a thin event, which is acknowledged. */
async function prove(
  now: number,
  secrets: readonly string[],
  { headers, body, text }: Delivery,
): Promise<StripeEvent | undefined> {
  const { timestamp, signatures } = signatureOf(headers.get("stripe-signature") ?? "")
  if (!isFresh(Number(timestamp) * 1_000, now, toleranceMs)) throw unverified("The delivery is too old.")
  // While a secret is rolled there are several signatures.
  if (!(await isSignedByAny("SHA-256", secrets, [`${timestamp}.`, body], "hex", signatures))) {
    throw unverified("No v1 signature fits: is it this endpoint's signing secret, and the body as it arrived?")
  }
  return event.safeParse(parsedJson(text)).data
}

function modeOf({ livemode }: StripeEvent): "live" | "test" {
  return livemode ? "live" : "test"
}

/** Events of the platform's own account and unknown types are acknowledged. */
function eventsOf(said: StripeEvent, account: string | undefined, clientId: string): readonly WebhookEvent[] {
  const { id, type, data } = said
  const name = nameOf.get(type)
  if (name === undefined || account === undefined) return []
  // An endpoint in live mode hears of test payments too: they are another account's. https://docs.stripe.com/connect/webhooks
  const accountId = accountIdIn(modeOf(said), account)
  // The object is the application; an account may be linked to several of one platform.
  const concerns = () => name !== "account_deauthorized" || data.object.id === clientId
  return [{ id, name, accountId, payload: said, concerns }]
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "stripe" } })
}
