import { connectorSuite } from "@holdfast/testing"
import { createZohoEmulator, emulatorApp, type ZohoEmulator } from "./emulator.js"
import { type ZohoBooksConnector, type ZohoBooksOptions, zohoBooks } from "./index.js"

connectorSuite<ZohoBooksConnector, ZohoBooksOptions, ZohoEmulator>(zohoBooks, {
  emulator: ({ redirectUri }) => createZohoEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: {
      account: { id: "us:10001", label: "Ada First (First business)", email: "ada@first.example" },
      another: { approve: { account: "20002" }, forms: { organization: { organizationId: "80001" } } },
    },
  },
  operations: {
    list_invoices: {
      parameters: { status: "sent" },
      answer: { invoices: [{ invoice_number: "INV-000001", total: 100 }], page_context: { has_more_page: false } },
    },
    get_invoice: { parameters: { invoice_id: "982000001" }, answer: { invoice_id: "982000001", status: "sent" } },
    create_invoice: {
      parameters: {
        customer_id: "460000000",
        line_items: [{ name: "Work", rate: 50, quantity: 2 }],
        invoice_number: "2026-7",
        send: true,
      },
      answer: { invoice_number: "2026-7", total: 100, status: "sent" },
      verify({ invoice_id }, { provider }) {
        if (!provider.records.invoices.some((one) => one.invoice_id === invoice_id)) throw new Error("it is not there")
      },
    },
    list_contacts: {
      parameters: { search_text: "Globex" },
      answer: { contacts: [{ contact_name: "Globex of First business" }] },
    },
    create_contact: {
      parameters: { contact_name: "Initech", contact_persons: [{ email: "one@initech.example" }] },
      answer: { contact_name: "Initech", contact_type: "customer" },
      verify({ contact_id }, { provider }) {
        if (!provider.records.contacts.some((one) => one.contact_id === contact_id)) throw new Error("it is not there")
      },
    },
  },
  errors: [
    {
      when: "there is no such invoice",
      operation: "get_invoice",
      parameters: { invoice_id: "1" },
      code: "resource_not_found",
      providerCode: "1002",
    },
    {
      when: "the customer is none",
      operation: "create_invoice",
      parameters: { customer_id: "1", line_items: [{ name: "Work" }] },
      code: "input_invalid",
      providerCode: "4",
    },
    {
      when: "there is a contact of this name",
      operation: "create_contact",
      parameters: { contact_name: "Acme of First business" },
      code: "provider_rejected",
      providerCode: "3062",
    },
    {
      when: "it is too much",
      operation: "list_contacts",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: { code: 44, message: "No." } } }),
      code: "rate_limited",
      providerCode: "44",
    },
    {
      when: "a scope is missing after all",
      operation: "list_contacts",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 401, body: { code: 57, message: "No." } } }),
      code: "scope_missing",
      providerCode: "57",
    },
    {
      when: "an answer of status 200 has a code that says otherwise",
      operation: "list_contacts",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 200, body: { code: 4, message: "No." } } }),
      code: "input_invalid",
      providerCode: "4",
    },
  ],
  unknownError: ({ faults }) => {
    const body = { code: "holdfast_unheard_of", message: "No." }
    faults.next({ on: "*", fault: { kind: "status", status: 400, body } })
  },
})
