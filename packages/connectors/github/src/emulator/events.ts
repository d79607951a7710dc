import { type Delivery, type DeliverySignature, hmacSignature } from "@holdfast/emulator"

/** Signs deliveries as GitHub does. @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export function githubSignature(webhookSecret: string): DeliverySignature {
  return hmacSignature({ secret: webhookSecret, headers: { "x-hub-signature-256": "sha256={signature}" } })
}

/** A delivery of an event, as JSON or in a form. @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
export function eventDelivery(
  event: string,
  payload: object,
  { deliveryId, asForm = false }: { readonly deliveryId: string; readonly asForm?: boolean },
): Delivery {
  return {
    id: deliveryId,
    headers: {
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-event": event,
      "x-github-delivery": deliveryId,
      "x-github-hook-installation-target-type": "integration",
    },
    ...(asForm
      ? {
          contentType: "application/x-www-form-urlencoded",
          body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
        }
      : { body: payload }),
  }
}
