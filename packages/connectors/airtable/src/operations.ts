import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

/** @see https://airtable.com/developers/web/api/list-bases */
const bases = z.looseObject({
  bases: z.array(z.looseObject({ id: z.string(), name: z.string(), permissionLevel: z.string().optional() })),
  offset: z.string().optional(),
})

/** @see https://airtable.com/developers/web/api/get-record */
const record = z.looseObject({
  id: z.string(),
  createdTime: z.string().optional(),
  fields: z.record(z.string(), z.unknown()),
})
const records = z.looseObject({ records: z.array(record), offset: z.string().optional() })

const place = {
  base_id: z
    .string()
    .regex(/^app\w+$/, "The id of a base begins with app.")
    .describe("`app…`, as in the base's address"),
  table: z.string().min(1).describe("Name or id (`tbl…`)"),
}
const fields = z.record(z.string(), z.unknown()).describe("Values by the names or ids of fields")
const typecast = z.boolean().optional().describe("Whether Airtable may convert texts, and add choices")

/**
 * Bases, and the records of their tables.
 * @see https://airtable.com/developers/web/api/introduction
 */
export const operations = {
  // https://airtable.com/developers/web/api/list-bases
  list_bases: operation({
    summary: "List the bases that may be used",
    effect: "read",
    scopes: ["schema.bases:read"],
    input: z.object({ offset: z.string().min(1).optional().describe("`offset` of the page before") }).optional(),
    output: bases,
    pages: {
      items: (result) => result.bases,
      next: ({ offset }) => (offset === undefined ? undefined : { offset }),
    },
    run: ({ http }: Call, parameters) =>
      http.get("/meta/bases", { query: { offset: parameters?.offset }, output: bases }),
  }),

  // https://airtable.com/developers/web/api/list-records
  list_records: operation({
    summary: "Read records of a table",
    effect: "read",
    scopes: ["data.records:read"],
    input: z.object({
      ...place,
      view: z.string().min(1).optional(),
      filter_by_formula: z.string().min(1).optional().describe("`{Done} = 0`"),
      fields: z.array(z.string().min(1)).optional(),
      sort: z.array(z.object({ field: z.string().min(1), direction: z.enum(["asc", "desc"]).optional() })).optional(),
      max_records: z.number().int().positive().optional(),
      page_size: z.number().int().min(1).max(100).optional(),
      offset: z.string().min(1).optional().describe("`offset` of the page before"),
    }),
    output: records,
    pages: {
      items: (result) => result.records,
      next: ({ offset }) => (offset === undefined ? undefined : { offset }),
    },
    run: ({ http }: Call, { base_id, table, filter_by_formula, max_records, page_size, ...asked }) =>
      // The form of it that has no limit to the length of a formula.
      http.post("/{base_id}/{table}/listRecords", {
        path: { base_id, table },
        json: { ...asked, filterByFormula: filter_by_formula, maxRecords: max_records, pageSize: page_size },
        idempotent: true,
        output: records,
      }),
  }),

  // https://airtable.com/developers/web/api/create-records
  create_record: operation({
    summary: "Create a record",
    effect: "write",
    scopes: ["data.records:write"],
    input: z.object({ ...place, fields, typecast }),
    output: record,
    trace: ["id"],
    run: ({ http }: Call, { base_id, table, ...json }) =>
      http.post("/{base_id}/{table}", { path: { base_id, table }, json, output: record }),
  }),

  // https://airtable.com/developers/web/api/update-record
  update_record: operation({
    summary: "Change fields of a record; the others stay",
    effect: "write",
    scopes: ["data.records:write"],
    input: z.object({
      ...place,
      record_id: z.string().regex(/^rec\w+$/, "The id of a record begins with rec."),
      fields,
      typecast,
    }),
    output: record,
    trace: ["id"],
    run: ({ http }: Call, { base_id, table, record_id, ...json }) =>
      http.patch("/{base_id}/{table}/{record_id}", { path: { base_id, table, record_id }, json, output: record }),
  }),
}
