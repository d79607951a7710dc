import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const text = z.string()

/** @see https://shopify.dev/docs/api/admin-rest/latest/resources/order */
export const order = z.looseObject({
  id: z.number(),
  admin_graphql_api_id: text.optional(),
  name: text.optional(),
  created_at: text.nullish(),
  updated_at: text.nullish(),
  cancelled_at: text.nullish(),
  closed_at: text.nullish(),
  currency: text.nullish(),
  total_price: text.nullish(),
  financial_status: text.nullish(),
  fulfillment_status: text.nullish(),
  email: text.nullish(),
  line_items: z.array(z.looseObject({ id: z.number() })).optional(),
})

/** @see https://shopify.dev/docs/api/admin-rest/latest/resources/product */
export const product = z.looseObject({
  id: z.number(),
  admin_graphql_api_id: text.optional(),
  title: text.nullish(),
  handle: text.nullish(),
  status: text.nullish(),
  vendor: text.nullish(),
  product_type: text.nullish(),
  created_at: text.nullish(),
  updated_at: text.nullish(),
  variants: z.array(z.looseObject({ id: z.number() })).optional(),
})

/** A number, as text or not, or a global id (`gid://shopify/Order/450789469`). */
function resourceId(kind: "Order" | "Product") {
  const written = text.trim().regex(new RegExp(`^(?:gid://shopify/${kind}/)?\\d{1,20}$`))
  return z.union([z.int().positive(), written]).transform((id) => String(id).replace(/^.*\//, ""))
}

const cursor = text
  .regex(/^[\w+/=-]{1,4096}$/)
  .optional()
  .describe("`nextCursor` of the page before; the filters are those of the first page then")
const limit = z.int().min(1).max(250).default(50)
const when = z.iso.datetime({ offset: true }).optional()
// Shopify names the wider scope alone where it was granted.
const readsOrders = ["read_orders|write_orders"]
const readsProducts = ["read_products|write_products"]

export const operations = {
  get_order: operation({
    summary: "Read an order",
    effect: "read",
    scopes: readsOrders,
    input: z.object({ orderId: resourceId("Order") }),
    output: order,
    trace: ["id", "name", "financial_status"],
    async run({ http }, { orderId: id }) {
      const answer = await http.get("/orders/{id}.json", { path: { id }, output: z.object({ order }) })
      return answer.order
    },
  }),

  list_orders: operation({
    summary: "List orders, newest first; open ones unless told",
    effect: "read",
    scopes: readsOrders,
    input: z.object({
      status: z.enum(["open", "closed", "cancelled", "any"]).default("open"),
      financialStatus: text.optional().describe("paid, pending, refunded, …"),
      fulfillmentStatus: text.optional().describe("shipped, unshipped, partial, unfulfilled"),
      createdAtMin: when,
      updatedAtMin: when,
      limit,
      cursor,
    }),
    output: z.object({ orders: z.array(order), nextCursor: text.optional() }),
    pages: {
      items: (result) => result.orders,
      next: ({ nextCursor }) => (nextCursor === undefined ? undefined : { cursor: nextCursor }),
    },
    async run(call, { limit, cursor, ...filters }) {
      const { items, ...next } = await pageOf(
        call,
        "/orders.json",
        cursor,
        limit,
        z.object({ orders: z.array(order) }),
        {
          status: filters.status,
          financial_status: filters.financialStatus,
          fulfillment_status: filters.fulfillmentStatus,
          created_at_min: filters.createdAtMin,
          updated_at_min: filters.updatedAtMin,
        },
      )
      return { ...items, ...next }
    },
  }),

  get_product: operation({
    summary: "Read a product",
    effect: "read",
    scopes: readsProducts,
    input: z.object({ productId: resourceId("Product") }),
    output: product,
    trace: ["id", "title", "status"],
    async run({ http }, { productId: id }) {
      const answer = await http.get("/products/{id}.json", { path: { id }, output: z.object({ product }) })
      return answer.product
    },
  }),

  list_products: operation({
    summary: "List products",
    effect: "read",
    scopes: readsProducts,
    input: z.object({
      status: z.enum(["active", "archived", "draft"]).optional(),
      vendor: text.optional(),
      updatedAtMin: when,
      limit,
      cursor,
    }),
    output: z.object({ products: z.array(product), nextCursor: text.optional() }),
    pages: {
      items: (result) => result.products,
      next: ({ nextCursor }) => (nextCursor === undefined ? undefined : { cursor: nextCursor }),
    },
    async run(call, { limit, cursor, ...filters }) {
      const { items, ...next } = await pageOf(
        call,
        "/products.json",
        cursor,
        limit,
        z.object({ products: z.array(product) }),
        { status: filters.status, vendor: filters.vendor, updated_at_min: filters.updatedAtMin },
      )
      return { ...items, ...next }
    },
  }),
}

/**
 * One page, and the cursor of the next. A cursor goes with no filter but `limit`: it stands for those of the first page.
 * @see https://shopify.dev/docs/api/admin-rest/usage/pagination
 */
async function pageOf<Items>(
  { http }: Call,
  path: string,
  cursor: string | undefined,
  limit: number,
  output: z.ZodType<Items>,
  filters: Readonly<Record<string, string | undefined>>,
): Promise<{ items: Items; nextCursor?: string }> {
  let next: string | undefined
  const items = await http.get(path, {
    query: { limit, ...(cursor === undefined ? filters : { page_info: cursor }) },
    output,
    onHeaders: (headers) => {
      next = nextCursor(headers.get("link"))
    },
  })
  return { items, ...(next !== undefined && { nextCursor: next }) }
}

/** Of the link nothing but the cursor is used, so it can lead no token elsewhere (ruling X6). */
function nextCursor(link: string | null): string | undefined {
  const address = /<([^<>]*)>\s*;\s*rel="?next"?(?=\s*(?:,|$))/.exec(link ?? "")?.[1] ?? ""
  const found = URL.canParse(address) ? new URL(address).searchParams.get("page_info") : null
  return found !== null && cursor.safeParse(found).success ? found : undefined
}
