import { connectorWorld } from "@holdfast/testing"
import { type CalendlyEmulatorOptions, createCalendlyEmulator, emulatorApp, personalAccessTokens } from "./emulator.js"
import { type CalendlyOptions, calendly } from "./index.js"

export { ada, bob, endOf } from "@holdfast/testing"

export const byToken = (key: string = personalAccessTokens.first) => ({
  method: "personal_access_token",
  values: { key },
})

/** A real Holdfast with Calendly alone, over the stand-in. */
export const calendlyWorld = (seeds: CalendlyEmulatorOptions = {}, options: CalendlyOptions = {}) =>
  connectorWorld({ connectors: [calendly({ ...emulatorApp, ...options })], emulator: createCalendlyEmulator(seeds) })
