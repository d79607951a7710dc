import * as catalog from "@holdfast/catalog/emulator"
import * as mailchimpAt from "@holdfast/mailchimp/emulator"
import type { ProviderMaker } from "../provider.js"

const kartra: ProviderMaker = ({ clock }) => {
  const { key, password } = catalog.kartraKeys.first
  return {
    emulator: catalog.createKartraEmulator({ clock }),
    registrations: { kartra: catalog.kartraApp },
    connectors: () => ({
      kartra: {
        answers: { key, password },
        operation: "list_lists",
        parameters: { list_lists: {}, create_lead: { email: "lead@example.com" } },
        hints: [
          ["API key", key],
          ["API password", password],
        ],
        tokens: "none",
        revocation: "none",
      },
    }),
  }
}

const mailchimp: ProviderMaker = ({ clock, callback }) => ({
  emulator: mailchimpAt.createMailchimpEmulator({ clock, redirectUris: [callback("mailchimp")] }),
  registrations: { mailchimp: mailchimpAt.emulatorApp },
  origins: ["https://us1.api.mailchimp.com", "https://us21.api.mailchimp.com"],
  connectors: () => ({
    mailchimp: {
      operation: "list_audiences",
      parameters: { list_audiences: {}, list_campaigns: {} },
      hints: [["API key", mailchimpAt.apiKeys.us1]],
      // Its tokens neither end nor are there requests that end them.
      tokens: "none",
      revocation: "none",
    },
  }),
})

const mailerlite: ProviderMaker = ({ clock }) => ({
  emulator: catalog.createMailerliteEmulator({ clock }),
  connectors: () => ({
    mailerlite: {
      answers: { key: catalog.mailerliteKeys.first },
      operation: "list_groups",
      parameters: { list_groups: {}, upsert_subscriber: { email: "subscriber@example.com" } },
      hints: [["API token", catalog.mailerliteKeys.first]],
      tokens: "none",
      revocation: "none",
    },
  }),
})

/** Letters to many. */
export const mailings = [mailchimp, kartra, mailerlite]
