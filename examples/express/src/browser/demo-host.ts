import { randomBytes } from "node:crypto"
import { createServer } from "node:http"
import { type Holdfast, memoryStore } from "@holdfast/core"
import { emulatorControl } from "@holdfast/emulator"
import { guardedFetch, nodeGuard } from "@holdfast/server/node"
import { type Browser, launch } from "chromium-for-tests"
import { vi } from "vitest"
import { createApp } from "../app.js"
import { holdPort } from "../demo/held-port.js"
import { startWorld, type World } from "../demo/world.js"
import { createSecrets, type Secrets } from "./secrets.js"

/** The demo in this process, every provider on loopback, and one Chromium. */
export interface DemoHost {
  readonly url: string
  readonly world: World
  readonly holdfast: Holdfast
  readonly chromium: Browser
  /** What no browser may see. */
  readonly secrets: Secrets
  /** Lets time pass, for the app and the emulators. */
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

export async function startDemoHost(): Promise<DemoHost> {
  const { port, release } = await holdPort(0)
  // The emulators are at localhost: to a browser they are other sites.
  const url = `http://127.0.0.1:${port}`
  const world = await startWorld(url)
  const keys = `test:${randomBytes(32).toString("base64url")}`
  const environment = { ...world.environment, APP_URL: url, HOLDFAST_KEYS: keys }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const clock = emulatorControl(world.clockOrigin)
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const allow = [...Object.values(world.reroute).map((origin) => new URL(origin).host), ...world.allow]
  const send = guardedFetch({ allow })
  const secrets = createSecrets(keys.slice("test:".length))
  const made = createApp({
    transports: world.options,
    reroute: world.reroute,
    store: memoryStore({ now }),
    guard: nodeGuard({ allow }),
    runtime: {
      fetch: async (request) => secrets.note(await send(request)),
      clock: { now, monotonic: () => performance.now() },
    },
  })
  const holdfast = made.holdfast as unknown as Holdfast
  secrets.ofApps(holdfast, world.environment)
  const server = createServer(made.app)
  await release()
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  const chromium = await launch()
  return {
    url,
    world,
    holdfast,
    chromium,
    secrets,
    async advance(ms) {
      aheadMs = (await clock.advance(ms)) - Date.now()
    },
    async close() {
      await chromium.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await holdfast.close()
      await world.close()
      vi.unstubAllEnvs()
    },
  }
}
