import { type Call, HoldfastError, operation } from "@holdfast/core"
import { z } from "zod"

const contact = z.looseObject({
  ContactID: z.string(),
  Name: z.string().optional(),
  EmailAddress: z.string().nullish(),
  ContactStatus: z.string().optional(),
})

/** @see https://developer.xero.com/documentation/api/accounting/invoices */
const invoice = z.looseObject({
  InvoiceID: z.string(),
  Type: z.string(),
  Status: z.string(),
  InvoiceNumber: z.string().nullish(),
  Reference: z.string().nullish(),
  Contact: contact.optional(),
  LineItems: z.array(z.looseObject({ Description: z.string().nullish(), LineAmount: z.number().nullish() })).optional(),
  DateString: z.string().nullish(),
  DueDateString: z.string().nullish(),
  CurrencyCode: z.string().nullish(),
  SubTotal: z.number().nullish(),
  TotalTax: z.number().nullish(),
  Total: z.number().nullish(),
  AmountDue: z.number().nullish(),
})

// https://developer.xero.com/documentation/api/accounting/requests-and-responses#paging
const pagination = z.looseObject({
  page: z.number(),
  pageSize: z.number(),
  pageCount: z.number(),
  itemCount: z.number(),
})
const invoices = z.looseObject({ Invoices: z.array(invoice), pagination: pagination.optional() })
const contacts = z.looseObject({ Contacts: z.array(contact), pagination: pagination.optional() })

const date = z.iso.date().describe("`2026-12-31`")
const paging = {
  page: z.number().int().min(1).default(1),
  page_size: z.number().int().min(1).max(1_000).default(100),
  where: z.string().min(1).optional().describe('Xero\'s filter: `Total>100 AND Type=="ACCREC"`'),
  order: z.string().min(1).optional().describe("`UpdatedDateUTC DESC`"),
}
const key = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe("The same key again is answered as before, and makes no second one")

// Apps made before 2026-03-02 may still have the broad scopes: https://developer.xero.com/documentation/guides/oauth2/scopes
const writesInvoices = "accounting.invoices|accounting.transactions"
const readsInvoices = `${writesInvoices}|accounting.invoices.read|accounting.transactions.read`
const writesContacts = "accounting.contacts"
const readsContacts = `${writesContacts}|accounting.contacts.read`

/**
 * Invoices and contacts of an organisation.
 * @see https://developer.xero.com/documentation/api/accounting/overview
 */
