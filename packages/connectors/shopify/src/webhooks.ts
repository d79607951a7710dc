import {
  type Call,
  HoldfastError,
  hmac,
  isHoldfastError,
  isSameText,
  type Subscription,
  type Webhooks,
} from "@holdfast/core"
import { z } from "zod"
import { order, product } from "./operations.js"

interface Topic {
  readonly topic: string
  readonly summary: string
  readonly payload: z.ZodType
  /** What it takes to hear of it. */
  readonly scope?: string
}

const person = z.looseObject({ shop_id: z.number(), customer: z.looseObject({}).nullish() })

/** What is asked for on connecting. @see https://shopify.dev/docs/api/webhooks */
const subscribed: Readonly<Record<string, Topic>> = {
  app_uninstalled: {
    topic: "app/uninstalled",
    summary: "The app was removed from the shop",
    payload: z.looseObject({ id: z.number() }),
  },
  orders_create: { topic: "orders/create", summary: "An order was placed", payload: order, scope: "read_orders" },
  orders_updated: { topic: "orders/updated", summary: "An order changed", payload: order, scope: "read_orders" },
  orders_paid: { topic: "orders/paid", summary: "An order was paid", payload: order, scope: "read_orders" },
  orders_cancelled: {
    topic: "orders/cancelled",
    summary: "An order was cancelled",
    payload: order,
    scope: "read_orders",
  },
  products_create: {
    topic: "products/create",
    summary: "A product was added",
    payload: product,
    scope: "read_products",
  },
  products_update: { topic: "products/update", summary: "A product changed", payload: product, scope: "read_products" },
  products_delete: {
    topic: "products/delete",
    summary: "A product was deleted",
    payload: z.looseObject({ id: z.number() }),
    scope: "read_products",
  },
}

/** Set in the app's configuration, as the App Store requires. @see https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
const compliance: Readonly<Record<string, Topic>> = {
  customers_data_request: {
    topic: "customers/data_request",
    summary: "A customer asks for their data",
    payload: person,
  },
  customers_redact: { topic: "customers/redact", summary: "A customer's data is to be deleted", payload: person },
  shop_redact: {
    topic: "shop/redact",
    summary: "A shop's data is to be deleted, two days after the app was removed",
    payload: z.looseObject({ shop_id: z.number() }),
  },
}

const topics = { ...subscribed, ...compliance }

/**
 * Deliveries name the shop by its domain in a header, and only some name its id in what is signed. So the address that is subscribed ends
 * with the id, and where the payload has it as well the two must agree.
 * @see https://shopify.dev/docs/apps/build/webhooks/delivery-structure
 */
export const webhooks: Webhooks = {
  scheme: "HMAC-SHA256 of the body with the client secret, base64, X-Shopify-Hmac-Sha256",

  async verify({ app, log }, { headers, body, text, url }) {
    const expected = await hmac("SHA-256", app.fields.clientSecret ?? "", [body], "base64")
    if (!isSameText(headers.get("x-shopify-hmac-sha256") ?? "", expected)) {
      throw unverified("The signature does not fit: is it this app's client secret, and the body as it arrived?")
    }
    const payload = parse(text)
    const topic = headers.get("x-shopify-topic") ?? ""
    const accountId = shopIdOf(topic, payload, new URL(url).searchParams.get("shop_id"))
    if (accountId === undefined) {
      log.warn("a Shopify delivery does not say of which shop it is; was it subscribed to elsewhere?", { topic })
      return { is: "events", events: [] }
    }
    const id = headers.get("x-shopify-webhook-id")
    return {
      is: "events",
      events: [{ ...(id && { id }), name: topic.replace("/", "_"), accountId, payload }],
    }
  },

  events: Object.fromEntries(
    Object.entries(topics).map(([name, { summary, payload }]) => [name, { summary, payload }]),
  ),

  async subscribe(call, { url }) {
    const address = new URL(url)
    address.searchParams.set("shop_id", call.account?.id ?? "")
    const made = await madeFor(call, address.href)
    const subscriptions: Subscription[] = []
    for (const { topic, scope } of Object.values(subscribed)) {
      if (!mayHear(call, scope)) continue
      const one = made.get(topic) ?? (await ask(call, topic, address.href))
      if (one) subscriptions.push({ data: { id: String(one.id), topic } })
    }
    return subscriptions
  },

  async unsubscribe({ http }, subscriptions) {
    for (const { data } of subscriptions) {
      await http.delete("/webhooks/{id}.json", { path: { id: data.id ?? "" } }).catch((error: unknown) => {
        if (!isHoldfastError(error, "resource_not_found")) throw error
      })
    }
  },

  ends: ({ name }) => name === "app_uninstalled",
}

const subscription = z.looseObject({ id: z.number(), topic: z.string(), address: z.string() })

/** What there is already, by topic. */
async function madeFor({ http }: Call, address: string): Promise<ReadonlyMap<string, { id: number }>> {
  const { webhooks } = await http.get("/webhooks.json", {
    query: { address, limit: 250 },
    output: z.object({ webhooks: z.array(subscription) }),
  })
  return new Map(webhooks.filter((one) => one.address === address).map((one) => [one.topic, one]))
}

/**
 * Asks for a topic. One that is refused may be taken by another process that asks at the same time; and topics about customers need
 * Shopify's approval for protected data, which an app without it goes without.
 */
async function ask(call: Call, topic: string, address: string): Promise<{ id: number } | undefined> {
  const json = { webhook: { topic, address, format: "json" } }
  try {
    const answer = await call.http.post("/webhooks.json", { json, output: z.object({ webhook: subscription }) })
    return answer.webhook
  } catch (error) {
    if (!isHoldfastError(error, "scope_missing") && !isHoldfastError(error, "input_invalid")) throw error
    const taken = (await madeFor(call, address)).get(topic)
    if (!taken && topic === "app/uninstalled") throw error
    return taken
  }
}

function mayHear({ granted }: Call, scope: string | undefined): boolean {
  return scope === undefined || !granted || granted.includes(scope) || granted.includes(scope.replace("read", "write"))
}

const signedIds: Readonly<Record<string, "id" | "shop_id">> = {
  "app/uninstalled": "id",
  "customers/data_request": "shop_id",
  "customers/redact": "shop_id",
  "shop/redact": "shop_id",
}

function shopIdOf(topic: string, payload: object, asked: string | null): string | undefined {
  const field = Object.hasOwn(signedIds, topic) ? signedIds[topic] : undefined
  const signed = field === undefined ? undefined : (payload as Partial<Record<string, unknown>>)[field]
  if (typeof signed !== "number") return asked ?? undefined
  if (asked !== null && asked !== String(signed)) throw unverified("The delivery came to the address of another shop.")
  return String(signed)
}

function parse(text: string): object {
  try {
    const payload: unknown = JSON.parse(text)
    if (typeof payload === "object" && payload !== null) return payload
  } catch {}
  throw unverified("The delivery is not a JSON object.")
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "shopify" } })
}
