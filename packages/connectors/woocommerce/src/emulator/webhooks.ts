import {
  type Call,
  type Delivery,
  type DeliverySignature,
  type EmulatorKit,
  hmacSignature,
  json,
} from "@holdfast/emulator"

/** What a shop was asked to send; its secret is never shown. */
export interface Webhook {
  readonly id: number
  readonly shop: string
  readonly name: string
  status: "active" | "paused" | "disabled"
  readonly topic: string
  readonly delivery_url: string
  readonly secret: string
}

/** What routes of shops are made with. */
export interface ShopRoutes {
  route(
    method: "GET" | "POST" | "DELETE",
    path: string,
    answer: (call: Call, shop: string) => Response | Promise<Response>,
  ): void
  listed(call: Call, all: readonly object[]): Response
  refused(status: number, code: string, message: string): Response
  /** What a shop's server posts. */
  post(request: Request): Promise<Response>
}

const topics = ["coupon", "customer", "order", "product"].flatMap((resource) =>
  ["created", "updated", "deleted", "restored"].map((event) => `${resource}.${event}`),
)

/**
 * Webhooks of shops: made with a topic and a secret, tried out by an unsigned ping, never trashed.
 * @see https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
 * @see https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/rest-api/Controllers/Version1/class-wc-rest-webhooks-v1-controller.php
 */
export function webhookRoutes(kit: EmulatorKit, { listed, post, refused, route }: ShopRoutes): Webhook[] {
  const webhooks: Webhook[] = []
  const shown = ({ secret: _, shop, ...webhook }: Webhook) => ({
    ...webhook,
    resource: webhook.topic.split(".")[0],
    event: webhook.topic.split(".")[1],
  })

  route("GET", "/webhooks", (call, shop) => listed(call, webhooks.filter((one) => one.shop === shop).map(shown)))
  route("POST", "/webhooks", async (call, shop) => {
    const asked = ((await call.json()) ?? {}) as Partial<Webhook>
    const topic = asked.topic?.toLowerCase() ?? ""
    if (!topics.includes(topic)) {
      const message = "Webhook topic is required and must be valid."
      return refused(400, "woocommerce_rest_shop_webhook_invalid_topic", message)
    }
    const { delivery_url = "", name = "Webhook", secret = "" } = asked
    if (!/^https?:\/\//.test(delivery_url) || !URL.canParse(delivery_url)) {
      const message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
      return refused(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", message)
    }
    const made: Webhook = {
      id: 1 + Math.max(140, ...webhooks.map(({ id }) => id)),
      shop,
      name,
      status: "active",
      topic,
      delivery_url,
      secret: secret || kit.random.string(50),
    }
    webhooks.push(made)
    // Whatever comes of it, the webhook stands.
    await post(
      new Request(delivery_url, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `webhook_id=${made.id}`,
      }),
    ).catch(() => undefined)
    return json(shown(made), { status: 201 })
  })
  route("DELETE", "/webhooks/{id}", ({ params, url }, shop) => {
    const force = url.searchParams.get("force") ?? "false"
    if (force === "false" || force === "0") {
      return refused(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
    }
    const at = webhooks.findIndex((one) => one.shop === shop && String(one.id) === params.id)
    const [gone] = at < 0 ? [] : webhooks.splice(at, 1)
    return gone ? json(shown(gone)) : refused(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
  })
  return webhooks
}

/**
 * What a shop sends about an order or a product.
 * @see https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php
 */
export function webhookDelivery(
  topic: string,
  { shop, ...body }: { readonly shop: string; readonly [field: string]: unknown },
): Delivery {
  const [resource = "", event = ""] = topic.split(".")
  return {
    body,
    headers: {
      "x-wc-webhook-source": `${shop}/`,
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-resource": resource,
      "x-wc-webhook-event": event,
      "x-wc-webhook-id": "142",
      "x-wc-webhook-delivery-id": "6a0b1c5f7d2e4938a7c6b5d4e3f2a190",
    },
  }
}

/** Signs with a webhook's secret. */
export function woocommerceSignature(secret: string): DeliverySignature {
  return hmacSignature({ secret, encoding: "base64", headers: { "x-wc-webhook-signature": "{signature}" } })
}
