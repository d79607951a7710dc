import * as quickbooksAt from "@holdfast/quickbooks/emulator"
import * as xeroAt from "@holdfast/xero/emulator"
import * as zohoAt from "@holdfast/zoho/emulator"
import type { ProviderMaker } from "../provider.js"

const quickbooks: ProviderMaker = ({ clock, callback }) => ({
  emulator: quickbooksAt.createQuickBooksEmulator({ clock, redirectUris: [callback("quickbooks")] }),
  registrations: { quickbooks: quickbooksAt.emulatorApp },
  connectors: () => ({
    quickbooks: {
      operation: "list_customers",
      parameters: { list_customers: {}, create_customer: { display_name: "A customer" } },
    },
  }),
})

const xero: ProviderMaker = ({ clock, callback }) => ({
  emulator: xeroAt.createXeroEmulator({ clock, redirectUris: [callback("xero")] }),
  registrations: { xero: xeroAt.emulatorApp },
  connectors: () => ({
    xero: {
      // Somebody with three organisations: one is chosen on a page of ours.
      answers: { account: xeroAt.defaultUsers.at(-1)?.userId ?? "" },
      operation: "list_invoices",
      parameters: { list_invoices: {}, list_contacts: {}, create_contact: { name: "A contact" } },
    },
  }),
})

const zohoBooks: ProviderMaker = ({ clock, callback }) => ({
  emulator: zohoAt.createZohoEmulator({ clock, redirectUris: [callback("zoho-books")] }),
  registrations: { zoho: zohoAt.emulatorApp },
  connectors: () => ({
    "zoho-books": {
      // Somebody in Europe with two organizations: another data centre, and a choice on a page of ours.
      answers: { account: "20002" },
      operation: "list_invoices",
      parameters: { list_invoices: {}, list_contacts: {}, create_contact: { contact_name: "A contact" } },
    },
  }),
})

/** Books of businesses. */
export const ledgers = [quickbooks, xero, zohoBooks]
