import * as catalog from "@holdfast/catalog/emulator"
import * as shopifyAt from "@holdfast/shopify/emulator"
import * as woocommerceAt from "@holdfast/woocommerce/emulator"
import * as wordpressAt from "@holdfast/wordpress/emulator"
import { holdPort } from "../held-port.js"
import type { ProviderMaker } from "../provider.js"

const shopify: ProviderMaker = ({ clock, callback }) => ({
  emulator: shopifyAt.createShopifyEmulator({ clock, redirectUris: [callback("shopify")], loopbackWebhooks: true }),
  registrations: { shopify: shopifyAt.emulatorApp },
  origins: ["https://first-shop.myshopify.com", "https://second-shop.myshopify.com"],
  connectors: () => ({
    shopify: {
      answers: { shop: "first-shop" },
      operation: "list_orders",
      parameters: { list_orders: {}, get_order: { orderId: "450789469" }, list_products: {} },
      hints: [["shop", "first-shop"]],
    },
  }),
})

const woocommerce: ProviderMaker = ({ clock }) => {
  const { consumerKey, consumerSecret } = woocommerceAt.seededKeys
  const site = woocommerceAt.shops.secure
  return {
    emulator: woocommerceAt.createWoocommerceEmulator({ clock }),
    connectors: () => ({
      woocommerce: {
        // By keys: for the other method the shop's server posts them to an https address of the app, which this one has not.
        method: "api_key",
        answers: { site, consumerKey, consumerSecret },
        operation: "list_orders",
        parameters: { list_orders: {}, get_order: { order_id: 101 }, list_products: {} },
        hints: [
          ["shop", site],
          ["consumer key", consumerKey],
          ["consumer secret", consumerSecret],
        ],
        tokens: "none",
        revocation: "none",
      },
    }),
  }
}

const wordpress: ProviderMaker = async ({ clock }) => {
  // People type where their own site is, so the stand-in is at an address of its own, not in place of another.
  const port = await holdPort(0)
  const site = `http://localhost:${port.port}`
  const emulator = wordpressAt.createWordpressEmulator({ clock, site, environment: "local" })
  const [user] = wordpressAt.defaultSite.users
  const username = user?.login ?? ""
  return {
    emulator,
    port,
    connectors: () => ({
      wordpress: {
        method: "authorize_application",
        answers: { site },
        operation: "list_posts",
        parameters: { list_posts: {}, create_post: { title: "Hello", content: "From Holdfast" }, list_comments: {} },
        hints: [
          ["site", site],
          ["username", username],
          ["application password", emulator.provider.createPassword(username, "Demo")],
        ],
        tokens: "none",
      },
    }),
  }
}

const wix: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createWixEmulator({ clock, redirectUris: [callback("wix")] }),
  registrations: { wix: catalog.wixApp },
  connectors: () => ({
    wix: {
      operation: "list_contacts",
      parameters: { list_contacts: {}, search_orders: {} },
      renewedBy: "client_credentials",
      // An app stays on a site until somebody removes it there.
      revocation: "none",
    },
  }),
})

const kajabi: ProviderMaker = ({ clock }) => {
  const { client_id, client_secret } = catalog.kajabiKeys.first
  return {
    emulator: catalog.createKajabiEmulator({ clock }),
    connectors: () => ({
      kajabi: {
        answers: { client_id, client_secret },
        operation: "list_sites",
        parameters: { list_sites: {}, list_contacts: {} },
        hints: [
          ["client ID", client_id],
          ["client secret", client_secret],
        ],
        renewedBy: "client_credentials",
        revocation: "none",
      },
    }),
  }
}

/** Shops and sites. */
export const shops = [shopify, woocommerce, wordpress, wix, kajabi]
