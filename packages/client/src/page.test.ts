import { gzipSync } from "node:zlib"
import { axeViolations, type Browser, type BrowserContext, launch, record, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { type PageHost, startPageHost } from "./browser/page-host.js"
import { integrationsPage } from "./page.js"

describe("integrationsPage", () => {
  it("is one module that imports nothing, and no larger than a page can bear", () => {
    expect(integrationsPage.script).not.toMatch(/\bimport\s*[("'{*]|\bfrom\s*["']/)
    expect(gzipSync(integrationsPage.script).length).toBeLessThan(45_000)
  })
})

describe.skipIf(withoutChromium)(withoutChromium ?? "the served page", () => {
  let browser: Browser
  let host: PageHost
  let context: BrowserContext

  beforeAll(async () => {
    browser = await launch()
    host = await startPageHost({
      ui: {
        ...integrationsPage,
        title: "Verbindungen",
        lang: "de",
        signInUrl: "/login",
        stylesheet: "/brand.css",
        links: [{ label: "Zurück", url: "/home" }],
        strings: { search: "Suchen" },
      },
      pages: {
        "/login": { type: "text/html", text: "<title>Login</title>" },
        "/brand.css": { type: "text/css", text: ":root { --holdfast-accent: rgb(120, 20, 90) }" },
      },
    })
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  afterEach(() => context.close())

  it("shows what can be connected, in the host's words and colours, under its policy", async () => {
    context = await browser.newContext()
    const recording = record(context)
    await host.signIn(context, "admin")
    const page = await context.newPage()
    await page.goto(`${host.url}/api/integrations/ui`)
    await page.getByRole("heading", { name: "Slack" }).waitFor()
    await page.getByRole("heading", { name: "Verbindungen", level: 1 }).waitFor()
    await page.getByRole("searchbox", { name: "Suchen" }).waitFor()
    expect(await page.getByRole("link", { name: "Zurück" }).getAttribute("href")).toBe("/home")
    const accent = await page.getByRole("link", { name: "Zurück" }).evaluate((link) => getComputedStyle(link).color)
    expect(accent).toBe("rgb(120, 20, 90)")
    expect(await axeViolations(page)).toEqual([])
    expect(recording.errors).toEqual([])
  })

  it("leads an admin from a service without an app to its settings, and on to a connected account", async () => {
    context = await browser.newContext()
    await host.signIn(context, "admin")
    const page = await context.newPage()
    await page.goto(`${host.url}/api/integrations/ui`)
    const card = page.locator("hf-connector-card", { has: page.getByRole("heading", { name: "Slack" }) })
    await card.getByRole("button", { name: "OAuth Settings" }).click()
    await page.getByLabel("Client ID").fill(host.slackApp.clientId)
    await page.getByLabel("Client secret").fill(host.slackApp.clientSecret)
    await page.getByRole("button", { name: "Save", exact: true }).click()
    await page.getByText("Slack can be connected now").waitFor()
    await page.keyboard.press("Escape")
    const [consent] = await Promise.all([
      context.waitForEvent("page"),
      card.getByRole("button", { name: "Connect with OAuth" }).click(),
    ])
    await consent.getByRole("button", { name: /allow/i }).first().click()
    await card.getByText("Connected", { exact: true }).waitFor()
    const [connection] = await host.holdfast.for({ tenantId: "org", userId: "admin" }).list()
    expect(connection).toMatchObject({ connector: "slack", status: "active" })
  })

  it("sends who is not signed in to the host's sign-in", async () => {
    context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${host.url}/api/integrations/ui`)
    expect(page.url()).toBe(`${host.url}/login`)
  })
})
