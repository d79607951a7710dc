import * as calendlyAt from "@holdfast/calendly/emulator"
import * as catalog from "@holdfast/catalog/emulator"
import * as hubspotAt from "@holdfast/hubspot/emulator"
import * as salesforceAt from "@holdfast/salesforce/emulator"
import * as zendeskAt from "@holdfast/zendesk/emulator"
import type { ProviderMaker } from "../provider.js"

const hubspot: ProviderMaker = ({ clock, callback }) => ({
  emulator: hubspotAt.createHubSpotEmulator({ clock, redirectUris: [callback("hubspot")] }),
  registrations: { hubspot: hubspotAt.emulatorApp },
  connectors: () => ({
    hubspot: {
      operation: "search_contacts",
      parameters: {
        search_contacts: {},
        create_contact: { email: "contact@example.com", firstname: "First", lastname: "Contact" },
      },
    },
  }),
})

const salesforce: ProviderMaker = ({ clock, callback }) => {
  const sessionSeconds = 7_200
  return {
    emulator: salesforceAt.createSalesforceEmulator({ clock, redirectUris: [callback("salesforce")], sessionSeconds }),
    registrations: { salesforce: salesforceAt.emulatorApp },
    origins: [
      "https://first.my.salesforce.com",
      "https://second.my.salesforce.com",
      "https://first--uat.sandbox.my.salesforce.com",
    ],
    connectors: () => ({
      salesforce: {
        operation: "query",
        parameters: {
          query: { soql: "SELECT Id, Name FROM Account" },
          create_record: { object: "Contact", fields: { LastName: "Contact" } },
        },
        hints: [["My Domain", "first"]],
        // Sessions last as long as the org has it, which no answer says.
        tokens: sessionSeconds,
      },
    }),
  }
}

const zendesk: ProviderMaker = ({ clock, callback }) => ({
  emulator: zendeskAt.createZendeskEmulator({ clock, redirectUris: [callback("zendesk")] }),
  registrations: { zendesk: zendeskAt.emulatorApp },
  origins: ["https://first.zendesk.com", "https://second.zendesk.com"],
  connectors: () => ({
    zendesk: {
      method: "oauth",
      answers: { subdomain: "first" },
      operation: "list_users",
      parameters: { list_users: {}, create_ticket: { subject: "Hello", body: "From Holdfast" } },
      hints: [
        ["subdomain", "first"],
        ["e-mail", "ada@first.example"],
        ["API token", zendeskAt.apiTokens.first ?? ""],
      ],
    },
  }),
})

const pipedrive: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createPipedriveEmulator({ clock, redirectUris: [callback("pipedrive")] }),
  registrations: { pipedrive: catalog.pipedriveApp },
  origins: ["https://first-company.pipedrive.com"],
  connectors: () => ({
    pipedrive: {
      operation: "list_deals",
      parameters: { list_deals: {}, create_person: { name: "A person" } },
    },
  }),
})

const gohighlevel: ProviderMaker = ({ clock, callback }) => ({
  emulator: catalog.createGohighlevelEmulator({ clock, redirectUris: [callback("gohighlevel")] }),
  registrations: { gohighlevel: catalog.gohighlevelApp },
  connectors: () => ({
    gohighlevel: {
      operation: "list_contacts",
      parameters: { list_contacts: {}, upsert_contact: { email: "contact@example.com" } },
      // An app stays at a location until somebody removes it there.
      revocation: "none",
    },
  }),
})

const calendly: ProviderMaker = ({ clock, callback }) => ({
  emulator: calendlyAt.createCalendlyEmulator({ clock, redirectUris: [callback("calendly")] }),
  registrations: { calendly: calendlyAt.emulatorApp },
  connectors: () => ({
    calendly: {
      operation: "list_event_types",
      parameters: { list_event_types: {}, list_scheduled_events: {} },
      hints: [["personal access token", calendlyAt.personalAccessTokens.first]],
    },
  }),
})

/** People who buy, and people who ask. */
export const customers = [hubspot, salesforce, zendesk, pipedrive, gohighlevel, calendly]
