import { createHash, randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import type { Server as HttpServer } from "node:http"
import { type AddressInfo, Server } from "node:net"
import { approve, type Emulator, type Reroute } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { createNotionEmulator, emulatorApp } from "@holdfast/notion/emulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"

const page = "http://localhost:3000"
const callback = `${page}/oauth/callback`
const printed: string[] = []
let server: HttpServer
let notion: { emulator: Emulator; reroute: Reroute; close(): Promise<void> }
let flow: typeof import("./oauth-flow.js")

beforeAll(async () => {
  const emulator = createNotionEmulator({ redirectUris: [callback] })
  notion = { emulator, ...(await listen(emulator)) }
  vi.stubEnv("NOTION_CLIENT_ID", emulatorApp.clientId)
  vi.stubEnv("NOTION_CLIENT_SECRET", emulatorApp.clientSecret)
  vi.stubEnv("HOLDFAST_KEYS", `test:${randomBytes(32).toString("base64url")}`)
  vi.stubEnv("DATABASE_FILE", ":memory:")
  vi.stubEnv("REROUTE", JSON.stringify(notion.reroute))
  vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)))
  // The example listens on port 3000, which this machine may be using for something else.
  const start = Server.prototype.listen
  const started = new Promise<void>((resolve) => {
    vi.spyOn(Server.prototype, "listen").mockImplementationOnce(function (this: Server) {
      server = this as HttpServer
      return start.call(this, { port: 0, host: "127.0.0.1" }, resolve)
    })
  })
  await import("./seed-002.js")
  await started
  flow = await import("./oauth-flow.js")
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await flow.holdfast.close()
  await notion.close()
  vi.unstubAllEnvs()
})

/** Where the example would be at port 3000. */
function visit(url: string | URL): Promise<Response> {
  const { pathname, search } = new URL(url, page)
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}${search}`, { redirect: "manual" })
}

/** Starts at the example, and allows or denies at the provider. */
async function consent(options: { deny?: boolean } = {}): Promise<URL> {
  const leaving = await visit("/connect/notion")
  expect(leaving.status).toBe(302)
  return approve(fetch, leaving.headers.get("location") ?? "", options)
}

describe("the Express example of seed 002, with only its import changed (S1)", () => {
  it("is the seed's own text, line by line", async () => {
    const text = await readFile(new URL("./seed-002.ts", import.meta.url), "utf8")
    const original = text.replace(/^(\/\/.*\n)+/, "").replace("'./oauth-flow.js'", "'./src/oauth-flow'")
    const digest = createHash("sha256").update(original).digest("hex")
    expect(digest).toBe("8da3f179fe67413950c52bd8090237469f92e3baed730e13df7989c6e276a483")
  })

  it("connects, and says the connection's id", async () => {
    const back = await consent()
    expect(back.origin + back.pathname).toBe(callback)
    const done = await visit(back)
    const markup = await done.text()
    expect(done.status).toBe(200)
    const id = /CONNECTION_ID=(conn_[\w-]+)/.exec(markup)?.[1] ?? ""
    expect(printed).toContain(`Connection established: ${id}`)
    const connection = flow.holdfast.for(flow.owner).connection(id, "notion")
    expect(await connection.info()).toMatchObject({ connector: "notion", status: "active", name: "First workspace" })
    const { results } = await connection.run("search")
    expect(results).toContainEqual(expect.objectContaining({ object: "page" }))
    expect(await connection.check()).toMatchObject({ ok: true })
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    expect(notion.emulator.counters.revocations).toBe(1)
  })

  it("answers the same connection when the page is loaded again", async () => {
    const back = await consent()
    const [first, second] = [await visit(back), await visit(back)]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(await second.text()).toBe(await first.text())
  })

  it("shows what the provider said when the person refuses", async () => {
    const denied = await visit(await consent({ deny: true }))
    expect(denied.status).toBe(400)
    expect(await denied.text()).toBe("OAuth error: access_denied")
  })

  it("refuses an answer without state, and one of somebody else", async () => {
    const back = await consent()
    const stateless = new URL(back)
    stateless.searchParams.delete("state")
    expect((await visit(stateless)).status).toBe(500)
    const foreign = new URL(back)
    foreign.searchParams.set("state", "somebody-else")
    expect((await visit(foreign)).status).toBe(500)
    expect(notion.emulator.counters.tokensIssued.authorization_code).toBe(2)
  })
})
