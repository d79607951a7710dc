import { randomBytes } from "node:crypto"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type AppProcess, startApp } from "./app-process.js"
import { holdPort } from "./held-port.js"
import type { DemoSettings } from "./settings.js"
import { startWorld, type World } from "./world.js"

/** A running demo: emulators in this process, the app in another, a database of its own. */
export interface DemoRun {
  readonly url: string
  readonly world: World
  readonly app: AppProcess
  /** Holds the database, until it is stopped. */
  readonly folder: string
  /** Ends the app, then the emulators, and removes the database. */
  stop(): Promise<void>
}

const dataFolder = fileURLToPath(new URL("../../.data", import.meta.url))

/** Starts emulators and app. `port` is the one to try first; 0: any. */
export async function startDemo({ port: wanted }: { port: number }): Promise<DemoRun> {
  const held = await holdPort(wanted)
  const { port } = held
  // The emulators are at localhost: to a browser they are other sites, with cookies of their own.
  const url = `http://127.0.0.1:${port}`
  const { keys, sessionSecret } = await secrets()
  const folder = await mkdtemp(join(dataFolder, "run-"))
  const world = await startWorld(url)
  const settings: DemoSettings = {
    port,
    reroute: world.reroute,
    options: world.options,
    allow: world.allow,
    clockOrigin: world.clockOrigin,
    notes: Object.fromEntries(
      [...world.connectors].map(([id, { hints = [], parameters }]) => [id, { hints, parameters }]),
    ),
  }
  const cleanUp = async () => {
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await held.release()
    const app = await startApp({
      ...world.environment,
      APP_URL: url,
      DATABASE_FILE: join(folder, "holdfast.db"),
      HOLDFAST_KEYS: keys,
      SESSION_SECRET: sessionSecret,
      DEMO_SETTINGS: JSON.stringify(settings),
    })
    return {
      url,
      world,
      app,
      folder,
      async stop() {
        await app.stop()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

/** Made once and kept beside the database, as an app would keep its own. */
async function secrets(): Promise<{ keys: string; sessionSecret: string }> {
  const file = join(dataFolder, "secrets.json")
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const made = {
    keys: `demo:${randomBytes(32).toString("base64url")}`,
    sessionSecret: randomBytes(32).toString("base64url"),
  }
  // Whoever starts first makes them; another one that starts at the same time reads those.
  await writeFile(file, JSON.stringify(made), { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error
  })
  return JSON.parse(await readFile(file, "utf8"))
}
