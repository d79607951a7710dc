import type { Emulator, EmulatorClock, EmulatorControl, Reroute } from "@holdfast/emulator"
import type { Transports } from "../connectors.js"
import type { HeldPort } from "./held-port.js"

/** Makes a provider at which the app of the demo is registered. */
export type ProviderMaker = (options: ProviderOptions) => Provider | Promise<Provider>

export interface ProviderOptions {
  readonly clock: EmulatorClock
  /** The redirect URI to register for a connector. */
  callback(connector: string): string
}

/** One provider of the demo: its emulator, the app that is registered there, and how a person gets through. All of it data. */
export interface Provider {
  readonly emulator: Emulator
  /** Registrations for the app's environment, by prefix: `{ slack: { clientId } }` becomes `SLACK_CLIENT_ID`. */
  readonly registrations?: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  /** Origins to open where the emulator declares a pattern. */
  readonly origins?: readonly string[]
  /** Where to listen, where the address is part of the provider. Default: any free port. */
  readonly port?: HeldPort
  /** False where another provider of the demo answers at its addresses. Default: true. */
  readonly isRerouted?: boolean
  /** What it has that is not HTTP, open already. */
  readonly beside?: Beside
  /** The connectors that talk to it, by id. */
  connectors(place: Place): Readonly<Record<string, Row>>
}

/** Servers that are not HTTP. */
export interface Beside {
  /** What the app must know of them. */
  readonly options: Transports
  /** Their `host:port`, where the guard would keep the app from them. */
  readonly allow?: readonly string[]
  close(): Promise<void>
}

/** Where an emulator listens. */
export interface Place {
  /** Loopback origin by public origin. */
  readonly reroute: Reroute
  readonly control: EmulatorControl
}

/** One connector of the demo. */
export interface Row {
  /** How it is connected. Default: the connector's first method. */
  readonly method?: string
  /** What a person types or chooses, by the name of the field; a function is asked when the field is shown. */
  readonly answers?: Readonly<Record<string, string | (() => Promise<unknown>)>>
  /** What is run. It is run by many callers at once, so it should not mind. */
  readonly operation: string
  /** Parameters by operation, proposed on the page too. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** What a person is told to type: label and value. */
  readonly hints?: readonly (readonly [label: string, value: string])[]
  /**
   * `expire`: every token says when it ends. `none`: its credential never ends and is never refreshed. A number: they end after so many
   * seconds, which no answer says. Default: `expire`.
   */
  readonly tokens?: "expire" | "none" | number
  /** The grant type by which the provider gives the next token, where it gives no refresh token. */
  readonly renewedBy?: string
  /** `none`: the provider has no way to revoke what this method gives. Default: `provider`. */
  readonly revocation?: "provider" | "none"
}
