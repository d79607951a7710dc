import {
  type Call,
  type Delivery,
  type DeliverySignature,
  type EmulatorKit,
  hmacSignature,
  json,
} from "@holdfast/emulator"
import { hasScope } from "./installation.js"
import type { Shop } from "./shop.js"

/** Deliveries of a topic to an address, for one shop. */
export interface Subscription {
  readonly id: number
  readonly shop: Shop
  readonly topic: string
  readonly address: string
  readonly createdAt: string
}

export interface Subscriptions {
  of(shop: Shop): readonly Subscription[]
  list(shop: Shop, call: Call): Response
  show(shop: Shop, id: string): Response
  create(shop: Shop, scopes: readonly string[], call: Call): Promise<Response>
  remove(shop: Shop, id: string): Response
  /** An app that is uninstalled loses its subscriptions. */
  clear(shop: Shop): void
}

/** What each topic needs to be subscribed to. Compliance topics are not subscribed to, but set in the app's configuration. */
const topicScopes: Readonly<Record<string, string | undefined>> = {
  "app/uninstalled": undefined,
  "shop/update": undefined,
  "orders/create": "read_orders",
  "orders/updated": "read_orders",
  "orders/paid": "read_orders",
  "orders/fulfilled": "read_orders",
  "orders/cancelled": "read_orders",
  "products/create": "read_products",
  "products/update": "read_products",
  "products/delete": "read_products",
}

/**
 * The webhook resource.
 * @see https://shopify.dev/docs/api/admin-rest/latest/resources/webhook
 */
export function subscriptions(kit: EmulatorKit, takesLoopback: boolean): Subscriptions {
  let made: Subscription[] = []
  let lastId = 4759306
  const mine = (shop: Shop) => made.filter((one) => one.shop === shop)
  return {
    of: mine,
    list(shop, { url }) {
      const wanted = ["topic", "address"].map((name) => [name, url.searchParams.get(name)] as const)
      const found = mine(shop).filter((one) =>
        wanted.every(([name, value]) => value === null || one[name as "topic" | "address"] === value),
      )
      return json({ webhooks: found.map(resource) })
    },
    show(shop, id) {
      const found = mine(shop).find((one) => String(one.id) === id)
      return found ? json({ webhook: resource(found) }) : notFound()
    },
    async create(shop, scopes, call) {
      const { webhook = {} } = ((await call.json()) ?? {}) as { webhook?: { topic?: string; address?: string } }
      const { topic, address } = webhook
      if (!topic || !address)
        return invalid({
          ...(!topic && { topic: ["can't be blank"] }),
          ...(!address && { address: ["can't be blank"] }),
        })
      const allowed = Object.keys(topicScopes).filter((one) => mayHear(scopes, one))
      if (!allowed.includes(topic)) {
        const message = `Invalid topic specified: ${topic}. Does it exist? Is there a missing access scope? Topics allowed: ${allowed.join(", ")}`
        return invalid({ topic: [message] })
      }
      const wrong = wrongAddress(address, takesLoopback)
      if (wrong) return invalid({ address: [wrong] })
      if (mine(shop).some((one) => one.topic === topic && one.address === address)) {
        return invalid({ address: ["for this topic has already been taken"] })
      }
      const one = { id: ++lastId, shop, topic, address, createdAt: new Date(kit.clock.now()).toISOString() }
      made.push(one)
      return json({ webhook: resource(one) }, { status: 201 })
    },
    remove(shop, id) {
      const found = mine(shop).find((one) => String(one.id) === id)
      if (!found) return notFound()
      made = made.filter((one) => one !== found)
      return json({})
    },
    clear(shop) {
      made = made.filter((one) => one.shop !== shop)
    },
  }
}

/** @see https://shopify.dev/docs/apps/build/webhooks/verify-deliveries */
export function shopifySignature(clientSecret: string): DeliverySignature {
  return hmacSignature({
    secret: clientSecret,
    encoding: "base64",
    headers: { "x-shopify-hmac-sha256": "{signature}" },
  })
}

/**
 * A delivery as Shopify makes it, before it is signed.
 * @see https://shopify.dev/docs/apps/build/webhooks/delivery-structure
 */
export function deliveryOf(
  kit: EmulatorKit,
  shop: Shop,
  topic: string,
  body: object,
  address?: string,
): Delivery & { readonly query?: string } {
  const query = address === undefined ? undefined : new URL(address).search.slice(1)
  return {
    body,
    headers: {
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": shop.domain,
      "x-shopify-api-version": "2026-07",
      "x-shopify-webhook-id": kit.random.id("", 32),
      "x-shopify-event-id": kit.random.id("", 32),
      "x-shopify-triggered-at": new Date(kit.clock.now()).toISOString(),
    },
    ...(query && { query }),
  }
}

function mayHear(scopes: readonly string[], topic: string): boolean {
  const needed = topicScopes[topic]
  return Object.hasOwn(topicScopes, topic) && (needed === undefined || hasScope(scopes, needed))
}

function wrongAddress(address: string, takesLoopback: boolean): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url) return "is invalid"
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)
  if (isLoopback) return takesLoopback ? undefined : "is not allowed"
  return url.protocol === "https:" ? undefined : `protocol ${url.protocol}// is not supported`
}

function resource({ id, topic, address, createdAt }: Subscription): object {
  return {
    id,
    address,
    topic,
    created_at: createdAt,
    updated_at: createdAt,
    format: "json",
    fields: [],
    metafield_namespaces: [],
    api_version: "2026-07",
    private_metafield_namespaces: [],
  }
}

function invalid(errors: object): Response {
  return json({ errors }, { status: 422 })
}

function notFound(): Response {
  return json({ errors: "Not Found" }, { status: 404 })
}
