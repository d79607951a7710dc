import { type Call, HoldfastError, operation } from "@holdfast/core"
import { z } from "zod"

const object = z.looseObject({})

/** @see https://developers.notion.com/reference/page */
const page = z.looseObject({
  object: z.literal("page"),
  id: z.string(),
  url: z.string().optional(),
  parent: object.optional(),
  properties: object.optional(),
  created_time: z.string().optional(),
  last_edited_time: z.string().optional(),
})

/** @see https://developers.notion.com/reference/intro#pagination */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.looseObject({ results: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() })
}

const found = listOf(z.looseObject({ object: z.string(), id: z.string(), url: z.string().nullish() }))
const pages = listOf(z.looseObject({ object: z.string(), id: z.string(), properties: object.optional() }))
const blocks = listOf(z.looseObject({ object: z.literal("block"), id: z.string(), type: z.string().optional() }))

/** @see https://developers.notion.com/reference/database */
const database = z.looseObject({ data_sources: z.array(z.looseObject({ id: z.string(), name: z.string().nullish() })) })

const id = z.string().min(1).describe("With or without dashes")
const paging = {
  page_size: z.number().int().min(1).max(100).optional(),
  start_cursor: z.string().min(1).optional().describe("`next_cursor` of the page before"),
}

/**
 * Pages, the rows of databases, and blocks: whatever was shared with the connection.
 * @see https://developers.notion.com/reference/intro
 */
export const operations = {
  // https://developers.notion.com/reference/post-search
  search: operation({
    summary: "Find pages and data sources by their title",
    effect: "read",
    input: z
      .object({
        query: z.string().optional(),
        filter: z.object({ property: z.literal("object"), value: z.enum(["page", "data_source"]) }).optional(),
        sort: z
          .object({ timestamp: z.literal("last_edited_time"), direction: z.enum(["ascending", "descending"]) })
          .optional(),
        ...paging,
      })
      .optional(),
    output: found,
    pages: {
      items: (result) => result.results,
      next: ({ next_cursor }) => (next_cursor === null ? undefined : { start_cursor: next_cursor }),
    },
    run: ({ http }: Call, parameters) =>
      http.post("/search", { json: parameters ?? {}, idempotent: true, output: found }),
  }),

  // https://developers.notion.com/reference/retrieve-a-page
  get_page: operation({
    summary: "Look up a page with its properties",
    effect: "read",
    input: z.object({ page_id: id }),
    output: page,
    trace: ["id"],
    run: ({ http }: Call, { page_id }) => http.get("/pages/{page_id}", { path: { page_id }, output: page }),
  }),

  // https://developers.notion.com/reference/post-page
  create_page: operation({
    summary: "Create a page below another one, or as a row of a data source",
    effect: "write",
    input: z.object({
      parent: z.union([z.object({ page_id: id }), z.object({ data_source_id: id })]),
      properties: object.describe("By name, as the data source has them; below a page, `title` alone"),
      children: z.array(object).max(100).optional().describe("Blocks"),
      icon: object.optional(),
      cover: object.optional(),
    }),
    output: page,
    trace: ["id"],
    run: ({ http }: Call, { parent, ...body }) => {
      const type = "page_id" in parent ? "page_id" : "data_source_id"
      return http.post("/pages", { json: { parent: { type, ...parent }, ...body }, output: page })
    },
  }),

  // https://developers.notion.com/reference/query-a-data-source
  query_database: operation({
    summary: "Read rows of a database: of its one data source, or of the one that is named",
    effect: "read",
    input: z
      .object({
        database_id: id.optional(),
        data_source_id: id.optional(),
        filter: object.optional(),
        sorts: z.array(object).optional(),
        ...paging,
      })
      .refine(
        (given) => (given.database_id === undefined) !== (given.data_source_id === undefined),
        "Give either database_id or data_source_id.",
      ),
    output: pages,
    pages: {
      items: (result) => result.results,
      next: ({ next_cursor }) => (next_cursor === null ? undefined : { start_cursor: next_cursor }),
    },
    run: async (call: Call, { database_id, data_source_id, ...json }) => {
      const source = data_source_id ?? (await onlyDataSource(call, database_id ?? ""))
      const path = { data_source_id: source }
      return await call.http.post("/data_sources/{data_source_id}/query", {
        path,
        json,
        idempotent: true,
        output: pages,
      })
    },
  }),

  // https://developers.notion.com/reference/patch-block-children
  append_block_children: operation({
    summary: "Add blocks to the end of a page or block",
    effect: "write",
    input: z.object({ block_id: id.describe("Of a block, or of a page"), children: z.array(object).min(1).max(100) }),
    output: blocks,
    run: ({ http }: Call, { block_id, children }) =>
      http.patch("/blocks/{block_id}/children", { path: { block_id }, json: { children }, output: blocks }),
  }),
}

/** Since version 2025-09-03 rows belong to the data sources of a database, which are several at times. */
async function onlyDataSource({ http }: Call, database_id: string): Promise<string> {
  const { data_sources } = await http.get("/databases/{database_id}", { path: { database_id }, output: database })
  const [first, ...others] = data_sources
  if (first && others.length === 0) return first.id
  const known = data_sources.map(({ id, name }) => (name ? `${id} (${name})` : id)).join(", ")
  throw new HoldfastError(
    "input_invalid",
    `This database has ${data_sources.length} data sources. Give data_source_id: ${known || "there is none"}.`,
    { details: { connector: "notion", operation: "query_database" } },
  )
}
