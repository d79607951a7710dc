import { type Browser, type BrowserContext, focusedName, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "connecting in a window", () => {
  let browser: Browser
  let host: ElementHost
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    host = await startElementHost()
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await host.open(context)
    await page.getByText("Connect with API Key").waitFor()
  })
  afterEach(async () => {
    await context.close()
    await host.disconnectAll()
  })

  async function windowOf(click: () => Promise<unknown>): Promise<Page> {
    const [opened] = await Promise.all([page.waitForEvent("popup"), click()])
    return opened
  }
  const connectSlack = () => page.getByRole("button", { name: "Connect with OAuth: Slack" }).click()
  const allow = (provider: Page) => provider.getByRole("button", { name: "Allow" }).click({ noWaitAfter: true })

  it("Slack opens in the click, and its card is connected when the person has agreed (seed 000: “Connect with OAuth”)", async () => {
    const provider = await windowOf(connectSlack)
    await page.getByText("Finish in the window that opened.").waitFor()
    await allow(provider)
    await page.getByText("Slack is connected.").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Manage Slack")
    const [connection] = await host.holdfast.for({ tenantId: "acme-corp", userId: "ada" }).list()
    expect(await heard(page)).toEqual([
      { type: "holdfast-connected", connector: "slack", connectionId: connection?.id },
    ])
  })

  it("who says no is told what to do, and the button is there again", async () => {
    const provider = await windowOf(connectSlack)
    await provider.getByRole("button", { name: "Deny" }).click({ noWaitAfter: true })
    await page.getByRole("alert").getByText("Access was not granted. Try again").waitFor()
    expect(await heard(page)).toEqual([{ type: "holdfast-error", code: "access_denied", connector: "slack" }])
    await allow(await windowOf(connectSlack))
    await page.getByText("Slack is connected.").waitFor()
  })

  it("can be given up while the window is open: agreeing there connects nothing any more", async () => {
    const provider = await windowOf(connectSlack)
    await provider.getByRole("button", { name: "Allow" }).waitFor()
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.getByText("Nothing was connected.").waitFor()
    await allow(provider)
    await provider.getByText("Slack was not connected").or(provider.getByText("This did not work")).waitFor()
    expect(await host.holdfast.for({ tenantId: "acme-corp", userId: "ada" }).list()).toEqual([])
    expect(await heard(page)).toEqual([])
  })

  it("a second account of the same service gets a name of its own, and the first is untouched (seed 004)", async () => {
    await allow(await windowOf(connectSlack))
    await page.getByRole("button", { name: "Manage Slack" }).click()
    await page.getByLabel("Name of the connection").fill("Support team")
    const provider = await windowOf(() => page.getByRole("button", { name: "Connect with OAuth", exact: true }).click())
    await provider.getByLabel("Second").check()
    await allow(provider)
    await page.getByRole("heading", { name: "Support team" }).waitFor()
    await page.getByRole("heading", { name: "First workspace" }).waitFor()
    await page.keyboard.press("Escape")
    await page.getByText("2 connected").waitFor()
  })

  it("reconnecting keeps the connection, its name and its id", async () => {
    await allow(await windowOf(connectSlack))
    await page.getByRole("button", { name: "Manage Slack" }).click()
    const provider = await windowOf(() => page.getByRole("button", { name: "Reconnect First workspace" }).click())
    await allow(provider)
    await page.getByText("First workspace is connected again.").waitFor()
    const told = await heard(page)
    expect(told.map(({ type }) => type)).toEqual(["holdfast-connected", "holdfast-connected"])
    expect(told[1]?.connectionId).toBe(told[0]?.connectionId)
  })

  it("a shop is asked for first; what is none is said at the field and stays, and then the window opens in the click", async () => {
    await page.getByRole("button", { name: "Connect with OAuth: Shopify" }).click()
    const shop = page.getByLabel("Shop", { exact: true })
    await shop.fill("https://evil.example/")
    await page.getByLabel("Name of the connection").fill("Our shop")
    await page.getByRole("button", { name: "Continue to Shopify" }).click()
    await page.getByText("This does not look right. It should be like yourstore.myshopify.com.").waitFor()
    expect(await shop.inputValue()).toBe("https://evil.example/")
    expect(await shop.getAttribute("aria-invalid")).toBe("true")
    await expect.poll(() => focusedName(page)).toBe("Shop")
    expect(context.pages()).toHaveLength(1)

    await shop.fill("first-shop")
    const provider = await windowOf(() => page.getByRole("button", { name: "Continue to Shopify" }).click())
    await page.getByRole("link", { name: "Open the window again" }).waitFor()
    await allow(provider)
    await page.getByText("Shopify is connected.").waitFor()
    await page.getByRole("button", { name: "Manage Shopify" }).click()
    await page.getByRole("heading", { name: "Our shop" }).waitFor()
  })

  it("where windows are blocked, a link stands in for the window, and what comes of it is heard all the same", async () => {
    await context.route("**/page?*", async (route) => {
      const response = await route.fetch()
      const headers = response.headers()
      const sandbox = "sandbox allow-scripts allow-same-origin allow-forms"
      headers["content-security-policy"] += `; ${sandbox}`
      await route.fulfill({ response, headers })
    })
    await page.reload()
    await connectSlack()
    await page.getByText("The browser did not open a window.").waitFor()
    const link = await page.getByRole("link", { name: "Continue to Slack" }).getAttribute("href")
    expect(link).toMatch(`${host.origin}/api/integrations/attempts/`)
    const provider = await context.newPage()
    await provider.goto(String(link))
    await allow(provider)
    await page.getByText("Slack is connected.").waitFor()
  })

  it("a page loaded anew while the window is open hears how it ended", async () => {
    const provider = await windowOf(connectSlack)
    await provider.getByRole("button", { name: "Allow" }).waitFor()
    await page.reload()
    await page.getByText("Connect with API Key").waitFor()
    await allow(provider)
    await page.getByText("Slack is connected.").waitFor()
  })
})
