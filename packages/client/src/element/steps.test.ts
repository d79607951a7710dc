import {
  axeViolations,
  type Browser,
  type BrowserContext,
  focusedName,
  launch,
  press,
  screenshot,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type ElementHost, startElementHost } from "../browser/element-host.js"
import { heard } from "../browser/element-visit.js"
import { type HarbourState, harbour } from "../browser/harbour.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "steps that wait and choose", () => {
  let browser: Browser
  let host: ElementHost
  let context: BrowserContext
  let state: HarbourState

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    state = { isOpen: false }
    host = await startElementHost({ beside: [harbour(state)] })
    context = await browser.newContext()
    return async () => {
      await context.close()
      await host.close()
    }
  })

  it("a wait says what is waited for and goes on by itself; a choice is made with the keyboard", async () => {
    const page = await host.open(context)
    await page.getByText("Ask for a berth").waitFor()
    await press(page, "Ask for a berth: Harbour")
    await page.getByRole("status").getByText("The harbour master is asked.").waitFor()
    await screenshot(page, "element-step-wait")
    expect(await axeViolations(page)).toEqual([])

    state.isOpen = true
    await page.getByText("Choose where to lie").waitFor()
    await expect.poll(() => focusedName(page)).toBe("Berth")
    await screenshot(page, "element-step-select")
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press("ArrowDown")
    await press(page, "Continue")
    await page.getByText("Harbour is connected.").waitFor()
    const [connection] = await host.holdfast.for({ tenantId: "acme-corp", userId: "ada" }).list()
    expect(connection?.account.id).toBe("south")
  })

  it("a wait outlives a network that is away for a while", async () => {
    const page = await host.open(context)
    await page.getByRole("button", { name: "Ask for a berth: Harbour" }).click()
    await page.getByText("The harbour master is asked.").waitFor()
    const failed = page.waitForEvent("requestfailed")
    await context.setOffline(true)
    await failed
    await page.getByText("The harbour master is asked.").waitFor()
    state.isOpen = true
    await context.setOffline(false)
    await page.getByText("Choose where to lie").waitFor()
    expect(await heard(page)).toEqual([])
  })

  it("closing the dialog gives up what was begun: it asks no more, and nothing is connected", async () => {
    const page = await host.open(context)
    await page.getByRole("button", { name: "Ask for a berth: Harbour" }).click()
    await page.getByText("The harbour master is asked.").waitFor()
    const cancelled = page.waitForRequest((request) => request.method() === "DELETE")
    await page.keyboard.press("Escape")
    const url = (await cancelled).url()
    await expect.poll(() => focusedName(page)).toBe("Ask for a berth: Harbour")
    // By its own cookie the browser may look: the attempt is over.
    await expect
      .poll(() => page.evaluate(async (at) => ((await (await fetch(at)).json()) as { status: string }).status, url))
      .toBe("failed")
  })
})
