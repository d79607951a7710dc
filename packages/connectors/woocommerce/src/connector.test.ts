import { approve } from "@holdfast/emulator"
import { connectorSuite } from "@holdfast/testing"
import {
  createWoocommerceEmulator,
  seededKeys,
  shops,
  type WoocommerceEmulator,
  webhookDelivery,
  woocommerceSignature,
} from "./emulator.js"
import { type WoocommerceConnector, type WoocommerceOptions, woocommerce } from "./index.js"

const site = shops.secure

/** The shop's server posts, and the browser comes back. */
async function visit(emulator: WoocommerceEmulator, url: string, choices: { readonly deny?: boolean }) {
  const before = emulator.provider.posted.length
  const back = await approve((input, init) => emulator.fetch(new Request(input, init)), url, choices)
  return [...emulator.provider.posted.slice(before), back]
}

connectorSuite<WoocommerceConnector, WoocommerceOptions, WoocommerceEmulator>(woocommerce, {
  emulator: () => createWoocommerceEmulator(),
  methods: {
    authorize: {
      values: { site: "shop.example" },
      visit,
      account: { id: "shop.example", label: "shop.example", data: { site } },
      another: { values: { site: shops.plain }, visit },
      withdraw: ({ provider }) => void provider.keys.splice(0),
      alive: ({ provider }) => provider.keys.length > 2,
    },
    api_key: {
      values: { site, ...seededKeys },
      refused: [
        { values: { site, ...seededKeys, consumerSecret: "cs_guessed_and_wrong" }, code: "credential_invalid" },
        { values: { site: "not an address", ...seededKeys }, code: "input_invalid" },
      ],
      account: { id: "shop.example", label: "shop.example", data: { site } },
      another: { values: { site: shops.plain, ...seededKeys } },
      withdraw: ({ provider }) => void provider.keys.splice(0),
      alive: ({ provider }) => provider.keys.length > 0,
    },
  },
  operations: {
    list_orders: { answer: { orders: [{ id: 103 }, { id: 102 }, { id: 101 }] } },
    get_order: { parameters: { order_id: 101 }, answer: { id: 101, status: "processing", total: "101.00" } },
    update_order_status: {
      parameters: { order_id: 101, status: "completed" },
      answer: { id: 101, status: "completed" },
    },
    list_products: { parameters: { search: "mug" }, answer: { products: [{ id: 11, name: "Mug" }] } },
    create_product: {
      parameters: { name: "Tea pot", regular_price: "24.00", sku: "pot" },
      answer: { name: "Tea pot", price: "24.00" },
    },
  },
  errors: [
    {
      when: "there is no such order",
      operation: "get_order",
      parameters: { order_id: 999 },
      code: "resource_not_found",
      providerCode: "woocommerce_rest_shop_order_invalid_id",
    },
    {
      when: "the SKU is taken",
      operation: "create_product",
      parameters: { name: "Another mug", sku: "mug" },
      code: "input_invalid",
      providerCode: "product_invalid_sku",
    },
  ],
  webhooks: {
    own({ provider }) {
      const { delivery_url: url = "", secret = "" } = provider.webhooks.at(-1) ?? {}
      return { url, secret }
    },
    signature: ({ provider }) => woocommerceSignature(provider.webhooks.at(-1)?.secret ?? ""),
    deliveries({ provider: { orders, products } }) {
      const order = { shop: site, ...orders[0] }
      const product = { shop: site, ...products[0] }
      return {
        order_created: webhookDelivery("order.created", order),
        order_updated: webhookDelivery("order.updated", { ...order, status: "completed" }),
        product_updated: webhookDelivery("product.updated", product),
      }
    },
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: { code: "holdfast_unheard_of" } } }),
  skip: { stale_delivery: "WooCommerce signs no time" },
})
