import {
  type Call,
  createEmulator,
  type Emulator,
  type EmulatorClock,
  hmac,
  json,
  page,
  redirect,
} from "@holdfast/emulator"
import { type Webhook, webhookRoutes } from "./emulator/webhooks.js"

export { webhookDelivery, woocommerceSignature } from "./emulator/webhooks.js"
export type { Webhook }

/** Two shops: one with TLS, one without. */
export const shops = { secure: "https://shop.example", plain: "http://plain-shop.example" } as const

/** Keys that are there from the start, of the first shop and of the one without TLS. */
export const seededKeys = {
  consumerKey: "ck_5f0c1d2e3b4a59687766554433221100ffeeddcc",
  consumerSecret: "cs_0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
} as const

export interface WoocommerceEmulatorOptions {
  readonly clock?: EmulatorClock
  /** Delivers what a shop's server posts. Default: kept in `provider.posted`, for the test to bring. */
  readonly post?: (request: Request) => Promise<Response>
}

interface Key {
  readonly id: number
  readonly shop: string
  readonly consumerKey: string
  readonly consumerSecret: string
  readonly permissions: string
  readonly nonces: Map<string, number>
}
interface Order {
  readonly id: number
  readonly shop: string
  status: string
  readonly currency: string
  readonly total: string
  readonly date_created: string
}
interface Product {
  readonly id: number
  readonly shop: string
  readonly name: string
  readonly status: string
  readonly price: string
  readonly sku: string
}

export interface WoocommerceProvider {
  readonly keys: Key[]
  readonly orders: Order[]
  readonly products: Product[]
  /** What servers of shops posted, oldest first. */
  readonly posted: Request[]
  readonly webhooks: Webhook[]
}
export interface WoocommerceEmulator extends Emulator<WoocommerceProvider> {}

const windowMs = 15 * 60_000

/**
 * Shops as WooCommerce has them: keys made on the shop's own page and posted by its server; Basic over https, a signature without it; webhooks;
 * WordPress's error bodies.
 * @see https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-rest-authentication.php
 */
