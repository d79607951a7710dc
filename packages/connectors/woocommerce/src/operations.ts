import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const statuses = ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"] as const

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties */
export const order = z.looseObject({
  id: z.number().int(),
  number: z.string().optional(),
  status: z.string(),
  currency: z.string(),
  total: z.string(),
  date_created: z.string().nullish(),
})

/** @see https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties */
export const product = z.looseObject({
  id: z.number().int(),
  name: z.string(),
  status: z.string(),
  price: z.string(),
  sku: z.string().optional(),
  permalink: z.string().optional(),
})

const page = z.number().int().min(1).default(1)
const perPage = z.number().int().min(1).max(100).default(20)
const orderId = z.number().int().min(1)

/** A page of a list, and the number of the next one. @see https://woocommerce.github.io/woocommerce-rest-api-docs/#pagination */
async function pageOf<Item>(
  http: Call["http"],
  path: string,
  query: Readonly<Record<string, string | number>> & { readonly page: number },
  output: z.ZodType<Item[]>,
) {
  let pages = 1
  const items = await http.get(path, {
    query,
    output,
    onHeaders(headers) {
      pages = Number(headers.get("x-wp-totalpages") ?? 1)
    },
  })
  return { items, ...(query.page < pages && { nextPage: query.page + 1 }) }
}

// https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders
const list_orders = operation({
  summary: "List orders, newest first",
  effect: "read",
  input: z.object({
    page,
    per_page: perPage,
    status: z.enum([...statuses, "any"]).default("any"),
    after: z.iso.datetime({ local: true }).optional().describe("Only orders made after this time"),
  }),
  output: z.object({ orders: z.array(order), nextPage: z.number().optional() }),
  pages: {
    items: ({ orders }) => orders,
    next: ({ nextPage }) => (nextPage === undefined ? undefined : { page: nextPage }),
  },
  async run({ http }: Call, { after, ...query }) {
    const { items, ...rest } = await pageOf(http, "/orders", { ...query, ...(after && { after }) }, z.array(order))
    return { orders: items, ...rest }
  },
})

// https://woocommerce.github.io/woocommerce-rest-api-docs/#retrieve-an-order
const get_order = operation({
  summary: "Read an order",
  effect: "read",
  input: z.object({ order_id: orderId }),
  output: order,
  run: ({ http }: Call, { order_id }) => http.get("/orders/{order_id}", { path: { order_id }, output: order }),
})

// https://woocommerce.github.io/woocommerce-rest-api-docs/#update-an-order
const update_order_status = operation({
  summary: "Set the status of an order",
  effect: "write",
  scopes: ["write"],
  input: z.object({ order_id: orderId, status: z.enum(statuses) }),
  output: order,
  trace: ["id", "status"],
  run: ({ http }: Call, { order_id, status }) =>
    http.put("/orders/{order_id}", { path: { order_id }, json: { status }, output: order }),
})

// https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-products
const list_products = operation({
  summary: "List products",
  effect: "read",
  input: z.object({ page, per_page: perPage, search: z.string().optional() }),
  output: z.object({ products: z.array(product), nextPage: z.number().optional() }),
  pages: {
    items: ({ products }) => products,
    next: ({ nextPage }) => (nextPage === undefined ? undefined : { page: nextPage }),
  },
  async run({ http }: Call, { search, ...query }) {
    const { items, ...rest } = await pageOf(
      http,
      "/products",
      { ...query, ...(search && { search }) },
      z.array(product),
    )
    return { products: items, ...rest }
  },
})

// https://woocommerce.github.io/woocommerce-rest-api-docs/#create-a-product
const create_product = operation({
  summary: "Create a product",
  effect: "write",
  scopes: ["write"],
  input: z.object({
    name: z.string().min(1),
    type: z.enum(["simple", "grouped", "external", "variable"]).default("simple"),
    regular_price: z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .optional(),
    description: z.string().optional(),
    sku: z.string().optional(),
    status: z.enum(["draft", "pending", "private", "publish"]).default("publish"),
  }),
  output: product,
  trace: ["id"],
  run: ({ http }: Call, fields) => http.post("/products", { json: fields, output: product }),
})

/** What can be done in a shop. */
export const operations = { list_orders, get_order, update_order_status, list_products, create_product }
