import {
  type Browser,
  type BrowserContext,
  focusedName,
  launch,
  type Page,
  record,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost, stripeKeys } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"

const keyLabel = "Secret or restricted API key"

describe.skipIf(withoutChromium)(withoutChromium ?? "what goes wrong", () => {
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

  const field = () => page.getByLabel(keyLabel, { exact: true })
  const save = () => page.getByRole("button", { name: "Save & Connect" }).click()
  const openForm = () => page.getByRole("button", { name: "Connect with API Key: Stripe" }).click()

  it("a field left empty is said at the field, which gets the focus, and nothing is sent", async () => {
    await openForm()
    const sent: string[] = []
    page.on("request", (request) => sent.push(request.url()))
    await save()
    await page.getByText("Fill this in.").waitFor()
    await expect.poll(() => focusedName(page)).toBe(keyLabel)
    expect(await field().getAttribute("aria-invalid")).toBe("true")
    expect(sent).toEqual([])
  })

  it("a key of the wrong kind is told in the connector's words, and one that is refused in ours; both stay typed", async () => {
    await openForm()
    await page.getByLabel("Name of the connection").fill("Sales")
    await field().fill("pk_test_51abc")
    await save()
    await page.getByText("This is a publishable key (pk_…)").waitFor()
    expect(await field().inputValue()).toBe("pk_test_51abc")
    await expect.poll(() => focusedName(page)).toBe(keyLabel)

    await field().fill("sk_test_unknown")
    await save()
    await page.getByText("This key or password was not accepted. Check that you copied all of it").waitFor()
    expect(await field().inputValue()).toBe("sk_test_unknown")
    expect(await page.getByLabel("Name of the connection").inputValue()).toBe("Sales")

    await field().fill(String(stripeKeys[0]))
    await save()
    await page.getByText("Stripe is connected.").waitFor()
    await page.getByRole("button", { name: "Manage Stripe" }).click()
    await page.getByRole("heading", { name: "Sales" }).waitFor()
    expect((await heard(page)).map(({ type, code }) => code ?? type)).toEqual([
      "input_invalid",
      "credential_invalid",
      "holdfast-connected",
    ])
  })

  it("a key is hidden until the person shows it, and is in no address, no event and no answer", async () => {
    const key = String(stripeKeys[0])
    const recording = record(context)
    await openForm()
    await field().fill(key)
    expect(await field().getAttribute("type")).toBe("password")
    await page.getByRole("button", { name: `Show: ${keyLabel}` }).click()
    expect(await field().getAttribute("type")).toBe("text")
    await save()
    await page.getByText("Stripe is connected.").waitFor()
    expect(JSON.stringify(await heard(page))).not.toContain(key)
    expect(await page.content()).not.toContain(key)
    const holding = (await recording.texts()).filter((text) => text.includes(key))
    // The one request that brings it to the backend.
    expect(holding.map((text) => Object.keys(JSON.parse(text)))).toEqual([["connector", "method", "values"]])
  })

  it("without a network, the form says so and keeps what was typed, and goes through later", async () => {
    await openForm()
    await field().fill(String(stripeKeys[0]))
    await context.setOffline(true)
    await save()
    await page.getByRole("alert").getByText("The server cannot be reached.").waitFor()
    expect(await field().inputValue()).toBe(stripeKeys[0])
    await context.setOffline(false)
    await save()
    await page.getByText("Stripe is connected.").waitFor()
  })

  it("whoever was signed out meanwhile is told so, and what was typed stays", async () => {
    await openForm()
    await field().fill("sk_test_unknown")
    await context.clearCookies()
    await save()
    await page.getByRole("alert").getByText("You are signed out. Sign in again").waitFor()
    expect(await field().inputValue()).toBe("sk_test_unknown")
  })

  it("settings that cannot be read or saved say so, to the page as well", async () => {
    const admins = await host.open(context, { as: "admin" })
    const apps = "**/api/integrations/apps"
    await context.route(apps, (route) => route.abort())
    await admins.getByRole("button", { name: "OAuth Settings", exact: true }).click()
    await admins.getByRole("alert").getByText("The server cannot be reached.").waitFor()
    await context.unroute(apps)
    await admins.getByRole("button", { name: "Try again" }).click()
    await admins.getByRole("button", { name: /^Slack/, expanded: false }).click()
    await admins.getByLabel("Client ID").fill("1.2")
    await admins.getByLabel("Client secret").fill("not sent")
    await context.clearCookies()
    await admins.getByRole("button", { name: "Save", exact: true }).click()
    await admins.getByRole("alert").getByText("You are signed out.").waitFor()
    expect(await admins.getByLabel("Client ID").inputValue()).toBe("1.2")
    expect(await heard(admins)).toEqual([
      { type: "holdfast-error", code: "offline" },
      { type: "holdfast-error", code: "unauthenticated", connector: "slack" },
    ])
  })

  it("a test that fails is told part by part, with the doctor's advice and the way to reconnect", async () => {
    await openForm()
    await field().fill(String(stripeKeys[1]))
    await save()
    await page.getByText("Stripe is connected.").waitFor()
    host.stripe.provider.revokeKey(String(stripeKeys[1]))
    await page.getByRole("button", { name: "Manage Stripe" }).click()
    await page.getByRole("button", { name: "Test Second shop" }).click()
    await page.getByText("The test found a problem.").waitFor()
    await page.getByText("Access: failed").waitFor()
    await page.getByText("Stripe refuses the stored key, password or token.").waitFor()
    await page.getByText("What you can do:").waitFor()
    await page.getByText("Reconnect needed").waitFor()
    await page.keyboard.press("Escape")
    await page.getByText("Needs attention").waitFor()
  })
})
