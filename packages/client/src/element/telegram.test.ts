import {
  type Browser,
  type BrowserContext,
  focusedName,
  launch,
  type Page,
  press,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost, telegramAccounts } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"

const password = "two-step password"

describe.skipIf(withoutChromium)(withoutChromium ?? "connecting Telegram", () => {
  let browser: Browser
  let host: ElementHost
  let context: BrowserContext
  let page: Page
  let phone: string
  const phones = telegramAccounts.map((account) => account.phone)

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
    phone = phones.pop() ?? phone
  })
  afterEach(async () => {
    await context.close()
    await host.disconnectAll()
  })

  const code = () => String(host.telegram.provider.device.code(phone))

  async function type(text: string, at: string): Promise<void> {
    await expect.poll(() => focusedName(page)).toBe(at)
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
  }

  it("by phone number, code and two-step password, with a keyboard alone (seed 001)", async () => {
    await press(page, "Phone number: Telegram")
    await type(phone.replace(/(\d{3})(\d{4})$/, " $1 $2"), "Phone number")
    await page.getByText("Enter the code from Telegram").waitFor()
    await type(code(), "Code")
    await page.getByText("Enter your Telegram password").waitFor()
    expect(await page.getByLabel("Password", { exact: true }).getAttribute("type")).toBe("password")
    await type(password, "Password")
    await page.getByText("Telegram is connected.").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Manage Telegram")
    expect(host.telegram.provider.device.sessions(phone)).toBe(1)
  })

  it("what is no phone number is said in words, and stays", async () => {
    await press(page, "Phone number: Telegram")
    await type("hello", "Phone number")
    await page.getByText("This is no phone number. Write it with its country code").waitFor()
    expect(await page.getByLabel("Phone number", { exact: true }).inputValue()).toBe("hello")
    expect(await heard(page)).toEqual([{ type: "holdfast-error", code: "input_invalid", connector: "telegram" }])
  })

  async function typeWrongCodes(times: number): Promise<void> {
    await press(page, "Phone number: Telegram")
    await type(phone, "Phone number")
    const field = page.getByLabel("Code", { exact: true })
    await field.waitFor()
    const wrong = code() === "11111" ? "22222" : "11111"
    for (let tries = 1; tries <= times; tries++) {
      await type(wrong, "Code")
      await expect.poll(async () => (await heard(page)).length).toBe(tries)
      await page.getByText("This code is not right. Enter the latest one that you were sent.").waitFor()
      expect(await field.inputValue()).toBe(wrong)
    }
  }

  it("a wrong code is said at the field, ready to be typed over, and the right one goes on", async () => {
    await typeWrongCodes(2)
    await type(code(), "Code")
    await page.getByText("Enter your Telegram password").waitFor()
  })

  it("a code that was wrong three times is worth nothing any more: the person is told to start again, and can", async () => {
    await typeWrongCodes(3)
    await type(code(), "Code")
    await page.getByRole("alert").getByText("Start again.").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Start again")
    await page.keyboard.press("Enter")
    await expect.poll(() => focusedName(page)).toBe("Phone number")
  })

  it("by a QR code that is drawn in the page, follows the one that has expired, and leads on to the password (S15)", async () => {
    const requests: string[] = []
    page.on("request", (request) => requests.push(request.url()))
    await page.getByRole("button", { name: "QR code: Telegram" }).click()
    const drawn = page.getByRole("img", { name: "QR code to scan with the Telegram app" }).locator("path")
    const first = await drawn.getAttribute("d")
    await page.getByText("A new code follows in").waitFor()

    host.clock.advance(31_000)
    await expect.poll(() => drawn.getAttribute("d")).not.toBe(first)

    const steps = page.waitForResponse((response) => response.url().endsWith("/poll"))
    const { step } = (await (await steps).json()) as { step: { data: string } }
    host.telegram.provider.device.scan(step.data, phone)
    await page.getByText("Enter your Telegram password").waitFor()
    await type(password, "Password")
    await page.getByText("Telegram is connected.").waitFor()
    // Nobody else was asked to draw it.
    expect(requests.filter((url) => !url.startsWith(host.origin))).toEqual([])
  })
})