export const operations = {
  // https://developer.xero.com/documentation/api/accounting/invoices#put-invoices
  create_invoice: operation({
    summary: "Create an invoice or a bill",
    effect: "write",
    scopes: [writesInvoices],
    input: z.object({
      contact_id: z.uuid(),
      line_items: z
        .array(
          z.object({
            description: z.string().min(1),
            quantity: z.number().optional(),
            unit_amount: z.number().optional(),
            account_code: z.string().min(1).optional(),
            item_code: z.string().min(1).optional(),
            tax_type: z.string().min(1).optional(),
          }),
        )
        .min(1),
      type: z.enum(["ACCREC", "ACCPAY"]).default("ACCREC").describe("A sales invoice, or a bill"),
      status: z.enum(["DRAFT", "SUBMITTED", "AUTHORISED"]).default("DRAFT"),
      invoice_number: z.string().min(1).max(255).optional(),
      reference: z.string().min(1).max(255).optional(),
      date: date.optional(),
      due_date: date.optional().describe("Required of an invoice that is authorised"),
      currency_code: z.string().length(3).optional(),
      line_amount_types: z.enum(["Exclusive", "Inclusive", "NoTax"]).optional(),
      idempotency_key: key,
    }),
    output: invoice,
    trace: ["InvoiceID", "Status"],
    async run({ http }: Call, { contact_id, line_items, idempotency_key, ...given }) {
      const { Invoices } = await http.put("/Invoices", {
        ...keyed(idempotency_key),
        json: {
          Invoices: [
            {
              Type: given.type,
              Status: given.status,
              Contact: { ContactID: contact_id },
              InvoiceNumber: given.invoice_number,
              Reference: given.reference,
              Date: given.date,
              DueDate: given.due_date,
              CurrencyCode: given.currency_code,
              LineAmountTypes: given.line_amount_types,
              LineItems: line_items.map((line) => ({
                Description: line.description,
                Quantity: line.quantity,
                UnitAmount: line.unit_amount,
                AccountCode: line.account_code,
                ItemCode: line.item_code,
                TaxType: line.tax_type,
              })),
            },
          ],
        },
        output: invoices,
      })
      return onlyOf(Invoices)
    },
  }),

  // https://developer.xero.com/documentation/api/accounting/invoices#get-invoices
  get_invoice: operation({
    summary: "Read an invoice with its lines",
    effect: "read",
    scopes: [readsInvoices],
    input: z.object({ invoice_id: z.string().min(1).describe("Its id or its number") }),
    output: invoice,
    trace: ["InvoiceID", "Status"],
    async run({ http }: Call, { invoice_id }) {
      return onlyOf((await http.get("/Invoices/{invoice_id}", { path: { invoice_id }, output: invoices })).Invoices)
    },
  }),

  // https://developer.xero.com/documentation/api/accounting/invoices#get-invoices
  list_invoices: operation({
    summary: "List invoices, a page at a time",
    effect: "read",
    scopes: [readsInvoices],
    input: z
      .object({
        ...paging,
        statuses: z.array(z.enum(["DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED"])).optional(),
        contact_ids: z.array(z.uuid()).optional(),
        modified_since: z.iso.datetime().optional(),
      })
      .prefault({}),
    output: invoices,
    run: ({ http }: Call, { page, page_size, where, order, statuses, contact_ids, modified_since }) =>
      http.get("/Invoices", {
        query: { page, pageSize: page_size, where, order, Statuses: statuses?.join(), ContactIDs: contact_ids?.join() },
        ...since(modified_since),
        output: invoices,
      }),
    pages: { items: ({ Invoices }) => Invoices, next: ({ pagination }) => after(pagination) },
  }),

  // https://developer.xero.com/documentation/api/accounting/contacts#get-contacts
  list_contacts: operation({
    summary: "List contacts, a page at a time",
    effect: "read",
    scopes: [readsContacts],
    input: z
      .object({
        ...paging,
        search: z.string().min(1).optional().describe("Looked for in names, e-mail addresses and numbers"),
        include_archived: z.boolean().optional(),
        modified_since: z.iso.datetime().optional(),
      })
      .prefault({}),
    output: contacts,
    run: ({ http }: Call, { page, page_size, where, order, search, include_archived, modified_since }) =>
      http.get("/Contacts", {
        query: { page, pageSize: page_size, where, order, searchTerm: search, includeArchived: include_archived },
        ...since(modified_since),
        output: contacts,
      }),
    pages: { items: ({ Contacts }) => Contacts, next: ({ pagination }) => after(pagination) },
  }),

  // https://developer.xero.com/documentation/api/accounting/contacts#put-contacts
  create_contact: operation({
    summary: "Create a contact",
    effect: "write",
    scopes: [writesContacts],
    input: z.object({
      name: z.string().min(1).max(255).describe("Unique in the organisation"),
      email: z.email().optional(),
      first_name: z.string().optional(),
      last_name: z.string().optional(),
      phone: z.string().optional(),
      idempotency_key: key,
    }),
    output: contact,
    trace: ["ContactID"],
    async run({ http }: Call, { name, email, first_name, last_name, phone, idempotency_key }) {
      const { Contacts } = await http.put("/Contacts", {
        ...keyed(idempotency_key),
        json: {
          Contacts: [
            {
              Name: name,
              EmailAddress: email,
              FirstName: first_name,
              LastName: last_name,
              ...(phone && { Phones: [{ PhoneType: "DEFAULT", PhoneNumber: phone }] }),
            },
          ],
        },
        output: contacts,
      })
      return onlyOf(Contacts)
    },
  }),
}

/** PUT creates here: sent twice, it makes two, unless a key says that it is one. https://developer.xero.com/documentation/guides/idempotent-requests/idempotency */
function keyed(idempotencyKey: string | undefined) {
  return idempotencyKey === undefined
    ? { idempotent: false }
    : { idempotent: true, headers: { "idempotency-key": idempotencyKey } }
}

function since(time: string | undefined) {
  return time === undefined ? {} : { headers: { "if-modified-since": time } }
}

function after(shown: z.output<typeof pagination> | undefined): { page: number } | undefined {
  return shown && shown.page < shown.pageCount ? { page: shown.page + 1 } : undefined
}

function onlyOf<One>([first]: readonly One[]): One {
  if (first === undefined) throw new HoldfastError("response_invalid", "The answer has nothing in it.")
  return first
}
