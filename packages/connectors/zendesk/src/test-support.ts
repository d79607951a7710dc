import { connectorWorld } from "@holdfast/testing"
import { createZendeskEmulator, emulatorApp, type ZendeskEmulatorOptions } from "./emulator.js"
import { type ZendeskOptions, zendesk } from "./index.js"

export { endOf } from "@holdfast/testing"

export const values = { subdomain: "first" }

/** A real Holdfast with Zendesk alone, over the stand-in. */
export const zendeskWorld = (seeds: ZendeskEmulatorOptions = {}, options: ZendeskOptions = {}) =>
  connectorWorld({ connectors: [zendesk({ ...emulatorApp, ...options })], emulator: createZendeskEmulator(seeds) })
