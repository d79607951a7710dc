import { type ChildProcess, execFile, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Emulator } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { createSlackEmulator, emulatorApp } from "@holdfast/slack/emulator"

export interface ExampleOptions {
  /** The folder of the example's `package.json`. */
  readonly folder: URL
  /** Arguments of Node that start it. Default: its `src/server.ts`, from sources. */
  readonly command?: readonly string[]
  /** What it must know besides. */
  readonly environment?: Readonly<Record<string, string>>
  /** True: its pages are on an origin of their own, which `SITE_PORT` and `SITE_URL` tell it. */
  readonly hasSite?: boolean
  /** Arguments of Node that build it first, where it has to be built. */
  readonly build?: readonly string[]
}

/** An example in a process of its own, with an emulator in place of Slack. */
export interface Example {
  readonly url: string
  readonly slack: Emulator
  /** Where its pages are. */
  readonly site: string
  close(): Promise<void>
}

/** Starts an example as its README says, with a key, a database and an emulator of its own, and answers when it says that it can be opened. */
export async function startExample({
  folder,
  command = ["--conditions=@holdfast/source", "--import", import.meta.resolve("tsx"), "src/server.ts"],
  environment = {},
  hasSite = false,
  build,
}: ExampleOptions): Promise<Example> {
  const [port, sitePort] = [await freePort(), await freePort()]
  const url = `http://localhost:${port}`
  const site = hasSite ? `http://localhost:${sitePort}` : url
  const slack = createSlackEmulator({ redirectUris: [`${url}/api/integrations/oauth/callback/slack`] })
  const listening = await listen(slack)
  const database = await mkdtemp(join(tmpdir(), "example-"))
  const place = {
    cwd: fileURLToPath(folder),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production" as const,
      PORT: String(port),
      ...(hasSite && { SITE_PORT: String(sitePort), SITE_URL: site }),
      APP_URL: url,
      HOLDFAST_KEYS: `test:${randomBytes(32).toString("base64url")}`,
      SESSION_SECRET: randomBytes(32).toString("base64url"),
      DATABASE_FILE: join(database, "holdfast.db"),
      SLACK_CLIENT_ID: emulatorApp.clientId,
      SLACK_CLIENT_SECRET: emulatorApp.clientSecret,
      REROUTE: JSON.stringify(listening.reroute),
      ...environment,
    },
  }
  if (build) await promisify(execFile)(process.execPath, build, place)
  const child = spawn(process.execPath, command, { ...place, stdio: ["ignore", "pipe", "pipe"] })
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit")
      child.kill("SIGTERM")
      await ended
    }
    await listening.close()
    await rm(database, { recursive: true })
  }
  try {
    await opened(child)
  } catch (error) {
    await close()
    throw error
  }
  return { url, site, slack, close }
}

/** Resolves when it has written that it can be opened. */
async function opened(child: ChildProcess): Promise<void> {
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on("line", (line) => said.push(line))
  }
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The example ended with code ${code}:\n${said.join("\n")}`)))
    child.stdout?.on("data", () => {
      if (said.some((line) => /Open http|Ready in/.test(line))) resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
