import { connectorSuite } from "@holdfast/testing"
import { createHubSpotEmulator, emulatorApp, type HubSpotEmulator } from "./emulator.js"
import { type HubSpotConnector, type HubSpotOptions, hubspot } from "./index.js"

connectorSuite<HubSpotConnector, HubSpotOptions, HubSpotEmulator>(hubspot, {
  emulator: ({ redirectUri }) => createHubSpotEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: { oauth: { account: { id: "1111111", label: "HubSpot account 1111111", kind: "standard" } } },
  operations: {
    search_contacts: {
      parameters: { email: "maria@customer.example" },
      answer: { total: 1, results: [{ id: "101", properties: { firstname: "Maria" } }] },
    },
    create_contact: {
      parameters: { email: "new@customer.example", firstname: "New", lastname: "Person", company: "Acme" },
      answer: { properties: { email: "new@customer.example", company: "Acme" } },
      verify({ id }, { provider }) {
        if (!provider.records.some((record) => record.id === id)) throw new Error("the contact is not there")
      },
    },
    update_deal: {
      parameters: { deal_id: "301", dealstage: "closedwon", amount: 1_200 },
      answer: { id: "301", properties: { dealstage: "closedwon", amount: "1200", dealname: "Big one" } },
    },
    add_note: {
      parameters: { body: "Called back.", contact_id: "101", deal_id: 301 },
      answer: { properties: { hs_note_body: "Called back." } },
      verify({ id }, { provider }) {
        const { associations } = provider.records.find((record) => record.id === id) ?? {}
        const made = JSON.stringify(associations)
        if (made !== '[{"to":"101","typeId":202},{"to":"301","typeId":214}]') throw new Error(made)
      },
    },
  },
  errors: [
    {
      when: "there is no such deal",
      operation: "update_deal",
      parameters: { deal_id: "999", dealstage: "closedwon" },
      code: "resource_not_found",
      providerCode: "OBJECT_NOT_FOUND",
    },
    {
      when: "a property does not exist",
      operation: "create_contact",
      parameters: { email: "x@customer.example", properties: { nonsense: "1" } },
      code: "input_invalid",
      providerCode: "VALIDATION_ERROR",
    },
    {
      when: "there is a contact with this address already",
      operation: "create_contact",
      parameters: { email: "maria@customer.example" },
      code: "provider_rejected",
      providerCode: "CONFLICT",
    },
    {
      when: "it is too much",
      operation: "search_contacts",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: apiError("RATE_LIMITS") } }),
      code: "rate_limited",
      providerCode: "RATE_LIMITS",
    },
    {
      when: "a scope is missing after all",
      operation: "search_contacts",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 403, body: apiError("MISSING_SCOPES") } }),
      code: "scope_missing",
      providerCode: "MISSING_SCOPES",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: apiError("holdfast_unheard_of") } }),
  webhooks: {
    signature: ({ provider }) => provider.signature,
    deliveries({ provider }) {
      const event = (type: string) => provider.event(type, 1_111_111)
      return {
        contact_created: event("contact.creation"),
        contact_changed: event("contact.propertyChange"),
        contact_deleted: event("contact.deletion"),
        deal_created: event("deal.creation"),
        deal_changed: event("deal.propertyChange"),
        deal_deleted: event("deal.deletion"),
      }
    },
  },
})

function apiError(category: string) {
  return { status: "error", message: "No.", correlationId: "c", category }
}
