import { type Browser, type BrowserContext, launch, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost } from "../browser/element-host.js"
import { fill, strings, withStrings } from "./strings.js"

describe("texts", () => {
  it("have holes that are filled by name; what nobody names stays", () => {
    expect(fill("{name} at {place}", { name: "Slack" })).toBe("Slack at {place}")
    expect(fill("{constructor}", {})).toBe("{constructor}")
  })

  it("are data, so that a page can be handed another language", () => {
    expect(JSON.parse(JSON.stringify(strings))).toEqual(strings)
    expect(withStrings({ manage: "Verwalten" })).toEqual({ ...strings, manage: "Verwalten" })
  })

  it("can be read where there is no browser, and so can the element", async () => {
    // The build for development, which says so in the console.
    Object.assign(globalThis, { litIssuedWarnings: new Set(["dev-mode"]) })
    const { HoldfastIntegrations } = await import("../element.js")
    expect(HoldfastIntegrations.name).toBe("HoldfastIntegrations")
  })
})

describe.skipIf(withoutChromium)(withoutChromium ?? "texts in the page", () => {
  let browser: Browser
  let host: ElementHost
  let context: BrowserContext

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
    return () => context.close()
  })

  it("are those that the page gives, in the catalogue, in dialogs and in errors; the others stay English", async () => {
    const page = await host.open(context)
    await page.locator("holdfast-integrations").evaluate((element) => {
      Object.assign(element, {
        strings: {
          title: "Anbindungen",
          connectWithKey: "Mit Schlüssel verbinden",
          connectTitle: "{connector} verbinden",
          fieldMissing: "Bitte ausfüllen.",
          "category.payments": "Zahlungen",
        },
      })
    })
    await page.getByRole("heading", { name: "Anbindungen" }).waitFor()
    await page.getByRole("region", { name: "Zahlungen" }).waitFor()
    await page.getByRole("button", { name: "Mit Schlüssel verbinden: Stripe" }).click()
    await page.getByRole("dialog", { name: "Stripe verbinden" }).waitFor()
    await page.getByRole("button", { name: "Save & Connect" }).click()
    await page.getByText("Bitte ausfüllen.").waitFor()
  })

  it("the heading can be the page's own", async () => {
    const page = await host.open(context)
    await page.locator("holdfast-integrations").evaluate((element) => {
      const heading = document.createElement("h1")
      heading.slot = "heading"
      heading.textContent = "Connected services"
      element.append(heading)
    })
    await page.getByRole("heading", { level: 1, name: "Connected services" }).waitFor()
    expect(await page.getByRole("heading", { name: "Integrations" }).count()).toBe(0)
  })

  it("run from right to left where the page does: the way to close is on the left", async () => {
    const page = await host.open(context, { dir: "rtl" })
    await page.getByRole("button", { name: "Connect with API Key: Stripe" }).click()
    const close = await page.getByRole("button", { name: "Close" }).boundingBox()
    const heading = await page.getByRole("heading", { name: "Connect Stripe" }).boundingBox()
    expect(close?.x).toBeLessThan(heading?.x ?? 0)
  })

  it("colours and shapes are the page's to set", async () => {
    const page = await host.open(context)
    await page.getByRole("button", { name: "Connect with API Key: Stripe" }).click()
    await page.locator("holdfast-integrations").evaluate((element) => {
      ;(element as HTMLElement).style.setProperty("--holdfast-accent", "rgb(1, 90, 60)")
      ;(element as HTMLElement).style.setProperty("--holdfast-font", "Georgia")
    })
    const button = page.getByRole("button", { name: "Save & Connect" })
    await expect
      .poll(() => button.evaluate((element) => getComputedStyle(element).backgroundColor))
      .toBe("rgb(1, 90, 60)")
    expect(await button.evaluate((element) => getComputedStyle(element).fontFamily)).toBe("Georgia")
  })
})
