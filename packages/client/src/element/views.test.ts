import {
  axeViolations,
  type Browser,
  type BrowserContext,
  launch,
  type Page,
  record,
  screenshot,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost, stripeKeys } from "../browser/element-host.js"

const ada = { tenantId: "acme-corp", userId: "ada" }

/** Every view, by what leads there from the catalogue. */
const views: Readonly<Record<string, (page: Page, host: ElementHost) => Promise<unknown>>> = {
  catalogue: async () => {},
  "search-without-result": async (page) => {
    await page.getByRole("searchbox").fill("zzz")
    await page.getByText("Nothing matches").waitFor()
  },
  "key-form": (page) => page.getByRole("button", { name: "Connect with API Key: Stripe" }).click(),
  "key-form-wrong": async (page) => {
    await page.getByRole("button", { name: "Connect with API Key: Stripe" }).click()
    await page.getByLabel("Secret or restricted API key", { exact: true }).fill("pk_test_1")
    await page.getByRole("button", { name: "Save & Connect" }).click()
    await page.getByText("This is a publishable key").waitFor()
  },
  "shop-form": (page) => page.getByRole("button", { name: "Connect with OAuth: Shopify" }).click(),
  "shop-window": async (page) => {
    await page.getByRole("button", { name: "Connect with OAuth: Shopify" }).click()
    await page.getByLabel("Shop", { exact: true }).fill("first-shop")
    await Promise.all([page.waitForEvent("popup"), page.keyboard.press("Enter")])
    await page.getByText("Open the window again").waitFor()
  },
  "phone-code": async (page) => {
    await page.getByRole("button", { name: "Phone number: Telegram" }).click()
    await page.getByLabel("Phone number", { exact: true }).fill("+15550100003")
    await page.keyboard.press("Enter")
    await page.getByText("Enter the code from Telegram").waitFor()
  },
  "qr-code": async (page) => {
    await page.getByRole("button", { name: "QR code: Telegram" }).click()
    await page.getByRole("img", { name: "QR code" }).waitFor()
  },
  "slack-waiting": async (page) => {
    await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("button", { name: "Connect with OAuth: Slack" }).click(),
    ])
    await page.getByText("Finish in the window").waitFor()
  },
  guide: (page) => page.getByRole("button", { name: "Set-up guide for Stripe" }).click(),
  connections: async (page, host) => {
    await connected(page, host)
    await page.getByRole("button", { name: "Test Second shop" }).click()
    await page.getByText("The test found a problem.").waitFor()
    await page.getByRole("button", { name: "Usage of First shop" }).click()
    await page.getByText("Available balance").waitFor()
  },
  rename: async (page, host) => {
    await connected(page, host)
    await page.getByRole("button", { name: "Rename First shop" }).click()
  },
  disconnect: async (page, host) => {
    await connected(page, host)
    await page.getByRole("button", { name: "Disconnect First shop" }).click()
    await page.getByRole("dialog", { name: "Disconnect First shop?" }).waitFor()
  },
}

/** Two Stripe accounts, of which one's key is revoked as soon as it is there. */
async function connected(page: Page, host: ElementHost): Promise<void> {
  for (const key of stripeKeys) {
    await host.holdfast.attempts.begin(ada, { connector: "stripe", values: { key }, binding: "state" })
  }
  host.stripe.provider.revokeKey(String(stripeKeys[1]))
  await page.reload()
  await page.getByRole("button", { name: "Manage Stripe" }).click()
  await page.getByRole("heading", { name: "Second shop" }).waitFor()
}

describe.skipIf(withoutChromium)(withoutChromium ?? "every view", () => {
  let browser: Browser
  let host: ElementHost
  let context: BrowserContext

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    host = await startElementHost()
    context = await browser.newContext({ viewport: { width: 1180, height: 820 }, reducedMotion: "reduce" })
    return async () => {
      await context.close()
      await host.close()
    }
  })

  const both = Object.keys(views).flatMap((name) => (["light", "dark"] as const).map((theme) => [name, theme] as const))

  it.each(both)(
    "%s, %s: axe finds nothing against WCAG 2.2 AA, the policy without unsafe-inline holds, and it fits 320 px",
    async (name, theme) => {
      const recording = record(context)
      const page = await host.open(context, { attributes: { theme } })
      await page.getByText("Connect with API Key").waitFor()
      await views[name]?.(page, host)
      await screenshot(page, `element-${name}-${theme}`)
      expect(await axeViolations(page)).toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      await screenshot(page, `element-${name}-${theme}-320`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      expect(recording.errors).toEqual([])
    },
  )
})
