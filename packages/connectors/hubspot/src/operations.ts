import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

/** @see https://developers.hubspot.com/docs/guides/api/crm/using-object-apis */
const record = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
})
const found = z.looseObject({
  total: z.number(),
  results: z.array(record),
  paging: z.looseObject({ next: z.looseObject({ after: z.string() }).optional() }).nullish(),
})

const properties = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const id = z.union([z.string().regex(/^\d+$/), z.number().int().positive()]).transform(String)
const contactFields = ["email", "firstname", "lastname", "company", "phone"]

// https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide#association-type-id-values
const noteAssociations = { contact_id: 202, company_id: 190, deal_id: 214 } as const
const noteTargets = ["contact_id", "company_id", "deal_id"] as const

/**
 * Contacts, deals and notes of a HubSpot account.
 * @see https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
 */
export const operations = {
  // https://developers.hubspot.com/docs/api-reference/search/guide
  search_contacts: operation({
    summary: "Find contacts by words or by e-mail address",
    effect: "read",
    scopes: ["crm.objects.contacts.read"],
    input: z
      .object({
        query: z.string().min(1).max(3_000).optional().describe("Looked for in names, e-mail addresses, companies"),
        email: z.email().optional(),
        properties: z.array(z.string().min(1)).optional().describe("Default: name, e-mail address, company, phone"),
        limit: z.number().int().min(1).max(200).default(100),
        after: z.string().min(1).optional().describe("`paging.next.after` of the page before"),
      })
      .optional(),
    output: found,
    trace: ["total"],
    pages: {
      items: (result) => result.results,
      next: ({ paging }) => (paging?.next === undefined ? undefined : { after: paging.next.after }),
    },
    run: ({ http }: Call, { query, email, properties: wanted = contactFields, limit = 100, after } = { limit: 100 }) =>
      http.post("/crm/v3/objects/contacts/search", {
        json: {
          ...(query && { query }),
          ...(email && { filterGroups: [{ filters: [{ propertyName: "email", operator: "EQ", value: email }] }] }),
          properties: wanted,
          limit,
          ...(after && { after }),
        },
        idempotent: true,
        output: found,
      }),
  }),

  // https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
  create_contact: operation({
    summary: "Create a contact",
    effect: "write",
    scopes: ["crm.objects.contacts.write"],
    input: z
      .object({
        email: z.email().optional(),
        firstname: z.string().optional(),
        lastname: z.string().optional(),
        company: z.string().optional(),
        properties: properties.optional().describe("Any others, by their internal names"),
      })
      .refine(
        ({ email, firstname, lastname }) => Boolean(email || firstname || lastname),
        "A contact needs at least one of email, firstname and lastname.",
      ),
    output: record,
    trace: ["id"],
    run: ({ http }: Call, { properties: others, ...fields }) =>
      http.post("/crm/v3/objects/contacts", { json: { properties: { ...others, ...fields } }, output: record }),
  }),

  // https://developers.hubspot.com/docs/api-reference/crm-deals-v3/guide
  update_deal: operation({
    summary: "Change a deal",
    effect: "write",
    scopes: ["crm.objects.deals.write"],
    input: z
      .object({
        deal_id: id,
        dealname: z.string().min(1).optional(),
        amount: z.union([z.string(), z.number()]).optional(),
        dealstage: z.string().min(1).optional().describe("Internal id of the stage"),
        pipeline: z.string().min(1).optional(),
        closedate: z.string().min(1).optional().describe("`2026-12-01T00:00:00Z`"),
        properties: properties.optional().describe("Any others, by their internal names"),
      })
      .refine(({ deal_id: _, ...changes }) => Object.keys(changes).length > 0, "Nothing is to be changed."),
    output: record,
    trace: ["id"],
    run: ({ http }: Call, { deal_id, properties: others, ...fields }) =>
      http.patch("/crm/v3/objects/deals/{deal_id}", {
        path: { deal_id },
        json: { properties: { ...others, ...fields } },
        output: record,
      }),
  }),

  // https://developers.hubspot.com/docs/api-reference/crm-notes-v3/guide
  add_note: operation({
    summary: "Add a note to the timeline of a contact, company or deal",
    effect: "write",
    scopes: ["crm.objects.contacts.write"],
    input: z
      .object({
        body: z.string().min(1).max(65_536),
        contact_id: id.optional(),
        company_id: id.optional(),
        deal_id: id.optional(),
        timestamp: z.iso.datetime().optional().describe("Where it stands on the timeline. Default: now"),
      })
      .refine(
        (given) => noteTargets.some((target) => given[target] !== undefined),
        "Name at least one of contact_id, company_id and deal_id.",
      ),
    output: record,
    trace: ["id"],
    run: ({ http, context }: Call, { body, timestamp, ...targets }) =>
      http.post("/crm/v3/objects/notes", {
        json: {
          properties: {
            hs_note_body: body,
            hs_timestamp: timestamp ?? new Date(context.clock.now()).toISOString(),
          },
          associations: noteTargets.flatMap((target) => {
            const to = targets[target]
            if (to === undefined) return []
            const type = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: noteAssociations[target] }
            return [{ to: { id: to }, types: [type] }]
          }),
        },
        output: record,
      }),
  }),
}
