import { connectorSuite } from "@holdfast/testing"
import { createShopifyEmulator, emulatorApp, exampleOrder, exampleProduct, type ShopifyEmulator } from "./emulator.js"
import { type ShopifyConnector, type ShopifyOptions, shopify } from "./index.js"

type Examples = Parameters<typeof connectorSuite<ShopifyConnector, ShopifyOptions, ShopifyEmulator>>[1]

const first = "first-shop"
const shopId = 548380009

const examples = {
  app: emulatorApp,
  methods: {
    oauth: {
      values: { shop: first },
      account: { id: String(shopId), label: "First shop", data: { shop: first, domain: "first-shop.myshopify.com" } },
      another: { values: { shop: "second-shop" } },
      refused: [
        { values: { shop: "evil.com/x.myshopify.com" }, code: "input_invalid" },
        { values: { shop: "evil.com" }, code: "input_invalid" },
        { values: { shop: "first-shop.myshopify.com.evil.com" }, code: "input_invalid" },
        { values: { shop: "-first-shop" }, code: "input_invalid" },
      ],
    },
  },
  operations: {
    get_order: { parameters: { orderId: "450789469" }, answer: { id: 450789469, name: "#1001", total_price: "49.00" } },
    list_orders: { answer: { orders: [{ name: "#1003" }, { name: "#1002" }, { name: "#1001" }] } },
    get_product: {
      parameters: { productId: "gid://shopify/Product/632910392" },
      answer: { id: 632910392, title: "T-Shirt" },
    },
    list_products: {
      parameters: { status: "active" },
      answer: { products: [{ title: "T-Shirt" }, { title: "Hat" }] },
    },
  },
  errors: [
    {
      when: "there is no such order",
      operation: "get_order",
      parameters: { orderId: "1" },
      code: "resource_not_found",
    },
    {
      when: "there is no such product",
      operation: "get_product",
      parameters: { productId: 1 },
      code: "resource_not_found",
    },
    {
      when: "the cursor is not Shopify's",
      operation: "list_orders",
      parameters: { cursor: "bm9uZQ" },
      code: "provider_rejected",
    },
    {
      when: "too much is asked for",
      operation: "list_products",
      arrange: ({ faults }) =>
        faults.next({
          on: "GET /products.json",
          fault: {
            kind: "status",
            status: 429,
            retryAfterSeconds: 60,
            body: {
              errors:
                "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
            },
          },
        }),
      code: "rate_limited",
    },
    {
      when: "the shop is frozen",
      operation: "list_products",
      arrange: ({ faults }) =>
        faults.next({
          on: "GET /products.json",
          fault: { kind: "status", status: 402, body: { errors: "Unavailable Shop" } },
        }),
      code: "forbidden",
      providerCode: "payment_required",
    },
  ],
  webhooks: {
    signature: ({ provider }) => provider.signature,
    deliveries({ provider }) {
      const of = (topic: string, body: object) => provider.delivery(first, topic, body)
      const order = exampleOrder({ id: 820982911946, name: "#1006" })
      const product = exampleProduct({ id: 788032119674, title: "Socks" })
      const shop = { shop_id: shopId, shop_domain: "first-shop.myshopify.com" }
      return {
        app_uninstalled: of("app/uninstalled", { id: shopId, name: "First shop" }),
        orders_create: of("orders/create", order),
        orders_updated: of("orders/updated", order),
        orders_paid: of("orders/paid", order),
        orders_cancelled: of("orders/cancelled", { ...order, cancelled_at: "2026-11-05T09:00:00-05:00" }),
        products_create: of("products/create", product),
        products_update: of("products/update", product),
        products_delete: of("products/delete", { id: product.id }),
        customers_data_request: of("customers/data_request", {
          ...shop,
          customer: { id: 191167 },
          orders_requested: [],
        }),
        customers_redact: of("customers/redact", { ...shop, customer: { id: 191167 }, orders_to_redact: [] }),
        shop_redact: of("shop/redact", shop),
      }
    },
    ends: ["app_uninstalled"],
    subscriptions: ({ provider }) => provider.subscriptions(first).length,
  },
  skip: { stale_delivery: "Shopify signs no time" },
} satisfies Omit<Examples, "emulator">

connectorSuite(shopify, {
  ...examples,
  emulator: ({ redirectUri }) => createShopifyEmulator({ redirectUris: [redirectUri] }),
})

connectorSuite((options?: ShopifyOptions) => shopify({ ...options, expiringTokens: false }), {
  ...examples,
  emulator: ({ redirectUri }) => createShopifyEmulator({ redirectUris: [redirectUri] }),
})
