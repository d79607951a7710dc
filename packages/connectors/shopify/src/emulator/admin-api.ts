import {
  type AuthenticatedToken,
  type AuthorizationServer,
  type Call,
  type EmulatorKit,
  json,
} from "@holdfast/emulator"
import { hasScope } from "./installation.js"
import { pageOf } from "./paging.js"
import { type EmulatedOrder, type Shop, shopResource } from "./shop.js"
import type { Subscriptions } from "./subscriptions.js"

const origin = "https://*.myshopify.com"

type Handler = (call: Call, shop: Shop, token: AuthenticatedToken<Shop>) => Response | Promise<Response>

/**
 * What the stand-in has of the REST Admin API. The token goes in a header of Shopify's own, and works at its own shop only.
 * @see https://shopify.dev/docs/api/admin-rest
 * @see https://shopify.dev/docs/api/usage/response-codes
 */
export function adminApi(
  kit: EmulatorKit,
  oauth: AuthorizationServer<Shop>,
  options: { readonly subscriptions: Subscriptions; readonly requiresExpiring: boolean },
): void {
  const { subscriptions, requiresExpiring } = options

  function guarded(scope: string | undefined, handler: Handler) {
    return (call: Call) => {
      const { version } = call.params
      if (version !== undefined && !/^(?:\d{4}-(?:01|04|07|10)|unstable)$/.test(version)) return notFound()
      const found = oauth.inspect(call.request, { header: "x-shopify-access-token" })
      if (found.is !== "live") {
        return failure(401, "[API] Invalid API key or access token (unrecognized login or wrong password)")
      }
      call.note({ grantId: found.grant.id })
      if (requiresExpiring && found.expiresAt === "never") {
        const message =
          "[API] Non-expiring access tokens are no longer accepted for the Admin API. Start using expiring offline tokens."
        return failure(403, message)
      }
      if (scope !== undefined && !hasScope(found.scopes, scope)) {
        return failure(403, `[API] This action requires merchant approval for ${scope} scope.`)
      }
      return handler(call, found.account.data, found)
    }
  }
  const get = (path: string, scope: string | undefined, handler: Handler) =>
    kit.route("GET", origin, `/admin/api/{version}${path}`, guarded(scope, handler), { id: `GET ${path}` })

  get("/shop.json", undefined, (_call, shop) => json({ shop: shopResource(shop) }))
  get("/orders.json", "read_orders", (call, { orders }) =>
    pageOf(call, "orders", (filters) => selectOrders(orders, filters)),
  )
  get("/orders/{id}.json", "read_orders", ({ params }, { orders }) => one("order", orders, params.id))
  get("/products.json", "read_products", (call, { products }) =>
    pageOf(call, "products", ({ status }) =>
      products.filter((product) => !status || status.split(",").includes(product.status)),
    ),
  )
  get("/products/{id}.json", "read_products", ({ params }, { products }) => one("product", products, params.id))
  get("/webhooks.json", undefined, (call, shop) => subscriptions.list(shop, call))
  get("/webhooks/{id}.json", undefined, ({ params }, shop) => subscriptions.show(shop, params.id ?? ""))
  const create: Handler = (call, shop, { scopes }) => subscriptions.create(shop, scopes, call)
  kit.route("POST", origin, "/admin/api/{version}/webhooks.json", guarded(undefined, create), {
    id: "POST /webhooks.json",
  })
  const remove: Handler = ({ params }, shop) => subscriptions.remove(shop, params.id ?? "")
  kit.route("DELETE", origin, "/admin/api/{version}/webhooks/{id}.json", guarded(undefined, remove), {
    id: "DELETE /webhooks/{id}.json",
  })

  // https://shopify.dev/docs/api/admin-rest/latest/resources/accessscope
  const scopes: Handler = (_call, _shop, token) => json({ access_scopes: token.scopes.map((handle) => ({ handle })) })
  kit.route("GET", origin, "/admin/oauth/access_scopes.json", guarded(undefined, scopes), { id: "access_scopes" })
  // https://shopify.dev/docs/apps/build/authentication-authorization/app-installation/uninstall-app-api-request
  const uninstall: Handler = (_call, shop, { account, client }) => {
    oauth.revokeAccount(account.id, client.clientId)
    subscriptions.clear(shop)
    kit.countRevocation()
    return json({})
  }
  kit.route("DELETE", origin, "/admin/api_permissions/current.json", guarded(undefined, uninstall), { id: "uninstall" })
  kit.notFound(notFound)
}

function selectOrders(
  orders: readonly EmulatedOrder[],
  filters: Readonly<Record<string, string>>,
): readonly EmulatedOrder[] | { refused: object } {
  const { status = "open", financial_status: paid, fulfillment_status: sent, created_at_min: since } = filters
  const states: Readonly<Record<string, (order: EmulatedOrder) => boolean>> = {
    any: () => true,
    open: ({ closed_at, cancelled_at }) => closed_at === null && cancelled_at === null,
    closed: ({ closed_at }) => closed_at !== null,
    cancelled: ({ cancelled_at }) => cancelled_at !== null,
  }
  const hasState = Object.hasOwn(states, status) ? states[status] : undefined
  if (!hasState) return { refused: { status: "Invalid value." } }
  return orders
    .filter(
      (order) =>
        hasState(order) &&
        (paid === undefined || paid === "any" || order.financial_status === paid) &&
        (sent === undefined || sent === "any" || (order.fulfillment_status ?? "unfulfilled") === sent) &&
        (since === undefined || Date.parse(order.created_at) >= Date.parse(since)),
    )
    .toSorted((left, right) => right.id - left.id)
}

function one(name: string, items: readonly { readonly id: number }[], id = ""): Response {
  if (!/^\d+$/.test(id)) return json({ errors: { id: "expected String to be a id" } }, { status: 400 })
  const found = items.find((item) => String(item.id) === id)
  return found ? json({ [name]: found }) : notFound()
}

function notFound(): Response {
  return failure(404, "Not Found")
}

function failure(status: number, errors: string): Response {
  return json({ errors }, { status })
}
