import { randomBytes } from "node:crypto"
import type { Server } from "node:http"
import { type Holdfast, memoryStore } from "@holdfast/core"
import { axeViolations, type Browser, launch, type Page, record, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { createApp } from "./app.js"
import { holdPort } from "./demo/held-port.js"
import { startWorld, type World } from "./demo/world.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "the app's own pages", () => {
  let url: string
  let world: World
  let holdfast: Holdfast
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    const { port, release } = await holdPort(0)
    url = `http://127.0.0.1:${port}`
    world = await startWorld(url)
    vi.stubEnv("APP_URL", url)
    vi.stubEnv("HOLDFAST_KEYS", `test:${randomBytes(32).toString("base64url")}`)
    for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value)
    const { reroute, options } = world
    const runtime = { fetch: (request: Request) => fetch(request) }
    const made = createApp({ transports: options, reroute, store: memoryStore(), runtime })
    holdfast = made.holdfast as unknown as Holdfast
    await release()
    await new Promise<void>((resolve) => {
      server = made.app.listen(port, "127.0.0.1", () => resolve())
    })
    browser = await launch()
  })

  afterAll(async () => {
    await browser.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await holdfast.close()
    await world.close()
    vi.unstubAllEnvs()
  })

  async function signIn(): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    await page.goto(url)
    await page.getByRole("button", { name: "As the admin" }).click()
    return page
  }

  it("lead from the sign-in to the integrations, and from there to an operation that is run with a connection", async () => {
    const page = await signIn()
    const recording = record(page.context())
    await page.getByRole("link", { name: "Run an operation" }).click()
    await page.getByText("Nothing is connected yet.").waitFor()
    await page.getByRole("link", { name: "Connect an account first." }).click()
    const card = page.locator("hf-connector-card", { has: page.getByRole("heading", { name: "Slack" }) })
    const [consent] = await Promise.all([
      page.context().waitForEvent("page"),
      card.getByRole("button", { name: "Connect with OAuth" }).click(),
    ])
    await consent.getByRole("button", { name: /allow/i }).first().click()
    await card.getByText("Connected", { exact: true }).waitFor()

    await page.getByRole("link", { name: "Run an operation" }).click()
    await page.getByLabel("Operation").selectOption("send_message")
    await page.getByLabel("Parameters").fill('{ "channel": "#general", "message": "By hand" }')
    await page.getByRole("button", { name: "Run" }).click()
    await page.locator("#output").filter({ hasText: '"ok": true' }).waitFor()
    const place = world.connectors.get("slack")
    const said = await place?.control.act("messages", { workspaceId: "T0000000A1", channel: "C0000000A1" })
    expect(said).toEqual([expect.objectContaining({ text: "By hand" })])
    expect(await axeViolations(page)).toEqual([])
    expect(recording.errors.filter((error) => !error.includes("404"))).toEqual([])
    await page.context().close()
  })

  it("say what is wrong with an operation, in the backend's words", async () => {
    const page = await signIn()
    await page.goto(`${url}/operations.html`)
    await page.getByLabel("Operation").selectOption("send_message")
    await page.getByRole("button", { name: "Run" }).click()
    await page.locator("#output.bad").filter({ hasText: "input_invalid" }).waitFor()
    expect(await page.getByRole("button", { name: "Run" }).isEnabled()).toBe(true)
    await page.context().close()
  })

  it("save one app for all services of a vendor, and remove it for all", async () => {
    const page = await signIn()
    await page.getByRole("button", { name: "OAuth Settings", exact: true }).click()
    const sheets = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Google Sheets/ }) })
    await sheets.getByRole("button", { name: /^Google Sheets/ }).click()
    await sheets.getByLabel("Client ID").fill("of-the-tenant.apps.googleusercontent.com")
    await sheets.getByLabel("Client secret").fill("GOCSPX-of-the-tenant")
    await sheets.getByLabel("Use it for these too: Gmail, Google Calendar, Google Chat, Google Drive").check()
    await sheets.getByRole("button", { name: "Save", exact: true }).click()
    await page.getByRole("button", { name: "Gmail Saved here" }).waitFor()
    expect(await holdfast.apps.resolve("example", "google-drive")).toMatchObject({
      tenantId: "example",
      clientId: "of-the-tenant.apps.googleusercontent.com",
    })

    await sheets.getByRole("button", { name: "Remove the app of Google Sheets" }).click()
    await sheets.getByText("It is shared by several services.").waitFor()
    await sheets.getByRole("button", { name: "Remove", exact: true }).click()
    await sheets.getByText("The app of Google Sheets is removed.").waitFor()
    expect(await holdfast.apps.resolve("example", "google-drive")).toMatchObject({ tenantId: null })
    await page.context().close()
  })
})
