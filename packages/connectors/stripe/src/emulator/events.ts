import { type Delivery, type DeliverySignature, hmacSignature } from "@holdfast/emulator"

/** Something that happened in a connected account, or in the platform's own. */
export interface StripeEventOptions {
  /** Absent: the platform's own event. */
  readonly account?: string
  /** Default: the platform's own mode. */
  readonly livemode?: boolean
  readonly previousAttributes?: object
}

/** An event in its envelope. @see https://docs.stripe.com/api/events/object */
export function eventDelivery(
  type: string,
  object: object,
  { account, livemode = false, previousAttributes }: StripeEventOptions,
  { id, created }: { readonly id: string; readonly created: number },
): Delivery {
  return {
    id,
    contentType: "application/json; charset=utf-8",
    body: {
      id,
      object: "event",
      ...(account !== undefined && { account }),
      api_version: "2026-10-28.endive",
      created,
      data: { object, ...(previousAttributes && { previous_attributes: previousAttributes }) },
      livemode,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    },
  }
}

/** `Stripe-Signature: t=…,v1=…`, with the `v0` that test mode adds and that proves nothing. @see https://docs.stripe.com/webhooks/signature */
export function stripeSignature(secret: string): DeliverySignature {
  return hmacSignature({
    secret,
    signed: "{timestamp}.{body}",
    headers: { "stripe-signature": `t={timestamp},v1={signature},v0=${"6ffbb59b".repeat(8)}` },
  })
}
