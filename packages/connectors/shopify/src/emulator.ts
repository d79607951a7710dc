import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  deliver,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
} from "@holdfast/emulator"
import { adminApi } from "./emulator/admin-api.js"
import { installations } from "./emulator/installation.js"
import { createShop, defaultShops, exampleOrder, type Shop, type ShopSeed, shopResource } from "./emulator/shop.js"
import { deliveryOf, type Subscription, shopifySignature, subscriptions } from "./emulator/subscriptions.js"

export {
  defaultShops,
  type EmulatedOrder,
  type EmulatedProduct,
  exampleOrder,
  exampleProduct,
  type Shop,
  type ShopSeed,
} from "./emulator/shop.js"
export { type Subscription, shopifySignature } from "./emulator/subscriptions.js"

/** The registration that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "1a2b3c4d5e6f70819203a4b5c6d7e8f9",
  clientSecret: "emulated-shopify-client-secret",
}

/** What a test or a demo may choose. Every field has a default. */
export interface ShopifyEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultShops}. */
  shops?: readonly ShopSeed[]
  /** Whether the Admin API refuses tokens that never end, as it does for public apps. Default false. */
  requiresExpiring?: boolean
  /** Whether deliveries may be asked for at loopback addresses, for a demo. Shopify refuses them, and so does the default. */
  loopbackWebhooks?: boolean
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface ShopifyProvider {
  readonly oauth: AuthorizationServer<Shop>
  /** Signs deliveries with the app's client secret. */
  readonly signature: DeliverySignature
  /** By its handle, the first label of its domain. @throws TypeError for a shop that was not seeded */
  shop(handle: string): Shop
  subscriptions(handle: string): readonly Subscription[]
  /** A delivery of a topic, with the query of the address that was subscribed to it. */
  delivery(handle: string, topic: string, body: object): Delivery & { readonly query?: string }
  /** The merchant removes the app: its tokens end, and one last delivery says so. */
  uninstall(handle: string): Delivery & { readonly query?: string }
}

export type ShopifyEmulator = Emulator<ShopifyProvider>

/**
 * A strict stand-in for Shopify, written from its documentation: installation with signed callbacks, expiring and non-expiring offline
 * tokens, the REST Admin API with scopes for each resource, cursor pages and webhooks.
 * @see https://shopify.dev/docs/api
 */
export function createShopifyEmulator(options: ShopifyEmulatorOptions = {}): ShopifyEmulator {
  const app = { ...emulatorApp, ...options.app }
  return createEmulator<ShopifyProvider>({
    name: "shopify",
    origins: ["https://*.myshopify.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const shops = (options.shops ?? defaultShops).map(createShop)
      const oauth = installations(kit, {
        ...app,
        redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/shopify"],
        shops,
      })
      const subscribed = subscriptions(kit, options.loopbackWebhooks ?? false)
      adminApi(kit, oauth, { subscriptions: subscribed, requiresExpiring: options.requiresExpiring ?? false })
      const shopOf = (handle: string) => {
        const found = shops.find((shop) => shop.handle === handle)
        if (!found) throw new TypeError(`"${handle}" is no shop of the emulator`)
        return found
      }
      const provider: ShopifyProvider = {
        oauth,
        signature: shopifySignature(app.clientSecret),
        shop: shopOf,
        subscriptions: (handle) => subscribed.of(shopOf(handle)),
        delivery(handle, topic, body) {
          const shop = shopOf(handle)
          const asked = subscribed.of(shop).find((one) => one.topic === topic)
          return deliveryOf(kit, shop, topic, body, asked?.address)
        },
        uninstall(handle) {
          const shop = shopOf(handle)
          const last = provider.delivery(handle, "app/uninstalled", shopResource(shop))
          oauth.revokeAccount(String(shop.id))
          subscribed.clear(shop)
          return last
        },
      }
      addActions(kit, provider)
      return provider
    },
  })
}

/** For the demo and for tests in another process. */
function addActions(kit: EmulatorKit, provider: ShopifyProvider): void {
  const send = async (handle: string, topic: string, body: object) => {
    const asked = provider.subscriptions(handle).filter((one) => one.topic === topic)
    const shop = provider.shop(handle)
    const options = { signature: provider.signature, clock: kit.clock }
    const statuses = asked.map(async ({ address }) => {
      const answer = await deliver(deliveryOf(kit, shop, topic, body), { url: address }, options)
      return answer.status
    })
    return await Promise.all(statuses)
  }
  kit.action("create_order", async (input) => {
    const { shop: handle = "first-shop" } = (input ?? {}) as { shop?: string }
    const { orders } = provider.shop(handle)
    const id = Math.max(450789468, ...orders.map((order) => order.id)) + 1
    const order = exampleOrder({ id, name: `#${1001 + orders.length}` })
    orders.push(order)
    return { order, delivered: await send(handle, "orders/create", order) }
  })
  kit.action("uninstall", async (input) => {
    const { shop: handle = "first-shop" } = (input ?? {}) as { shop?: string }
    const delivered = await send(handle, "app/uninstalled", shopResource(provider.shop(handle)))
    provider.uninstall(handle)
    return { delivered }
  })
  kit.action("subscriptions", (input) =>
    provider.subscriptions((input as { shop: string }).shop).map(({ topic, address }) => ({ topic, address })),
  )
}
