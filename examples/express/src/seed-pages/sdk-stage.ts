import { randomBytes } from "node:crypto"
import { createServer, type RequestListener } from "node:http"
import { type Holdfast, memoryStore, type Owner } from "@holdfast/core"
import type { Emulator } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { createNotionEmulator, emulatorApp } from "@holdfast/notion/emulator"
import express from "express"
import { vi } from "vitest"
import { holdPort } from "../demo/held-port.js"
import { createCredentialsApp } from "../seed-002-http.js"
import { type PageData, sdkPage } from "./sdk-page.js"

/** The backend, a page with the snippets, and Notion. */
export interface SdkStage {
  readonly holdfast: Holdfast
  readonly notion: Emulator
  readonly url: string
  readonly page: string
  /** Where the caller's server is told the code. */
  readonly callback: string
  /** What the page is told with its markup, from now on. */
  tell(data: PageData): void
  /** A token of the person's, for this page. */
  token(owner: Owner): Promise<string>
  close(): Promise<void>
}

/** Opens it all. `another site`: the page is where no cookie of the backend goes. */
export async function openSdkStage(where: "the same origin" | "another site"): Promise<SdkStage> {
  const [{ port, release }, elsewhere] = [await holdPort(0), await holdPort(0)]
  const url = `http://127.0.0.1:${port}`
  const pageOrigin = where === "the same origin" ? url : `http://localhost:${elsewhere.port}`
  const page = `${pageOrigin}/settings`
  const callback = `${pageOrigin}/oauth/callback`
  const notion = createNotionEmulator({ redirectUris: [`${url}/api/integrations/oauth/callback/notion`] })
  const { reroute, close } = await listen(notion)
  vi.stubEnv("APP_URL", url)
  vi.stubEnv("CALLBACK_URL", callback)
  vi.stubEnv("NOTION_CLIENT_ID", emulatorApp.clientId)
  vi.stubEnv("NOTION_CLIENT_SECRET", emulatorApp.clientSecret)
  vi.stubEnv("HOLDFAST_KEYS", `test:${randomBytes(32).toString("base64url")}`)
  const made = createCredentialsApp({ store: memoryStore(), reroute, returnUrls: [page] })
  const holdfast = made.holdfast as unknown as Holdfast
  let told: PageData = {}
  const front = await sdkPage({ url: holdfast.url, data: () => told })
  front.get("/oauth/callback", (_request, response) => void response.type("html").send("<title>Thank you</title>"))
  const closing = [
    await listenAt(port, "127.0.0.1", release, where === "the same origin" ? express().use(front, made.app) : made.app),
    await listenAt(elsewhere.port, "localhost", elsewhere.release, express().use(front)),
  ]
  return {
    holdfast,
    notion,
    url,
    page,
    callback,
    tell(data) {
      told = data
    },
    token: (owner) => holdfast.access.browserToken(owner, { origin: pageOrigin }),
    async close() {
      await Promise.all(closing.map((one) => one()))
      await holdfast.close()
      await close()
      vi.unstubAllEnvs()
    },
  }
}

async function listenAt(port: number, host: string, release: () => Promise<void>, app: RequestListener) {
  const server = createServer(app)
  await release()
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
