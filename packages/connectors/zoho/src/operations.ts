import { type Call, type HttpValue, operation } from "@holdfast/core"
import { z } from "zod"

const id = z.string().regex(/^\d+$/, "An id is a number, written as a text.")
const date = z.iso.date()

/** @see https://www.zoho.com/books/api/v3/introduction/#pagination */
const pageContext = z.looseObject({ page: z.number(), per_page: z.number(), has_more_page: z.boolean() })
const paging = {
  page: z.number().int().min(1).default(1),
  per_page: z.number().int().min(1).max(200).default(200),
}

/** @see https://www.zoho.com/books/api/v3/invoices/ */
const invoice = z.looseObject({
  invoice_id: z.string(),
  invoice_number: z.string().optional(),
  customer_id: z.string().optional(),
  customer_name: z.string().optional(),
  status: z.string().optional(),
  date: z.string().optional(),
  due_date: z.string().optional(),
  total: z.number().optional(),
  balance: z.number().optional(),
  currency_code: z.string().optional(),
})
const invoices = z.looseObject({ invoices: z.array(invoice), page_context: pageContext })

/** @see https://www.zoho.com/books/api/v3/contacts/ */
const contact = z.looseObject({
  contact_id: z.string(),
  contact_name: z.string(),
  company_name: z.string().optional(),
  contact_type: z.string().optional(),
  email: z.string().optional(),
  status: z.string().optional(),
})
const contacts = z.looseObject({ contacts: z.array(contact), page_context: pageContext })

/** Every request names the organization. @see https://www.zoho.com/books/api/v3/introduction/#organization-id */
function within({ account }: Call, query: Readonly<Record<string, HttpValue>> = {}) {
  return { ...query, organization_id: account?.data?.organizationId }
}

function next({ page_context }: { page_context: z.infer<typeof pageContext> }): { page: number } | undefined {
  return page_context.has_more_page ? { page: page_context.page + 1 } : undefined
}

function scopes(what: "invoices" | "contacts", may: "READ" | "CREATE"): string[] {
  return [`ZohoBooks.${what}.${may}|ZohoBooks.${what}.ALL|ZohoBooks.fullaccess.all`]
}

/**
 * Invoices and contacts of the organization that was chosen, or of the one that a call names as its target.
 * @see https://www.zoho.com/books/api/v3/introduction/
 */
export const operations = {
  // https://www.zoho.com/books/api/v3/invoices/#list-invoices
  list_invoices: operation({
    summary: "List invoices, all or some",
    effect: "read",
    scopes: scopes("invoices", "READ"),
    input: z
      .object({
        status: z.enum(["sent", "draft", "overdue", "paid", "void", "unpaid", "partially_paid", "viewed"]).optional(),
        customer_id: id.optional(),
        search_text: z.string().min(1).optional().describe("Looked for in numbers, references and names of customers"),
        date_start: date.optional(),
        date_end: date.optional(),
        ...paging,
      })
      .prefault({}),
    output: invoices,
    pages: { items: (result) => result.invoices, next },
    run: (call: Call, parameters) => call.http.get("/invoices", { query: within(call, parameters), output: invoices }),
  }),

  // https://www.zoho.com/books/api/v3/invoices/#get-an-invoice
  get_invoice: operation({
    summary: "Look up an invoice with its lines",
    effect: "read",
    scopes: scopes("invoices", "READ"),
    input: z.object({ invoice_id: id }),
    output: invoice,
    trace: ["invoice_id"],
    run: async (call: Call, { invoice_id }) => {
      const output = z.looseObject({ invoice })
      const path = { invoice_id }
      return (await call.http.get("/invoices/{invoice_id}", { path, query: within(call), output })).invoice
    },
  }),

  // https://www.zoho.com/books/api/v3/invoices/#create-an-invoice
  create_invoice: operation({
    summary: "Create an invoice, as a draft unless it is to be sent",
    effect: "write",
    scopes: scopes("invoices", "CREATE"),
    input: z.object({
      customer_id: id,
      line_items: z
        .array(
          z
            .looseObject({
              item_id: id.optional(),
              name: z.string().min(1).optional(),
              description: z.string().optional(),
              rate: z.number().optional(),
              quantity: z.number().optional(),
            })
            .refine(({ item_id, name }) => item_id !== undefined || name !== undefined, "Give item_id or name."),
        )
        .min(1),
      invoice_number: z.string().min(1).optional().describe("Default: the next one"),
      reference_number: z.string().optional(),
      date: date.optional(),
      due_date: date.optional(),
      notes: z.string().optional(),
      send: z.boolean().optional().describe("E-mails it to the customer's contact persons"),
    }),
    output: invoice,
    trace: ["invoice_id"],
    run: async (call: Call, { send, ...json }) => {
      const query = within(call, {
        ...(send && { send }),
        ...(json.invoice_number !== undefined && { ignore_auto_number_generation: true }),
      })
      const output = z.looseObject({ invoice })
      return (await call.http.post("/invoices", { query, json, output })).invoice
    },
  }),

  // https://www.zoho.com/books/api/v3/contacts/#list-contacts
  list_contacts: operation({
    summary: "List customers and vendors, all or some",
    effect: "read",
    scopes: scopes("contacts", "READ"),
    input: z
      .object({
        contact_type: z.enum(["customer", "vendor"]).optional(),
        contact_name: z.string().min(1).optional(),
        email: z.string().min(1).optional(),
        search_text: z.string().min(1).optional(),
        ...paging,
      })
      .prefault({}),
    output: contacts,
    pages: { items: (result) => result.contacts, next },
    run: (call: Call, parameters) => call.http.get("/contacts", { query: within(call, parameters), output: contacts }),
  }),

  // https://www.zoho.com/books/api/v3/contacts/#create-a-contact
  create_contact: operation({
    summary: "Create a customer or a vendor",
    effect: "write",
    scopes: scopes("contacts", "CREATE"),
    input: z.object({
      contact_name: z.string().min(1).max(200).describe("As it is shown; each may be there once"),
      company_name: z.string().max(200).optional(),
      contact_type: z.enum(["customer", "vendor"]).optional().describe("Default: customer"),
      contact_persons: z
        .array(
          z.looseObject({
            first_name: z.string().optional(),
            last_name: z.string().optional(),
            email: z.email().optional(),
            phone: z.string().optional(),
            is_primary_contact: z.boolean().optional(),
          }),
        )
        .optional(),
      billing_address: z.looseObject({}).optional(),
      notes: z.string().optional(),
    }),
    output: contact,
    trace: ["contact_id"],
    run: async (call: Call, json) => {
      const output = z.looseObject({ contact })
      return (await call.http.post("/contacts", { query: within(call), json, output })).contact
    },
  }),
}
