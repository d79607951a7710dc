import type { Reroute } from "@holdfast/emulator"
import type { Transports } from "../connectors.js"

/** What the demo tells the process of its app, as JSON in `DEMO_SETTINGS`. */
export interface DemoSettings {
  readonly port: number
  readonly reroute: Reroute
  readonly options: Transports
  readonly allow: readonly string[]
  readonly clockOrigin: string
  readonly notes: Readonly<Record<string, Note>>
}

/** What the page says beside a connector. */
export interface Note {
  readonly hints: readonly (readonly [label: string, value: string])[]
  readonly parameters: Readonly<Record<string, unknown>>
}
