import { connectorSuite } from "@holdfast/testing"
import { createQuickBooksEmulator, defaultCompanies, emulatorApp, type QuickBooksEmulator } from "./emulator.js"
import { type QuickBooksConnector, type QuickBooksOptions, quickbooks } from "./index.js"

connectorSuite<QuickBooksConnector, QuickBooksOptions, QuickBooksEmulator>(quickbooks, {
  emulator: ({ redirectUri }) => createQuickBooksEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: {
      account: {
        id: defaultCompanies[0]?.realmId ?? "",
        label: "First Landscaping",
        data: { realmId: defaultCompanies[0]?.realmId ?? "", country: "US" },
      },
    },
  },
  operations: {
    create_invoice: {
      parameters: {
        customer_id: "101",
        lines: [{ amount: 81, description: "Gardening", item_id: 1, quantity: 2, unit_price: 40.5 }],
        due_date: "2026-12-31",
        email: "maria@customer.example",
        memo: "Thank you.",
      },
      answer: { CustomerRef: { value: "101", name: "Maria One" }, TotalAmt: 81, DueDate: "2026-12-31" },
      verify({ Id }, { provider }) {
        if (!provider.records.some((one) => one.Id === Id)) throw new Error("the invoice is not there")
      },
    },
    get_invoice: { parameters: { invoice_id: 301 }, answer: { Id: "301", DocNumber: "1001", Balance: 100 } },
    list_customers: { parameters: { name: "maria" }, answer: { Customer: [{ Id: "101" }] } },
    create_customer: {
      parameters: { display_name: "New Person", email: "new@customer.example", phone: "0800 1" },
      answer: { DisplayName: "New Person", PrimaryEmailAddr: { Address: "new@customer.example" } },
    },
    query: { parameters: { query: "SELECT COUNT(*) FROM Invoice WHERE Balance > '0'" }, answer: { totalCount: 1 } },
  },
  errors: [
    {
      when: "there is no such invoice",
      operation: "get_invoice",
      parameters: { invoice_id: "999" },
      code: "resource_not_found",
      providerCode: "610",
    },
    {
      when: "there is no such customer",
      operation: "create_invoice",
      parameters: { customer_id: "999", lines: [{ amount: 1 }] },
      code: "input_invalid",
      providerCode: "2500",
    },
    {
      when: "the name is taken",
      operation: "create_customer",
      parameters: { display_name: "Maria One" },
      code: "input_invalid",
      providerCode: "6240",
    },
    {
      when: "the query cannot be read",
      operation: "query",
      parameters: { query: "SELECT everything" },
      code: "input_invalid",
      providerCode: "4000",
    },
    {
      when: "it is too much",
      operation: "get_invoice",
      parameters: { invoice_id: "301" },
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: {
            kind: "status",
            status: 429,
            body: {
              fault: {
                error: [{ message: "message=ThrottleExceeded; errorCode=003001; statusCode=429", code: "003001" }],
              },
            },
          },
          times: "always",
        }),
      code: "rate_limited",
      providerCode: "3001",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: {
        kind: "status",
        status: 400,
        body: { Fault: { Error: [{ Message: "No.", code: "holdfast_unheard_of" }], type: "ValidationFault" } },
      },
    }),
  webhooks: {
    signature: ({ provider }) => provider.signature,
    deliveries: ({ provider: { event, notification } }) => ({
      customer_created: event("customer", "created"),
      customer_updated: event("customer", "updated"),
      customer_deleted: event("customer", "deleted"),
      customer_merged: event("customer", "merged"),
      invoice_created: event("invoice", "created"),
      invoice_updated: event("invoice", "updated"),
      invoice_deleted: event("invoice", "deleted"),
      invoice_voided: event("invoice", "voided"),
      invoice_emailed: notification("Invoice", "Emailed"),
      payment_created: notification("Payment", "Create"),
      payment_updated: notification("Payment", "Update"),
      payment_deleted: notification("Payment", "Delete"),
      payment_voided: notification("Payment", "Void"),
    }),
  },
  skip: { stale_delivery: "Intuit signs no time", scope_missing: "there is one scope, and it is always asked for" },
})