export function createWoocommerceEmulator(options: WoocommerceEmulatorOptions = {}): WoocommerceEmulator {
  return createEmulator<WoocommerceProvider>({
    name: "woocommerce",
    origins: Object.values(shops),
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const keys: Key[] = Object.values(shops).map((shop, at) => ({
        ...seededKeys,
        id: at + 1,
        shop,
        permissions: "read_write",
        nonces: new Map(),
      }))
      const orders: Order[] = Object.values(shops).flatMap((shop) =>
        [101, 102, 103].map((id) => ({
          id,
          shop,
          status: "processing",
          currency: "EUR",
          total: `${id}.00`,
          date_created: `2025-12-0${id - 100}T10:00:00`,
        })),
      )
      const products: Product[] = Object.values(shops).map((shop) => product(11, shop, "Mug", "9.50", "mug"))
      const posted: Request[] = []

      async function post(delivery: Request): Promise<Response> {
        posted.push(delivery.clone())
        return (await options.post?.(delivery)) ?? new Response(null)
      }

      async function keyOf(call: Call): Promise<Key | Response> {
        const { url } = call
        return url.protocol === "https:" ? byBasic(call) : await bySignature(call)
      }

      function byBasic({ request, url }: Call): Key | Response {
        const [scheme, encoded = ""] = (request.headers.get("authorization") ?? "").split(" ")
        const [consumerKey = "", consumerSecret = ""] = scheme === "Basic" ? atob(encoded).split(":") : []
        const key = keys.find((one) => one.shop === url.origin && one.consumerKey === consumerKey)
        if (!key) return refused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        return key.consumerSecret === consumerSecret ? key : unauthenticated("Consumer Secret is invalid.")
      }

      async function bySignature({ request, url }: Call): Promise<Key | Response> {
        const parameters = Object.fromEntries(url.searchParams)
        const { oauth_signature: signature, ...signed } = parameters
        const { oauth_consumer_key, oauth_nonce = "", oauth_signature_method = "", oauth_timestamp } = signed
        if (!oauth_consumer_key)
          return refused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        const key = keys.find((one) => one.shop === url.origin && one.consumerKey === oauth_consumer_key)
        if (!key) return unauthenticated("Consumer Key is invalid.")
        const algorithm = ({ "HMAC-SHA1": "SHA-1", "HMAC-SHA256": "SHA-256" } as const)[oauth_signature_method]
        if (!algorithm) return unauthenticated("Invalid Signature - signature method is invalid.")
        const query = Object.entries(signed)
          .map(([name, value]) => [encode(name), encode(value)] as const)
          .sort(([left], [right]) => (left < right ? -1 : 1))
          .map((pair) => pair.join("="))
          .join("&")
        const base = [request.method, encode(url.origin + url.pathname), encode(query)].join("&")
        if ((await hmac(algorithm, `${key.consumerSecret}&`, base, "base64")) !== signature) {
          return unauthenticated("Invalid Signature - provided signature does not match.")
        }
        const at = Number(oauth_timestamp) * 1_000
        if (!(Math.abs(at - kit.clock.now()) <= windowMs)) return unauthenticated("Invalid timestamp.")
        if (key.nonces.has(oauth_nonce)) return unauthenticated("Invalid nonce - nonce has already been used.")
        key.nonces.set(oauth_nonce, at)
        return key
      }

      const route = (
        method: "GET" | "POST" | "PUT" | "DELETE",
        path: string,
        answer: (call: Call, shop: string) => Response | Promise<Response>,
      ) => {
        for (const shop of Object.values(shops)) {
          kit.route(method, shop, `/wp-json/wc/v3${path}`, async (call) => {
            const key = await keyOf(call)
            if (key instanceof Response) return key
            const needed = method === "GET" ? "read" : "write"
            if (!key.permissions.split("_").includes(needed))
              return unauthenticated(`The API key provided does not have ${needed} permissions.`)
            return await answer(call, shop)
          })
        }
      }
      const listed = (call: Call, all: readonly object[]) => {
        const perPage = Number(call.url.searchParams.get("per_page") ?? 10)
        const page = Number(call.url.searchParams.get("page") ?? 1)
        return json(all.slice((page - 1) * perPage, page * perPage), {
          headers: {
            "x-wp-total": String(all.length),
            "x-wp-totalpages": String(Math.ceil(all.length / perPage)),
          },
        })
      }
      const orderOf = ({ params }: Call, shop: string) =>
        orders.find((one) => one.shop === shop && String(one.id) === params.id) ??
        refused(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")

      route("GET", "/system_status", (_call, shop) => json({ environment: { home_url: shop, version: "10.4.2" } }))
      route("GET", "/orders", (call, shop) => {
        const status = call.url.searchParams.get("status") ?? "any"
        const found = orders.filter((one) => one.shop === shop && (status === "any" || one.status === status))
        return listed(call, found.reverse().map(shown))
      })
      route("GET", "/orders/{id}", (call, shop) => {
        const order = orderOf(call, shop)
        return order instanceof Response ? order : json(shown(order))
      })
      route("PUT", "/orders/{id}", async (call, shop) => {
        const order = orderOf(call, shop)
        if (order instanceof Response) return order
        const { status } = ((await call.json()) ?? {}) as Partial<Order>
        return json(shown(Object.assign(order, { status })))
      })
      route("GET", "/products", (call, shop) => {
        const search = call.url.searchParams.get("search")?.toLowerCase() ?? ""
        const found = products.filter((one) => one.shop === shop && one.name.toLowerCase().includes(search))
        return listed(call, found.map(shown))
      })
      route("POST", "/products", async (call, shop) => {
        const { name = "", regular_price = "", sku = "" } = ((await call.json()) ?? {}) as Record<string, string>
        if (sku !== "" && products.some((one) => one.shop === shop && one.sku === sku))
          return refused(400, "product_invalid_sku", "Invalid or duplicated SKU.")
        const created = product(10 + products.length, shop, name, regular_price, sku)
        products.push(created)
        return json(shown(created), { status: 201 })
      })

      const webhooks = webhookRoutes(kit, { route, listed, refused, post })

      for (const shop of Object.values(shops)) {
        kit.route(["GET", "POST"], shop, "/wc-auth/v1/authorize", async (call) => {
          const asked = Object.fromEntries(call.url.searchParams)
          const missing = ["app_name", "user_id", "return_url", "callback_url", "scope"].find((name) => !asked[name])
          if (missing) return died(`Missing parameter ${missing}`)
          const { scope = "", user_id = "", return_url = "", callback_url = "" } = asked
          if (!["read", "write", "read_write"].includes(scope)) return died(`Invalid scope ${scope}`)
          if (!callback_url.startsWith("https://")) return died("The callback_url needs to be over SSL")
          const back = new URL(return_url)
          if (call.request.method === "GET") {
            return page(
              "WooCommerce",
              '<form method="post"><button name="decision" value="allow">Approve</button></form>',
            )
          }
          const isAllowed = (await call.form())?.get("decision") === "allow"
          if (isAllowed) {
            const key: Key = {
              id: keys.length + 1,
              shop,
              consumerKey: `ck_${kit.random.string(40, "0123456789abcdef")}`,
              consumerSecret: `cs_${kit.random.string(40, "0123456789abcdef")}`,
              permissions: scope,
              nonces: new Map(),
            }
            const delivery = new Request(callback_url, {
              method: "POST",
              headers: { "content-type": "application/json;charset=UTF-8" },
              body: JSON.stringify({
                key_id: key.id,
                user_id,
                consumer_key: key.consumerKey,
                consumer_secret: key.consumerSecret,
                key_permissions: scope,
              }),
            })
            const answer = await post(delivery)
            if (answer.status !== 200) return died("An error occurred in the request")
            keys.push(key)
          }
          back.searchParams.set("success", isAllowed ? "1" : "0")
          back.searchParams.set("user_id", user_id)
          return redirect(back)
        })
      }
      kit.notFound(() => refused(404, "rest_no_route", "No route was found matching the URL and request method."))
      return { keys, orders, products, posted, webhooks }
    },
  })
}

function product(id: number, shop: string, name: string, price: string, sku: string): Product {
  return { id, shop, name, status: "publish", price, sku }
}

function shown<Row extends { readonly shop: string }>({ shop: _, ...row }: Row): Omit<Row, "shop"> {
  return row
}

function unauthenticated(message: string): Response {
  return refused(401, "woocommerce_rest_authentication_error", message)
}

function refused(status: number, code: string, message: string): Response {
  return json({ code, message, data: { status } }, { status })
}

/** What WordPress shows where it cannot go on. */
function died(message: string): Response {
  return page("Access denied", `<p>Error: ${message}.</p>`, 401)
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
