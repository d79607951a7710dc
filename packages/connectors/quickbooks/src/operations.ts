import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

/** What every call asks for, and gets since August 2025 anyway. @see https://blogs.intuit.com/2025/01/21/changes-to-our-accounting-api-that-may-impact-your-application/ */
export const minorversion = 75

const reference = z.looseObject({ value: z.string(), name: z.string().optional() })

/** @see https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer */
const customer = z.looseObject({
  Id: z.string(),
  DisplayName: z.string().optional(),
  SyncToken: z.string().optional(),
  Active: z.boolean().optional(),
  CompanyName: z.string().optional(),
  PrimaryEmailAddr: z.looseObject({ Address: z.string().optional() }).optional(),
  Balance: z.number().optional(),
})

/** @see https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice */
const invoice = z.looseObject({
  Id: z.string(),
  SyncToken: z.string().optional(),
  DocNumber: z.string().optional(),
  TxnDate: z.string().optional(),
  DueDate: z.string().optional(),
  CustomerRef: reference.optional(),
  Line: z.array(z.looseObject({ Amount: z.number().optional(), Description: z.string().optional() })).optional(),
  TotalAmt: z.number().optional(),
  Balance: z.number().optional(),
})

const found = z.looseObject({
  startPosition: z.number().optional(),
  maxResults: z.number().optional(),
  totalCount: z.number().optional(),
})

const id = z.union([z.string().regex(/^\d+$/), z.number().int().positive()]).transform(String)
const date = z.iso.date().describe("`2026-12-31`")
const requestId = z
  .string()
  .min(1)
  .max(50)
  .optional()
  .describe("The same again is answered as before, and makes no second one")
const accounting = ["com.intuit.quickbooks.accounting"]

/**
 * Customers and invoices of a company, and Intuit's query language for all else.
 * @see https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
 */
export const operations = {
  // https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice#create-an-invoice
  create_invoice: operation({
    summary: "Create an invoice",
    effect: "write",
    scopes: accounting,
    input: z.object({
      customer_id: id,
      lines: z
        .array(
          z.object({
            amount: z.number(),
            description: z.string().max(4_000).optional(),
            item_id: id.optional().describe("Default: the company's own item for services"),
            quantity: z.number().optional(),
            unit_price: z.number().optional(),
          }),
        )
        .min(1),
      doc_number: z.string().min(1).max(21).optional(),
      date: date.optional(),
      due_date: date.optional(),
      email: z.email().optional().describe("Where it is sent, once it is"),
      memo: z.string().max(1_000).optional().describe("Shown to the customer"),
      request_id: requestId,
    }),
    output: invoice,
    trace: ["Id", "DocNumber"],
    async run({ http }: Call, { customer_id, lines, doc_number, date, due_date, email, memo, request_id }) {
      const { Invoice } = await http.post("/invoice", {
        ...once(request_id),
        json: {
          CustomerRef: { value: customer_id },
          DocNumber: doc_number,
          TxnDate: date,
          DueDate: due_date,
          ...(email && { BillEmail: { Address: email } }),
          ...(memo && { CustomerMemo: { value: memo } }),
          Line: lines.map(({ amount, description, item_id, quantity, unit_price }) => ({
            DetailType: "SalesItemLineDetail",
            Amount: amount,
            Description: description,
            SalesItemLineDetail: {
              ...(item_id && { ItemRef: { value: item_id } }),
              Qty: quantity,
              UnitPrice: unit_price,
            },
          })),
        },
        output: z.looseObject({ Invoice: invoice }),
      })
      return Invoice
    },
  }),

  // https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice#read-an-invoice
  get_invoice: operation({
    summary: "Read an invoice",
    effect: "read",
    scopes: accounting,
    input: z.object({ invoice_id: id }),
    output: invoice,
    trace: ["Id", "DocNumber"],
    async run({ http }: Call, { invoice_id }) {
      const { Invoice } = await http.get("/invoice/{invoice_id}", {
        path: { invoice_id },
        query: { minorversion },
        output: z.looseObject({ Invoice: invoice }),
      })
      return Invoice
    },
  }),

  // https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer#query-a-customer
  list_customers: operation({
    summary: "List customers, a page at a time",
    effect: "read",
    scopes: accounting,
    input: z
      .object({
        name: z.string().min(1).max(500).optional().describe("Looked for in display names"),
        active: z.boolean().optional().describe("Default: active ones alone"),
        start_position: z.number().int().min(1).default(1),
        max_results: z.number().int().min(1).max(1_000).default(100),
      })
      .prefault({}),
    output: z.looseObject({ Customer: z.array(customer), startPosition: z.number().optional() }),
    async run({ http }: Call, { name, active, start_position, max_results }) {
      const conditions = [
        ...(name === undefined ? [] : [`DisplayName LIKE '%${quoted(name)}%'`]),
        ...(active === undefined ? [] : [`Active = ${active}`]),
      ]
      const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""
      const page = `ORDERBY Id STARTPOSITION ${start_position} MAXRESULTS ${max_results}`
      const { QueryResponse } = await http.get("/query", {
        query: { query: `SELECT * FROM Customer${where} ${page}`, minorversion },
        output: z.looseObject({ QueryResponse: found.extend({ Customer: z.array(customer).default([]) }) }),
      })
      return QueryResponse
    },
    // The last page is known by not being full.
    pages: {
      items: ({ Customer }) => Customer,
      next: ({ Customer }, { start_position, max_results }) =>
        Customer.length < max_results ? undefined : { start_position: start_position + max_results },
    },
  }),

  // https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer#create-a-customer
  create_customer: operation({
    summary: "Create a customer",
    effect: "write",
    scopes: accounting,
    input: z.object({
      display_name: z.string().min(1).max(500).describe("Unique among customers, vendors and employees"),
      given_name: z.string().max(100).optional(),
      family_name: z.string().max(100).optional(),
      company_name: z.string().max(100).optional(),
      email: z.email().optional(),
      phone: z.string().max(30).optional(),
      request_id: requestId,
    }),
    output: customer,
    trace: ["Id"],
    async run({ http }: Call, { display_name, given_name, family_name, company_name, email, phone, request_id }) {
      const { Customer } = await http.post("/customer", {
        ...once(request_id),
        json: {
          DisplayName: display_name,
          GivenName: given_name,
          FamilyName: family_name,
          CompanyName: company_name,
          ...(email && { PrimaryEmailAddr: { Address: email } }),
          ...(phone && { PrimaryPhone: { FreeFormNumber: phone } }),
        },
        output: z.looseObject({ Customer: customer }),
      })
      return Customer
    },
  }),

  // https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
  query: operation({
    summary: "Ask in Intuit's query language",
    effect: "read",
    scopes: accounting,
    input: z.object({
      query: z
        .string()
        .regex(/^\s*select\s/i, "A query begins with SELECT.")
        .describe("`SELECT * FROM Invoice WHERE Balance > '0' MAXRESULTS 10`"),
    }),
    output: found,
    trace: ["totalCount"],
    async run({ http }: Call, { query }) {
      const { QueryResponse } = await http.get("/query", {
        query: { query, minorversion },
        output: z.looseObject({ QueryResponse: found }),
      })
      return QueryResponse
    },
  }),
}

/** @see https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features#request-id */
function once(requestid: string | undefined) {
  return { query: { minorversion, requestid }, idempotent: requestid !== undefined }
}

/** Within quotes of a query: https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries */
function quoted(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")
}
