import { randomBytes } from "node:crypto"
import type { Server } from "node:http"
import { type Holdfast, memoryStore } from "@holdfast/core"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { createApp } from "./app.js"
import { type Browser, createBrowser } from "./demo/browser.js"
import { holdPort } from "./demo/held-port.js"
import { startWorld, type World } from "./demo/world.js"

let url: string
let world: World
let holdfast: Holdfast
let server: Server

beforeAll(async () => {
  const { port, release } = await holdPort(0)
  url = `http://127.0.0.1:${port}`
  world = await startWorld(url)
  vi.stubEnv("APP_URL", url)
  vi.stubEnv("HOLDFAST_KEYS", `test:${randomBytes(32).toString("base64url")}`)
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value)
  const { reroute, options } = world
  const made = createApp({
    transports: options,
    reroute,
    store: memoryStore(),
    runtime: { fetch: (request) => fetch(request) },
  })
  holdfast = made.holdfast as unknown as Holdfast
  await release()
  await new Promise<void>((resolve) => {
    server = made.app.listen(port, "127.0.0.1", () => resolve())
  })
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await holdfast.close()
  await world.close()
  vi.unstubAllEnvs()
})

async function signedIn(name: "admin" | "member"): Promise<Browser> {
  const browser = createBrowser()
  const page = await browser.visit(`${url}/`)
  await browser.submit(page, async (field) => (field === "name" ? name : undefined))
  return browser
}

async function connect(browser: Browser, connector: string): Promise<void> {
  let page = await browser.visit(`${url}/api/integrations/connect/${connector}?returnTo=/`)
  // Twice where the provider keeps back its refresh token until it is asked outright.
  for (let consents = 0; consents < 2 && page.url.origin !== url; consents++) {
    page = await browser.submit(page, async () => undefined)
  }
  expect(page.url.searchParams.get("status")).toBe("connected")
}

async function connected(browser: Browser): Promise<string[]> {
  const { body } = await browser.call("GET", `${url}/api/integrations/connections`)
  return (body as { connections: { connector: string }[] }).connections.map(({ connector }) => connector)
}

describe("the app", () => {
  it("leads who is not signed in to its login, and answers scripts with 401", async () => {
    const browser = createBrowser()
    const page = await browser.visit(`${url}/`)
    expect(page.url.pathname).toBe("/sign-in.html")
    for (const path of ["/api/integrations/connectors", "/api/integrations/connections"]) {
      expect(await browser.call("GET", url + path)).toMatchObject({ status: 401, body: { error: "unauthenticated" } })
    }
    expect(await browser.call("POST", `${url}/api/announcements`, { message: "x" })).toMatchObject({ status: 401 })
  })

  it("takes no session that it has not signed", async () => {
    const { status } = await fetch(`${url}/api/integrations/connections`, {
      headers: { cookie: `session=admin.${"A".repeat(43)}` },
    })
    expect(status).toBe(401)
  })

  it("serves its page under a policy that allows nothing inline, and the page has nothing inline", async () => {
    const browser = await signedIn("admin")
    const page = await browser.visit(`${url}/`)
    expect(page.status).toBe(200)
    expect(page.markup).not.toMatch(/<style|style=| on\w+=|<script(?![^>]* src=)/)
    const { headers } = await fetch(`${url}/sign-in.html`)
    const policy = headers.get("content-security-policy")
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain("unsafe")
  })

  it("leads who is signed in to the page where accounts are connected, with how the last connect has ended", async () => {
    const browser = await signedIn("member")
    const page = await browser.visit(`${url}/?attempt=att_1&status=connected`)
    expect(page.url.href).toBe(`${url}/api/integrations/ui?attempt=att_1&status=connected`)
    expect(page.markup).toContain("<holdfast-integrations")
    const script = await fetch(/src="([^"]+)"/.exec(page.markup)?.[1] ?? "")
    expect(await script.text()).toContain("holdfast-integrations")
  })

  it("lists every connector of the demo, each with its app", async () => {
    const browser = await signedIn("admin")
    const { body } = await browser.call("GET", `${url}/api/integrations/connectors`)
    const { connectors } = body as { connectors: { id: string; appConfigured: boolean }[] }
    expect(connectors.map(({ id }) => id)).toEqual([...world.connectors.keys()])
    expect(connectors.filter(({ appConfigured }) => !appConfigured)).toEqual([])
  })

  it("offers the operations of a connector, with what each must be given", async () => {
    const browser = await signedIn("admin")
    const { body } = await browser.call("GET", `${url}/api/operations/slack`)
    expect(body).toContainEqual(
      expect.objectContaining({
        id: "send_message",
        parameters: expect.objectContaining({ required: ["channel", "message"] }),
      }),
    )
    expect(await browser.call("GET", `${url}/api/operations/nobody`)).toEqual({
      status: 404,
      body: { error: "connector_unknown", message: "There is no such connector." },
    })
  })

  it("connects, then runs a typed operation from its own route", async () => {
    const browser = await signedIn("admin")
    const announce = () => browser.call("POST", `${url}/api/announcements`, { message: "Hello" })
    expect(await announce()).toMatchObject({ status: 404, body: { error: "not_found" } })
    await connect(browser, "slack")
    expect(await announce()).toMatchObject({ status: 200, body: { ok: true } })
    const place = world.connectors.get("slack")
    const said = await place?.control.act("messages", { workspaceId: "T0000000A1", channel: "C0000000A1" })
    expect(said).toEqual([expect.objectContaining({ text: "Hello" })])
  })

  it("disconnects, and connects the same account again at once", async () => {
    const browser = await signedIn("member")
    await connect(browser, "gmail")
    const path = `${url}/api/integrations/connections`
    const { body } = await browser.call("GET", `${path}?connector=gmail`)
    const [connection] = (body as { connections: { id: string }[] }).connections
    expect(await browser.call("DELETE", `${path}/${connection?.id}`)).toEqual({
      status: 200,
      body: { revocation: "revoked" },
    })
    await connect(browser, "gmail")
    expect(await connected(browser)).toContain("gmail")
  })

  it("shows a colleague what is shared with the tenant, and nothing of the person (C9)", async () => {
    const [admin, member] = [await signedIn("admin"), await signedIn("member")]
    await connect(admin, "google-drive")
    expect(await connected(admin)).toEqual(expect.arrayContaining(["slack", "google-drive"]))
    expect(await connected(member)).toContain("slack")
    expect(await connected(member)).not.toContain("google-drive")
  })

  it("refuses what a page of another origin makes the browser send", async () => {
    const browser = await signedIn("admin")
    await browser.visit([...Object.values(world.reroute)][0] ?? "")
    const answer = await browser.call("POST", `${url}/api/integrations/attempts`, { connector: "slack" })
    expect(answer).toMatchObject({ status: 403, body: { error: "forbidden" } })
  })
})
