import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm */
const record = z.looseObject({ attributes: z.looseObject({ type: z.string(), url: z.string().optional() }) })
const found = z.looseObject({
  totalSize: z.number(),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(record),
})
const searched = z.looseObject({ searchRecords: z.array(record) })
const created = z.looseObject({ id: z.string(), success: z.literal(true) })
const described = z.looseObject({
  name: z.string(),
  label: z.string(),
  fields: z.array(z.looseObject({ name: z.string(), label: z.string(), type: z.string() })),
})

const object = z
  .string()
  .regex(/^[A-Za-z]\w*$/)
  .describe("API name: `Account`, `Invoice__c`")
const id = z.string().regex(/^(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})$/, "An id has 15 or 18 letters and digits.")
const fields = z
  .record(z.string().regex(/^\w+$/), z.unknown())
  .refine((given) => Object.keys(given).length > 0, "Nothing is to be written.")
const nextRecordsUrl = z.string().regex(/^\/services\/data\/v\d+\.\d+\/query\/[\w-]+$/)
// `full` has whatever `api` has: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
const scopes = ["api|full"]

/**
 * Records of an org by SOQL, SOSL and id.
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm
 */
export const operations = {
  // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm
  query: operation({
    summary: "Read records by a SOQL query",
    effect: "read",
    scopes,
    input: z
      .object({
        soql: z.string().min(1).optional().describe("`SELECT Id, Name FROM Account WHERE Industry = 'Energy'`"),
        next_records_url: nextRecordsUrl.optional().describe("`nextRecordsUrl` of the page before, instead of `soql`"),
      })
      .refine(
        ({ soql, next_records_url }) => (soql === undefined) !== (next_records_url === undefined),
        "Give either soql or next_records_url.",
      ),
    output: found,
    trace: ["totalSize"],
    pages: {
      items: ({ records }) => records,
      next: ({ nextRecordsUrl }) =>
        nextRecordsUrl === undefined ? undefined : { soql: undefined, next_records_url: nextRecordsUrl },
    },
    run: ({ http }: Call, { soql, next_records_url }) =>
      next_records_url === undefined
        ? http.get("/query", { query: { q: soql }, output: found })
        : http.get("/query/{locator}", { path: { locator: next_records_url.split("/").at(-1) ?? "" }, output: found }),
  }),

  // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_search.htm
  search: operation({
    summary: "Find records in several objects by a SOSL search",
    effect: "read",
    scopes,
    input: z.object({ sosl: z.string().min(1).describe("`FIND {Acme} IN NAME FIELDS RETURNING Account(Id, Name)`") }),
    output: searched,
    run: ({ http }: Call, { sosl }) => http.get("/search", { query: { q: sosl }, output: searched }),
  }),

  // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_get_field_values.htm
  get_record: operation({
    summary: "Look up a record by its id",
    effect: "read",
    scopes,
    input: z.object({
      object,
      id,
      fields: z.array(z.string().min(1)).min(1).optional().describe("API names. Default: all"),
    }),
    output: record,
    run: ({ http }: Call, { object, id, fields: wanted }) =>
      http.get("/sobjects/{object}/{id}", {
        path: { object, id },
        ...(wanted && { query: { fields: wanted.join(",") } }),
        output: record,
      }),
  }),

  // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm
  create_record: operation({
    summary: "Create a record",
    effect: "write",
    scopes,
    input: z.object({ object, fields: fields.describe('By API name: `{ Name: "Acme" }`') }),
    output: created,
    trace: ["id"],
    run: ({ http }: Call, { object, fields: json }) =>
      http.post("/sobjects/{object}", { path: { object }, json, output: created }),
  }),

  // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm
  update_record: operation({
    summary: "Change fields of a record",
    effect: "write",
    scopes,
    input: z.object({ object, id, fields: fields.describe("Those that change, by API name") }),
    output: z.object({ id: z.string(), success: z.literal(true) }),
    trace: ["id"],
    async run({ http }: Call, { object, id, fields: json }) {
      // Answers 204 and no body. The same fields written twice are the same record.
      await http.patch("/sobjects/{object}/{id}", { path: { object, id }, json, idempotent: true })
      return { id, success: true as const }
    },
  }),

  // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_describe.htm
  describe_object: operation({
    summary: "Say which fields an object has",
    effect: "read",
    scopes,
    input: z.object({ object }),
    output: described,
    trace: ["name"],
    run: ({ http }: Call, { object }) =>
      http.get("/sobjects/{object}/describe", { path: { object }, output: described }),
  }),
}
