import { connectorWorld } from "@holdfast/testing"
import { createStripeEmulator, defaultAccounts, emulatorApp, type StripeAccountSeed } from "./emulator.js"
import { type StripeOptions, stripe } from "./index.js"

export const [first, second] = defaultAccounts as readonly [StripeAccountSeed, StripeAccountSeed]

/** What a person does who pastes a key. */
export const pasted = (key: string) => ({ method: "api_key", values: { key } })

/** A real Holdfast with Stripe alone, over the stand-in, where people link accounts unless told. It has no guard: no host is a person's choice. */
export const stripeWorld = (app: StripeOptions = emulatorApp) =>
  connectorWorld({
    connectors: [stripe(app)],
    emulator: createStripeEmulator(),
    guard: false,
    defaults: { method: "connect" },
  })
