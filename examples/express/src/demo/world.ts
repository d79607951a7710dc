import { emulatorControl, type Reroute, systemClock } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import type { Transports } from "../connectors.js"
import type { Place, Row } from "./provider.js"
import { providers } from "./providers/index.js"

/** Every provider, listening on loopback. */
export interface World {
  readonly reroute: Reroute
  /** Environment of the app: its registrations. */
  readonly environment: Readonly<Record<string, string>>
  /** What the app must know besides. */
  readonly options: Transports
  /** `host:port` of what listens beside HTTP, which a guard would keep the app from. */
  readonly allow: readonly string[]
  /** Connectors by id, with the emulator each talks to. */
  readonly connectors: ReadonlyMap<string, Row & Place>
  /** A loopback origin by which the one clock of all emulators is read and moved. */
  readonly clockOrigin: string
  close(): Promise<void>
}

/** Starts every emulator, with `url` as the address of the app that is registered there, and `callback` as its redirect URI for a connector. */
export async function startWorld(
  url: string,
  callback = (connector: string) => `${url}/api/integrations/oauth/callback/${connector}`,
): Promise<World> {
  const clock = systemClock()
  const reroute: Record<string, string> = {}
  const environment: Record<string, string> = {}
  const connectors = new Map<string, Row & Place>()
  const closing: (() => Promise<void>)[] = []
  const allow: string[] = []
  let options: Transports = {}
  let clockOrigin = ""
  for (const provider of await providers({ clock, callback })) {
    const { emulator, registrations = {}, origins = [], port: held, beside, connectors: rows } = provider
    await held?.release()
    const listening = await listen(emulator, { host: "localhost", origins, port: held?.port ?? 0 })
    closing.push(listening.close, ...(beside ? [beside.close] : []))
    options = { ...options, ...beside?.options }
    allow.push(...(beside?.allow ?? []))
    clockOrigin = listening.controlOrigin
    if (provider.isRerouted ?? true) Object.assign(reroute, listening.reroute)
    for (const [prefix, fields] of Object.entries(registrations)) {
      for (const [name, value] of Object.entries(fields)) environment[variable(prefix, name)] = String(value)
    }
    const place = { reroute: listening.reroute, control: emulatorControl(listening.controlOrigin) }
    for (const [id, row] of Object.entries(rows(place))) connectors.set(id, { ...row, ...place })
  }
  return {
    reroute,
    environment,
    options,
    allow,
    connectors,
    clockOrigin,
    close: async () => void (await Promise.all(closing.map((close) => close()))),
  }
}

/** `slack`, `clientId` → `SLACK_CLIENT_ID`. */
function variable(...words: string[]): string {
  return words
    .map((word) =>
      word
        .replace(/([a-z])([A-Z])/g, "$1_$2")
        .replaceAll("-", "_")
        .toUpperCase(),
    )
    .join("_")
}
