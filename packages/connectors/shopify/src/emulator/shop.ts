/** An order, as the REST Admin API shows it; more fields may be there. */
export interface EmulatedOrder {
  readonly id: number
  readonly name: string
  readonly created_at: string
  readonly updated_at: string
  readonly cancelled_at: string | null
  readonly closed_at: string | null
  readonly currency: string
  readonly total_price: string
  readonly financial_status: string
  readonly fulfillment_status: string | null
  readonly [field: string]: unknown
}

/** A product, as the REST Admin API shows it; more fields may be there. */
export interface EmulatedProduct {
  readonly id: number
  readonly title: string
  readonly status: "active" | "archived" | "draft"
  readonly created_at: string
  readonly updated_at: string
  readonly [field: string]: unknown
}

/** A store that can install the app. */
export interface ShopSeed {
  /** The first label of its `myshopify.com` domain. */
  readonly handle: string
  readonly id: number
  readonly name: string
  readonly email: string
  readonly orders?: readonly EmulatedOrder[]
  readonly products?: readonly EmulatedProduct[]
}

/** A store with what happened to it since it was seeded. */
export interface Shop extends ShopSeed {
  readonly domain: string
  readonly orders: EmulatedOrder[]
  readonly products: EmulatedProduct[]
}

export function createShop(seed: ShopSeed): Shop {
  return {
    ...seed,
    domain: `${seed.handle}.myshopify.com`,
    orders: [...(seed.orders ?? [])],
    products: [...(seed.products ?? [])],
  }
}

/** @see https://shopify.dev/docs/api/admin-rest/latest/resources/shop */
export function shopResource({ id, name, email, domain }: Shop): object {
  return {
    id,
    name,
    email,
    domain,
    myshopify_domain: domain,
    country_code: "CA",
    currency: "CAD",
    iana_timezone: "America/Toronto",
    plan_name: "partner_test",
    primary_locale: "en",
  }
}

/** Makes an order that looks like any other. */
export function exampleOrder(fields: Pick<EmulatedOrder, "id" | "name"> & Partial<EmulatedOrder>): EmulatedOrder {
  return {
    admin_graphql_api_id: `gid://shopify/Order/${fields.id}`,
    created_at: "2026-11-01T09:00:00-05:00",
    updated_at: "2026-11-01T09:05:00-05:00",
    cancelled_at: null,
    closed_at: null,
    currency: "CAD",
    total_price: "49.00",
    financial_status: "paid",
    fulfillment_status: null,
    email: "customer@example.com",
    line_items: [{ id: fields.id * 10 + 1, title: "T-Shirt", quantity: 1, price: "49.00", product_id: 632910392 }],
    ...fields,
  }
}

/** Makes a product that looks like any other. */
export function exampleProduct(
  fields: Pick<EmulatedProduct, "id" | "title"> & Partial<EmulatedProduct>,
): EmulatedProduct {
  return {
    admin_graphql_api_id: `gid://shopify/Product/${fields.id}`,
    body_html: "",
    vendor: "First shop",
    product_type: "Shirts",
    handle: fields.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    status: "active",
    created_at: "2026-10-01T09:00:00-04:00",
    updated_at: "2026-10-02T09:00:00-04:00",
    variants: [{ id: fields.id * 10 + 1, product_id: fields.id, title: "Default Title", price: "49.00", sku: "T-1" }],
    ...fields,
  }
}

/** Two stores: one with a few orders and products, one that is new. */
export const defaultShops: readonly ShopSeed[] = [
  {
    handle: "first-shop",
    id: 548380009,
    name: "First shop",
    email: "owner@first-shop.example",
    orders: [
      exampleOrder({ id: 450789469, name: "#1001" }),
      exampleOrder({ id: 450789470, name: "#1002", financial_status: "pending", total_price: "12.50" }),
      exampleOrder({ id: 450789471, name: "#1003", fulfillment_status: "fulfilled" }),
      exampleOrder({ id: 450789472, name: "#1004", closed_at: "2026-11-03T09:00:00-05:00" }),
      exampleOrder({ id: 450789473, name: "#1005", cancelled_at: "2026-11-04T09:00:00-05:00" }),
    ],
    products: [
      exampleProduct({ id: 632910392, title: "T-Shirt" }),
      exampleProduct({ id: 632910393, title: "Hat" }),
      exampleProduct({ id: 632910394, title: "Scarf", status: "draft" }),
    ],
  },
  { handle: "second-shop", id: 548380010, name: "Second shop", email: "owner@second-shop.example" },
]
