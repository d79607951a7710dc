import {
  type Browser,
  type BrowserContext,
  focusedName,
  launch,
  type Page,
  press,
  tabTo,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost, stripeKeys } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "with a keyboard alone", () => {
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

  async function connectStripe(): Promise<void> {
    await press(page, "Connect with API Key: Stripe")
    await expect.poll(() => focusedName(page)).toBe("Secret or restricted API key")
    await page.keyboard.type(String(stripeKeys[0]))
    await page.keyboard.press("Enter")
    await page.getByText("Stripe is connected.").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Manage Stripe")
  }

  it("a Stripe key is connected, tested, renamed and disconnected (seed 000: “Connect with API Key”, “Save & Connect”, check mark)", async () => {
    await connectStripe()
    await page.getByText("Connected", { exact: true }).waitFor()

    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "First shop" }).waitFor()
    await press(page, "Test First shop")
    await page.getByText("Everything works.").waitFor()
    await page.getByText("Service reachable: works").waitFor()
    expect(await focusedName(page)).toBe("Test First shop")

    await tabTo(page, "Close")
    await press(page, "Rename First shop")
    await expect.poll(() => focusedName(page)).toBe("New name")
    await page.keyboard.type("Sales")
    await page.keyboard.press("Enter")
    await page.getByText("Renamed to Sales.").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Rename Sales")

    await press(page, "Disconnect Sales")
    await expect.poll(() => focusedName(page)).toBe("Keep it")
    await press(page, "Disconnect")
    await page.getByText("Sales is disconnected.").waitFor()
    await page.getByText("Nothing is connected yet.").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Connect with API Key")

    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Connect with API Key: Stripe")
    const told = await heard(page)
    const connectionId = told[0]?.connectionId
    expect(told).toEqual([
      { type: "holdfast-connected", connector: "stripe", connectionId },
      { type: "holdfast-disconnected", connector: "stripe", connectionId },
    ])
    expect(connectionId).toMatch(/^conn_/)
  })

  it("the focus stays at a card whose button becomes another: the sheet is closed before the catalogue has come anew", async () => {
    await connectStripe()
    await page.keyboard.press("Enter")
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route("**/connectors", async (route) => {
      await held
      await route.continue()
    })
    await press(page, "Disconnect First shop")
    await press(page, "Disconnect")
    await page.getByText("First shop is disconnected.").waitFor()
    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Manage Stripe")
    letGo()
    await expect.poll(() => focusedName(page)).toBe("Connect with API Key: Stripe")
  })

  it("Escape keeps the old name, and the dialog stays; an unchanged name is no change", async () => {
    await connectStripe()
    await page.keyboard.press("Enter")
    await press(page, "Rename First shop")
    await expect.poll(() => focusedName(page)).toBe("New name")
    await page.keyboard.type("Something else")
    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Rename First shop")
    await page.getByRole("heading", { name: "First shop" }).waitFor()
    await page.keyboard.press("Enter")
    await expect.poll(() => focusedName(page)).toBe("New name")
    await page.keyboard.press("Enter")
    await expect.poll(() => focusedName(page)).toBe("Rename First shop")
  })

  it("dialogs keep the focus, and give it back: the set-up guide, the form, the question before disconnecting", async () => {
    await press(page, "Set-up guide for Slack")
    await page.getByRole("dialog", { name: "Set-up guide for Slack" }).waitFor()
    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Set-up guide for Slack")

    await press(page, "Connect with API Key: Stripe")
    await page.getByRole("dialog", { name: "Connect Stripe" }).waitFor()
    // What lies behind is out of reach.
    const reached = new Set<string>()
    for (let tabs = 0; tabs < 12; tabs++) {
      reached.add(await focusedName(page))
      await page.keyboard.press("Tab")
    }
    expect(reached).toContain("Save & Connect")
    expect(reached).not.toContain("Search integrations")
    await press(page, "Cancel")
    await expect.poll(() => focusedName(page)).toBe("Connect with API Key: Stripe")

    await connectStripe()
    await page.keyboard.press("Enter")
    await press(page, "Disconnect First shop")
    await press(page, "Keep it")
    await expect.poll(() => focusedName(page)).toBe("Disconnect First shop")
    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Manage Stripe")
  })
})
