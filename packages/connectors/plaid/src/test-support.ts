import { connectorWorld } from "@holdfast/testing"
import { createPlaidEmulator, emulatorApp } from "./emulator.js"
import { type PlaidOptions, plaid } from "./index.js"

/** A real Holdfast with Plaid alone, over the stand-in. */
export const plaidWorld = (options: PlaidOptions = {}) =>
  connectorWorld({ connectors: [plaid({ ...emulatorApp, ...options })], emulator: createPlaidEmulator() })
