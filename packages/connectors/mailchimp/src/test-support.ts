import { connectorWorld } from "@holdfast/testing"
import { apiKeys, createMailchimpEmulator, emulatorApp, type MailchimpEmulatorOptions } from "./emulator.js"
import { mailchimp } from "./index.js"

export { bob, endOf } from "@holdfast/testing"

export const byKey = (key: string = apiKeys.us1) => ({ method: "api_key", values: { key } })

/** A real Holdfast with Mailchimp alone, over the stand-in. */
export const mailchimpWorld = (seeds: MailchimpEmulatorOptions = {}) =>
  connectorWorld({ connectors: [mailchimp(emulatorApp)], emulator: createMailchimpEmulator(seeds) })
