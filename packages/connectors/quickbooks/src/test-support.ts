import { connectorWorld } from "@holdfast/testing"
import { createQuickBooksEmulator, emulatorApp, type QuickBooksEmulatorOptions } from "./emulator.js"
import { type QuickBooksOptions, quickbooks } from "./index.js"

/** A real Holdfast with QuickBooks alone, over the stand-in. */
export const quickbooksWorld = (seeds: QuickBooksEmulatorOptions = {}, options: QuickBooksOptions = {}) =>
  connectorWorld({
    connectors: [quickbooks({ ...emulatorApp, ...options })],
    emulator: createQuickBooksEmulator(seeds),
  })
