import { connectorWorld } from "@holdfast/testing"
import { createPayPalEmulator, emulatorApp, type PayPalEmulatorOptions } from "./emulator.js"
import { type PayPalOptions, paypal } from "./index.js"

/** A real Holdfast with PayPal alone, over the stand-in. */
export const paypalWorld = (seeds: PayPalEmulatorOptions = {}, options: PayPalOptions = {}) =>
  connectorWorld({ connectors: [paypal({ ...emulatorApp, ...options })], emulator: createPayPalEmulator(seeds) })
