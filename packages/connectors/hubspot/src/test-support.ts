import { connectorWorld } from "@holdfast/testing"
import { createHubSpotEmulator, emulatorApp, type HubSpotEmulatorOptions } from "./emulator.js"
import { type HubSpotOptions, hubspot } from "./index.js"

/** A real Holdfast with HubSpot alone, over the stand-in. It has no guard: no host is a person's choice. */
export const hubspotWorld = (options: HubSpotOptions = {}, seeds: HubSpotEmulatorOptions = {}) =>
  connectorWorld({
    connectors: [hubspot({ ...emulatorApp, ...options })],
    emulator: createHubSpotEmulator(seeds),
    guard: false,
  })
