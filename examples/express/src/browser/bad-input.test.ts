import { type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { cardOf } from "./connect-by-page.js"
import { type DemoHost, startDemoHost } from "./demo-host.js"
import { openPage, type Person } from "./person.js"

const phone = "+15550100002"

describe.skipIf(withoutChromium)(withoutChromium ?? "what a person types that is not right", () => {
  let host: DemoHost
  let person: Person
  let page: Page

  beforeAll(async () => {
    host = await startDemoHost()
  })
  afterAll(() => host?.close())
  beforeEach(async () => {
    person = await openPage(host)
    page = person.page
    return () => person.context.close()
  })

  const dialog = () => page.locator("hf-connect-dialog")
  const field = (label: string) => dialog().getByLabel(label, { exact: true })
  const says = (text: string) => dialog().getByText(text).first().waitFor()
  const send = () => dialog().locator("button[type=submit]").click()

  async function begin(connector: string, button: string): Promise<void> {
    await cardOf(page, connector).getByRole("button", { name: button }).click()
    await dialog().locator("input").first().waitFor()
  }

  /** Types, sends, and waits for what the server says of it. */
  async function answer(label: string, text: string): Promise<void> {
    await field(label).fill(text)
    // The page also asks meanwhile how the attempt stands.
    const answered = page.waitForResponse(
      (response) =>
        response.request().method() === "POST" && /\/attempts(\/[^/]+)?$/.test(new URL(response.url()).pathname),
    )
    await send()
    await answered
  }

  /** What is wrong is said at the field, for eyes and ears, and the field has the focus. */
  async function isWrong(label: string, text: string): Promise<void> {
    await says(text)
    expect(await field(label).getAttribute("aria-invalid")).toBe("true")
    const describedBy = String(await field(label).getAttribute("aria-describedby"))
    expect(
      await dialog()
        .locator(`#${describedBy.split(" ").at(-1)}`)
        .textContent(),
    ).toContain(text)
    await expect.poll(() => field(label).evaluate((input) => input.matches(":focus"))).toBe(true)
  }

  it.each(["not a shop!", "https://shop.example.com", "first-shop.myshopify.com.evil.example", "-"])(
    "a shop that is none: %s",
    async (shop) => {
      await begin("shopify", "Connect with OAuth")
      await answer("Shop", shop)
      await isWrong("Shop", "This does not look right.")
      expect(await field("Shop").inputValue()).toBe(shop)
      expect(person.context.pages()).toHaveLength(1)
    },
    30_000,
  )

  it("and the right one after it connects", async () => {
    await begin("shopify", "Connect with OAuth")
    await answer("Shop", "not a shop!")
    await isWrong("Shop", "This does not look right.")
    const opened = person.context.waitForEvent("page")
    await answer("Shop", "first-shop")
    await (await opened).getByRole("button", { name: "Allow" }).click()
    await cardOf(page, "shopify").getByText("Connected", { exact: true }).waitFor()
  })

  it.each(["my phone", "+1 555", "phone: 5550100002?"])(
    "a phone number that is none: %s",
    async (typed) => {
      await begin("telegram", "Phone number")
      await answer("Phone number", typed)
      await isWrong("Phone number", "This is no phone number. Write it with its country code, such as +1 555 010 0001.")
      expect(await field("Phone number").inputValue()).toBe(typed)
    },
    30_000,
  )

  it("a wrong code three times: each time it may be tried again, then it is to be begun again, which works", async () => {
    const control = host.world.connectors.get("telegram")?.control
    const code = async () => String(await control?.act("code", { phone }))
    await begin("telegram", "Phone number")
    await answer("Phone number", phone)
    await field("Code").waitFor()
    const wrong = (await code()) === "11111" ? "22222" : "11111"
    for (let tries = 0; tries < 3; tries++) {
      await answer("Code", wrong)
      await isWrong("Code", "This code is not right. Enter the latest one that you were sent.")
      expect(await field("Code").inputValue()).toBe(wrong)
    }
    // Telegram takes none after the third, not even the right one.
    await answer("Code", await code())
    await dialog().getByRole("alert").waitFor()
    expect(await dialog().getByRole("alert").textContent()).toMatch(/Start again\./)
    await dialog().getByRole("button", { name: "Start again" }).click()
    await answer("Phone number", phone)
    await field("Code").waitFor()
    await answer("Code", await code())
    await answer("Password", "a wrong password")
    await isWrong("Password", "This was not accepted. Check it for typing errors, and that it is complete.")
    await answer("Password", "two-step password")
    await cardOf(page, "telegram").getByText("Connected", { exact: true }).waitFor()
  })

  it("an expired QR code is replaced by a new one, which still connects", async () => {
    const control = host.world.connectors.get("telegram")?.control
    const steps: string[] = []
    page.on("response", async (response) => {
      if (!/\/attempts(\/.*poll)?$/.test(response.url())) return
      const { step } = (await response.json()) as { step?: { data?: string } }
      if (step?.data !== undefined && step.data !== steps.at(-1)) steps.push(step.data)
    })
    await cardOf(page, "telegram")
      .getByRole("button", { name: /^QR code|^Manage/ })
      .click()
    const add = page.locator("hf-connections").getByRole("button", { name: "QR code" })
    await page
      .getByRole("img", { name: /^QR code/ })
      .or(add)
      .first()
      .waitFor()
    if (await add.isVisible()) await add.click()
    const drawn = () => page.locator("hf-step-qr path").getAttribute("d")
    const first = await drawn()
    await host.advance(31_000)
    await expect.poll(drawn).not.toBe(first)
    await expect.poll(() => steps.length).toBeGreaterThan(1)
    await control?.act("scan", { url: steps.at(-1), phone: "+15550100001" })
    await expect.poll(() => dialog().count()).toBe(0)
    const made = await host.holdfast.for({ tenantId: "example", userId: "admin" }).list({ connector: "telegram" })
    expect(made.map(({ account }) => account.label).join()).toContain("First")
  })

  it("a form with a missing field, and then a key that is none: what was typed stays", async () => {
    await begin("kartra", "Connect with API Key")
    const labels = await dialog().locator("label").allInnerTexts()
    await send()
    await isWrong(String(labels[0]).trim(), "Fill this in.")
    await dialog().locator('[name="key"]').fill("no-such-key")
    await send()
    expect(await dialog().locator('[name="password"]').getAttribute("aria-invalid")).toBe("true")
    expect(await dialog().locator('[name="key"]').getAttribute("aria-invalid")).toBe("false")
    await dialog().locator('[name="password"]').fill("no-such-password")
    await send()
    await says("This key or password was not accepted.")
    expect(await dialog().locator('[name="key"]').inputValue()).toBe("no-such-key")
    expect(await dialog().locator('[name="password"]').inputValue()).toBe("no-such-password")
  })

  it("a key of another kind, in words of what to do", async () => {
    await begin("stripe", "Connect with API Key")
    for (const key of ["pk_test_publishable", "sk_test_nobody", "   "]) {
      await dialog().locator('[name="key"]').fill(key)
      await send()
      await expect.poll(() => dialog().locator('[name="key"]').getAttribute("aria-invalid")).toBe("true")
      await expect.poll(() => dialog().locator("button[type=submit]").getAttribute("aria-disabled")).toBe("false")
      expect(await dialog().locator('[name="key"]').inputValue()).toBe(key)
    }
    expect(await host.holdfast.for({ tenantId: "example", userId: "admin" }).list({ connector: "stripe" })).toEqual([])
  })

  it("a consent that is refused says so at the card, and what to do", async () => {
    const opened = person.context.waitForEvent("page")
    await cardOf(page, "slack")
      .getByRole("button", { name: /^Connect with OAuth/ })
      .click()
    await (await opened).getByRole("button", { name: "Deny" }).click()
    await cardOf(page, "slack")
      .getByText("Access was not granted. Try again, and agree on the page of the service.")
      .waitFor()
    expect(
      await cardOf(page, "slack")
        .getByRole("button", { name: /^Connect with OAuth/ })
        .isEnabled(),
    ).toBe(true)
  })

  it("a form of the server's own, for those who come by a link, keeps it as well; a secret is typed anew", async () => {
    const next = () => page.getByRole("button", { name: "Continue" }).click()
    await page.goto(`${host.url}/api/integrations/connect/shopify`)
    await page.getByLabel("Shop").fill('not "a" <shop>')
    await next()
    await page.getByRole("alert").waitFor()
    expect(await page.getByLabel("Shop").inputValue()).toBe('not "a" <shop>')
    expect(await page.getByLabel("Shop").getAttribute("aria-invalid")).toBe("true")
    await page.getByLabel("Shop").fill("first-shop")
    await next()
    await page.getByRole("button", { name: "Allow" }).waitFor()
    await page.goto(`${host.url}/api/integrations/connect/kartra`)
    await page.getByLabel("API key").fill("no-such-key-1")
    await page.getByLabel("API password").fill("no-such-password-1")
    await next()
    await page.getByRole("alert").waitFor()
    expect(await page.content()).not.toContain("no-such-password-1")
    expect(person.complaints).toEqual([])
  })
})
