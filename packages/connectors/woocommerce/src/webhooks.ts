import {
  type Call,
  HoldfastError,
  isHoldfastError,
  isSignedByAny,
  type Place,
  type Subscription,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"
import { order, product } from "./operations.js"

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#webhook-properties */
const webhook = z.looseObject({ id: z.number().int(), status: z.string(), topic: z.string(), delivery_url: z.string() })
type Webhook = z.infer<typeof webhook>

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks */
const topics: Readonly<Record<string, string>> = {
  order_created: "order.created",
  order_updated: "order.updated",
  product_updated: "product.updated",
}
const names = new Map(Object.entries(topics).map(([name, topic]) => [topic, name]))

const perPage = 100
const mostPages = 20

export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body with the webhook's secret, base64, X-WC-Webhook-Signature",
  events: {
    order_created: { summary: "An order was placed", payload: order },
    order_updated: { summary: "An order was changed", payload: order },
    product_updated: { summary: "A product was changed", payload: product },
  },

  own: {
    // https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php
    async verify({ secrets }, { method, headers, body, text }) {
      const signature = headers.get("x-wc-webhook-signature")
      // A shop looks whether anybody is there when a webhook is made. It signs nothing then, and is told nothing.
      if (signature === null && method === "POST" && /^webhook_id=\d+$/.test(text)) return { is: "events", events: [] }
      if (!(await isSignedByAny("SHA-256", secrets, [body], "base64", signature ?? ""))) throw unverified()
      const payload = parsed(text)
      const name = names.get(headers.get("x-wc-webhook-topic") ?? "")
      // A shop's own delivery id is the same for all that it sends within a second, and it is not signed.
      return { is: "events", events: name === undefined ? [] : [{ id: signature ?? "", name, payload }] }
    },
  },

  // Whatever is delivered to this address was made with the secret of this address, which never changes.
  async subscribe(call, place) {
    const kept = new Map<string, number>()
    try {
      for (const { id, status, topic } of await webhooksAt(call, place.url)) {
        // WooCommerce switches a webhook off after some deliveries that failed: it is made anew.
        if (status === "active" && names.has(topic) && !kept.has(topic)) kept.set(topic, id)
        else await remove(call, id)
      }
      for (const topic of names.keys()) if (!kept.has(topic)) kept.set(topic, await created(call, place, topic))
    } catch (error) {
      if (!mayNot(error)) throw error
      call.context.log.warn("these keys may not make webhooks in the shop, so there will be no events")
    }
    return [...kept.values()].map((id): Subscription => ({ data: { id: String(id) }, secret: place.secret }))
  },

  async unsubscribe(call, subscriptions) {
    for (const { data } of subscriptions) await remove(call, Number(data.id))
  },
}

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-webhooks */
async function webhooksAt({ http }: Call, url: string): Promise<readonly Webhook[]> {
  const found: Webhook[] = []
  for (let page = 1; page <= mostPages; page++) {
    const there = await http.get("/webhooks", { query: { per_page: perPage, page }, output: z.array(webhook) })
    found.push(...there.filter(({ delivery_url }) => delivery_url === url))
    if (there.length < perPage) break
  }
  return found
}

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#create-a-webhook */
async function created({ http }: Call, { url, secret }: Place, topic: string): Promise<number> {
  const json = { name: "Holdfast", topic, delivery_url: url, secret }
  return (await http.post("/webhooks", { json, output: webhook })).id
}

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#delete-a-webhook */
async function remove({ http }: Call, id: number): Promise<void> {
  await http.delete("/webhooks/{id}", { path: { id }, query: { force: true } }).catch((error: unknown) => {
    if (!isHoldfastError(error, "resource_not_found")) throw error
  })
}

/** Keys that may only read, or whose person manages no webhooks, are good all the same. */
function mayNot(error: unknown): boolean {
  if (isHoldfastError(error, "provider_rejected")) return error.details.reason === "token_is_valid"
  return isHoldfastError(error, "forbidden") || isHoldfastError(error, "scope_missing")
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unverified()
  }
}

function unverified(): HoldfastError {
  return new HoldfastError("webhook_unverified")
}
