import { connectorWorld } from "@holdfast/testing"
import { createXeroEmulator, emulatorApp, type XeroEmulatorOptions } from "./emulator.js"
import { xero } from "./index.js"

/** A real Holdfast with Xero alone, over the stand-in. */
export const xeroWorld = (seeds: XeroEmulatorOptions = {}) =>
  connectorWorld({ connectors: [xero(emulatorApp)], emulator: createXeroEmulator(seeds) })
