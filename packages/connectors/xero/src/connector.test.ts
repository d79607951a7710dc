import { connectorSuite } from "@holdfast/testing"
import { guid } from "./emulator/books.js"
import { createXeroEmulator, defaultUsers, emulatorApp, type XeroEmulator } from "./emulator.js"
import { type XeroConnector, type XeroOptions, xero } from "./index.js"

const maria = guid(0x2001)

connectorSuite<XeroConnector, XeroOptions, XeroEmulator>(xero, {
  emulator: ({ redirectUri }) => createXeroEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: {
      account: {
        id: defaultUsers[0]?.userId ?? "",
        label: "Demo Company (NZ)",
        kind: "organisation",
        data: { tenantId: guid(0x100), tenantName: "Demo Company (NZ)", tenantIds: guid(0x100) },
      },
    },
  },
  operations: {
    create_invoice: {
      parameters: {
        contact_id: maria,
        line_items: [{ description: "Advice", quantity: 2, unit_amount: 40.5, account_code: "200" }],
        due_date: "2026-12-31",
        status: "AUTHORISED",
      },
      answer: { Type: "ACCREC", Status: "AUTHORISED", Total: 81, Contact: { ContactID: maria } },
      verify({ InvoiceID }, { provider }) {
        if (!provider.books.invoices.some((one) => one.InvoiceID === InvoiceID)) throw new Error("it is not there")
      },
    },
    get_invoice: {
      parameters: { invoice_id: "INV-1001" },
      answer: { InvoiceID: guid(0x1001), Total: 230, LineItems: [{ Description: "Advice" }] },
    },
    list_invoices: {
      parameters: { statuses: ["DRAFT"], contact_ids: [maria] },
      answer: { Invoices: [{ InvoiceID: guid(0x1002) }], pagination: { itemCount: 1 } },
    },
    list_contacts: { parameters: { search: "maria" }, answer: { Contacts: [{ ContactID: maria }] } },
    create_contact: {
      parameters: { name: "New Person", email: "new@customer.example", phone: "0800 1" },
      answer: { Name: "New Person", EmailAddress: "new@customer.example" },
    },
  },
  errors: [
    {
      when: "there is no such invoice",
      operation: "get_invoice",
      parameters: { invoice_id: guid(0xdead) },
      code: "resource_not_found",
    },
    {
      when: "there is no such contact",
      operation: "create_invoice",
      parameters: { contact_id: guid(0xdead), line_items: [{ description: "Advice" }] },
      code: "input_invalid",
      providerCode: "ValidationException",
    },
    {
      when: "the organisation was disconnected within Xero",
      operation: "list_invoices",
      arrange: ({ provider }) => provider.disconnect(guid(0x100)),
      code: "forbidden",
      providerCode: "AuthenticationUnsuccessful:403",
    },
    {
      when: "the minute's limit is reached",
      operation: "list_invoices",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 429, retryAfterSeconds: 41, headers: { "x-rate-limit-problem": "minute" } },
          times: "always",
        }),
      code: "rate_limited",
      providerCode: "minute",
    },
    {
      when: "a scope is missing after all",
      operation: "list_contacts",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: {
            kind: "status",
            status: 401,
            body: { Type: null, Title: "Unauthorized", Status: 401, Detail: "AuthorizationUnsuccessful" },
          },
        }),
      code: "scope_missing",
      providerCode: "AuthorizationUnsuccessful",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 400, body: { ErrorNumber: 99, Type: "holdfast_unheard_of", Message: "No." } },
    }),
  webhooks: {
    signature: ({ provider }) => provider.signature,
    deliveries: ({ provider }) => ({
      invoice_created: provider.event("INVOICE", "CREATE"),
      invoice_updated: provider.event("INVOICE", "UPDATE"),
      contact_created: provider.event("CONTACT", "CREATE"),
      contact_updated: provider.event("CONTACT", "UPDATE"),
    }),
    handshakes: ({ provider }) => [{ delivery: provider.intentToReceive() }],
  },
  skip: { stale_delivery: "Xero signs no time" },
})
