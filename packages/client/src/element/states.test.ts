import { type Browser, type BrowserContext, focusedName, launch, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"

const catalogue = "**/api/integrations/connectors"

describe.skipIf(withoutChromium)(withoutChromium ?? "the catalogue", () => {
  let browser: Browser
  let host: ElementHost
  let bare: ElementHost
  let context: BrowserContext

  beforeAll(async () => {
    host = await startElementHost()
    bare = await startElementHost({ isConfigured: false })
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([host?.close(), bare?.close()])
  })
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context.close())

  it("lists services below their categories, each with its ways to connect (seed 000)", async () => {
    const page = await host.open(context)
    await page.getByText("Connect with API Key").waitFor()
    expect(await page.getByRole("heading", { level: 3 }).allTextContents()).toEqual([
      "Commerce",
      "Communication",
      "Payments",
    ])
    const communication = page.getByRole("region", { name: "Communication" })
    expect(await communication.getByRole("heading", { level: 4 }).allTextContents()).toEqual(["Slack", "Telegram"])
    await page.getByRole("button", { name: "Connect with OAuth: Slack" }).waitFor()
    await page.getByRole("button", { name: "Phone number: Telegram" }).waitFor()
    await page.getByRole("button", { name: "QR code: Telegram" }).waitFor()
    // Who is no admin sees nothing of app registrations.
    expect(await page.getByRole("button", { name: /OAuth Settings/ }).count()).toBe(0)
  })

  it("is searched by name and by category, says how many were found, and what to do when none was", async () => {
    const page = await host.open(context)
    const search = page.getByRole("searchbox", { name: "Search integrations" })
    await search.fill("sLa")
    await page.getByText("1 found").waitFor({ state: "attached" })
    expect(await page.getByRole("heading", { level: 4 }).allTextContents()).toEqual(["Slack"])
    await search.fill("payments")
    await expect.poll(() => page.getByRole("heading", { level: 4 }).allTextContents()).toEqual(["Stripe"])
    await search.fill("no such thing")
    await page.getByText("Nothing matches “no such thing”.").waitFor()
    await page.getByRole("button", { name: "Clear search" }).click()
    await expect.poll(() => focusedName(page)).toBe("Search integrations")
    expect(await page.getByRole("heading", { level: 4 }).count()).toBe(4)
  })

  it("shows only the connectors that it is told to", async () => {
    const page = await host.open(context, { attributes: { connectors: "stripe slack" } })
    await page.getByText("Connect with API Key").waitFor()
    expect(await page.getByRole("heading", { level: 4 }).allTextContents()).toEqual(["Slack", "Stripe"])
  })

  it("of no connectors says that there is nothing yet", async () => {
    const page = await host.open(context, { attributes: { connectors: "none-of-them" } })
    await page.getByText("There is nothing to connect yet.").waitFor()
  })

  it("says that it is being loaded, in words and in shapes", async () => {
    let go = () => {}
    const held = new Promise<void>((resolve) => {
      go = resolve
    })
    await context.route(catalogue, async (route) => {
      await held
      await route.continue()
    })
    const page = await host.open(context)
    await page.getByRole("status").getByText("Loading integrations").waitFor({ state: "attached" })
    go()
    await page.getByText("Connect with API Key").waitFor()
    expect(await page.getByText("Loading integrations").count()).toBe(0)
  })

  it("that cannot be loaded says why, and is there after another try", async () => {
    await context.route(catalogue, (route) => route.abort())
    const page = await host.open(context)
    const alert = page.getByRole("alert")
    await alert.getByText("The integrations could not be loaded.").waitFor()
    await alert.getByText("The server cannot be reached.").waitFor()
    await context.unroute(catalogue)
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByText("Connect with API Key").waitFor()
    expect((await heard(page)).map(({ code }) => code)).toEqual(["offline"])
  })

  it("of whoever is not signed in says so", async () => {
    const page = await host.open(context, { as: "nobody" })
    await page.getByRole("alert").getByText("You are signed out.").waitFor()
    expect(await heard(page)).toEqual([{ type: "holdfast-error", code: "unauthenticated" }])
  })

  it("says “OAuth configuration missing” where it is, with the way into OAuth Settings for admins alone (seed 000)", async () => {
    const page = await bare.open(context)
    const slack = page.getByRole("article", { name: "Slack" })
    await slack.getByText("OAuth configuration missing").waitFor()
    await slack.getByText("An administrator has to add").waitFor()
    expect(await slack.getByRole("button").count()).toBe(1)
    // What works without an app is offered all the same.
    await page.getByRole("button", { name: "Connect with API Key: Stripe" }).waitFor()

    const admins = await bare.open(context, { as: "admin" })
    await admins.getByRole("button", { name: "OAuth Settings: Slack" }).click()
    await admins.getByRole("dialog", { name: "OAuth Settings" }).waitFor()
    await admins.getByLabel("Client ID").waitFor()
    await admins.keyboard.press("Escape")
    await expect.poll(() => focusedName(admins)).toBe("OAuth Settings: Slack")
  })
})
