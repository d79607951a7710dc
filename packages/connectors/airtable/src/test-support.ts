import { connectorWorld } from "@holdfast/testing"
import { type AirtableEmulatorOptions, createAirtableEmulator, emulatorApp } from "./emulator.js"
import { airtable } from "./index.js"

/** A real Holdfast with Airtable alone, over the stand-in. It has no guard: no host is a person's choice. */
export const airtableWorld = (seeds: AirtableEmulatorOptions = {}) =>
  connectorWorld({
    connectors: [airtable(seeds.app ?? emulatorApp)],
    emulator: createAirtableEmulator(seeds),
    guard: false,
  })
