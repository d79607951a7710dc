import { type Browser, type BrowserContext, focusedName, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost, stripeKeys } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"

const ada = { tenantId: "acme-corp", userId: "ada" }
const keyLabel = "Secret or restricted API key"
/** Of the first account, and may do what its check asks for. */
const restrictedKey = "rk_test_emulated_first_shop"

describe.skipIf(withoutChromium)(withoutChromium ?? "the connections of a service", () => {
  let browser: Browser
  let host: ElementHost
  let context: BrowserContext
  let page: Page
  let connectionId: string

  beforeAll(async () => {
    host = await startElementHost()
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  beforeEach(async () => {
    const [key = ""] = stripeKeys
    const attempt = await host.holdfast.attempts.begin(ada, { connector: "stripe", values: { key }, binding: "state" })
    connectionId = attempt.connectionId ?? ""
    context = await browser.newContext()
    page = await host.open(context)
  })
  afterEach(async () => {
    await context.close()
    await host.disconnectAll()
    host.stripe.reset()
  })

  const manage = () => page.getByRole("button", { name: "Manage Stripe" }).click()
  const connection = () => host.holdfast.for(ada).connection(connectionId)

  it("show the provider's figures and ours, by operation (seeds 000 and 004)", async () => {
    await connection().run("list_customers", {})
    await connection().run("list_customers", {})
    await connection()
      .run("create_customer", { email: "no address" })
      .catch(() => {})
    await manage()
    const usage = page.getByRole("button", { name: "Usage of First shop" })
    expect(await usage.getAttribute("aria-expanded")).toBe("false")
    await usage.click()
    await page.getByText("Available balance").waitFor()
    await page.getByRole("row", { name: "list_customers 2 0" }).waitFor()
    expect(await usage.getAttribute("aria-expanded")).toBe("true")
    await usage.click()
    await page.getByText("Available balance").waitFor({ state: "detached" })
  })

  it("are connected again with another key of the same account, and keep id and name (seed 004)", async () => {
    await connection().rename("Sales")
    host.stripe.provider.revokeKey(String(stripeKeys[0]))
    await connection().check()
    await manage()
    await page.getByText("Reconnect needed").waitFor()
    await page.getByRole("button", { name: "Reconnect Sales" }).click()
    await page.getByRole("dialog", { name: "Reconnect Stripe" }).waitFor()
    // It has a name already.
    expect(await page.locator("hf-connect-dialog").getByLabel("Name of the connection").count()).toBe(0)
    await page.getByLabel(keyLabel, { exact: true }).fill(restrictedKey)
    await page.keyboard.press("Enter")
    await page.getByText("Sales is connected again.").waitFor()
    await page.getByText("Working").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Sales")
    expect(await heard(page)).toEqual([{ type: "holdfast-connected", connector: "stripe", connectionId }])
  })

  it("refuse the key of another account in words, and are what they were", async () => {
    await manage()
    await page.getByRole("button", { name: "Reconnect First shop" }).click()
    await page.getByLabel(keyLabel, { exact: true }).fill(String(stripeKeys[1]))
    await page.keyboard.press("Enter")
    await page.getByText("That is another account. Sign in with the one that was connected before.").waitFor()
    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Reconnect First shop")
    expect((await connection().info()).account.label).toBe("First shop")
  })

  it("that somebody else has ended meanwhile are told to be gone, and the way to connect stays", async () => {
    await manage()
    await page.getByRole("heading", { name: "First shop" }).waitFor()
    await connection().disconnect()
    await page.getByRole("button", { name: "Test First shop" }).click()
    await page.getByRole("alert").getByText("This is no longer there.").waitFor()
    await page.getByRole("button", { name: "Connect with API Key", exact: true }).waitFor()
    expect((await heard(page)).map(({ code }) => code)).toEqual(["not_found"])
  })

  it("are nobody else's: another person of the tenant sees none of them", async () => {
    const others = await host.open(await browser.newContext(), { as: "admin" })
    await others.getByRole("button", { name: "Connect with API Key: Stripe" }).waitFor()
    expect(await others.getByRole("button", { name: "Manage Stripe" }).count()).toBe(0)
    await others.context().close()
  })
})
