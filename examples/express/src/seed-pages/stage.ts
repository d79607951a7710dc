import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createServer, type RequestListener } from "node:http"
import { type Holdfast, memoryStore } from "@holdfast/core"
import { type BrowserContext, launch, type Page, type Recording, record } from "chromium-for-tests"
import express from "express"
import { vi } from "vitest"
import { holdPort } from "../demo/held-port.js"
import { startWorld, type World } from "../demo/world.js"
import { createChannelsApp } from "../seed-001.js"
import { seedPage, seedScript } from "./page.js"

/** From the snippet that asks most of an address to the one that asks least: the first that is content takes the address's code away. */
const headings = ["Zoom", "Shopify", "Stripe", "PayPal", "Calendly", "Telegram"] as const

/** The backend, the page, the providers and a Chromium. */
export interface Stage {
  readonly world: World
  /** Address of the integrations page. */
  readonly page: string
  /** Address of a channel's route at the backend. */
  api(connector: string, path: string): string
  /** The page's script with other providers on it, or in another order. */
  script(headings: readonly string[]): Promise<string>
  /** A browser with nothing in it, in which somebody signs in and opens the page. */
  person(name: "admin" | "member"): Promise<Person>
  close(): Promise<void>
}

export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  readonly recording: Recording
}

/** Opens it all, with the page at the backend's own origin or at one of its own. */
export async function openStage(where: "same origin" | "second origin"): Promise<Stage> {
  const document = await readFile(new URL("../../seed-001.md", import.meta.url), "utf8")
  const [{ port, release }, elsewhere] = [await holdPort(0), await holdPort(0)]
  const url = `http://127.0.0.1:${port}`
  const pageOrigin = where === "same origin" ? url : `http://127.0.0.1:${elsewhere.port}`
  const page = `${pageOrigin}/integrations`
  const arrivesAt = (connector: string) => (connector === "paypal" ? "connect" : "callback")
  const world = await startWorld(url, (connector) => `${url}/api/v1/channels/${connector}/${arrivesAt(connector)}`)
  vi.stubEnv("APP_URL", url)
  vi.stubEnv("HOLDFAST_KEYS", `test:${randomBytes(32).toString("base64url")}`)
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value)
  const { reroute, options } = world
  const made = createChannelsApp({
    transports: options,
    reroute,
    store: memoryStore(),
    runtime: { fetch: (request) => fetch(request) },
    ...(where === "second origin" && { page }),
  })
  const front = await seedPage({ document, headings, apiOrigin: url })
  const closing = [
    await listen(where === "same origin" ? express().use(front, made.app) : made.app, port, release),
    await listen(express().use(front), elsewhere.port, elsewhere.release),
  ]
  const chromium = await launch()
  return {
    world,
    page,
    api: (connector, path) => `${url}/api/v1/channels/${connector}/${path}`,
    script: (others) => seedScript({ document, headings: others, apiOrigin: url }),
    async person(name) {
      const context = await chromium.newContext()
      const recording = record(context)
      await context.request.post(`${url}/sign-in`, { form: { name }, headers: { origin: url } })
      const opened = await context.newPage()
      opened.on("dialog", (dialog) => void dialog.accept())
      await opened.goto(page)
      return { context, page: opened, recording }
    },
    async close() {
      await chromium.close()
      await Promise.all(closing.map((close) => close()))
      await (made.holdfast as unknown as Holdfast).close()
      await world.close()
      vi.unstubAllEnvs()
    },
  }
}

async function listen(app: RequestListener, port: number, release: () => Promise<void>): Promise<() => Promise<void>> {
  const server = createServer(app)
  await release()
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  return async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
