import { type Browser, type BrowserContext, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Host, startHost, stripeKey } from "./host.js"
import { allTold, consent, looked, opensWindow, told, visit } from "./visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "a window that says that it is closed", () => {
  let browser: Browser
  let host: Host
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    host = await startHost()
    context = await browser.newContext()
  })
  afterEach(async () => {
    await context.close()
    await host.close()
  })

  /** So often the page has asked how it stands, sooner than it would by itself. */
  async function asked(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      const answer = page.waitForResponse((response) => /\/attempts\/[\w-]+$/.test(response.url()))
      await page.evaluate(() => dispatchEvent(new Event("focus")))
      await answer
    }
  }

  it("is believed at the provider, where it was seen open: cancelled, and the attempt is over", async () => {
    page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    const start = window.url()
    await looked(page)
    await window.close()
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
    const late = await context.newPage()
    await late.goto(start)
    await consent(late)
    await late.getByRole("heading", { name: "Slack was not connected" }).waitFor()
    expect(await host.connections()).toEqual([])
  })

  it("is believed where the host's policy keeps its windows in reach (COOP same-origin-allow-popups)", async () => {
    host.appPolicy = "same-origin-allow-popups"
    page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await looked(page)
    await window.close()
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
  })

  it("is believed while a form of the backend is in it", async () => {
    page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "stripe")
    await window.getByLabel("API key").waitFor()
    await looked(page)
    await window.close()
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
  })

  it("is believed before it was sent anywhere", async () => {
    page = await visit(context, `${host.origin}/settings`)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route("**/attempts", async (route) => {
      await held
      await route.continue()
    })
    const begun = page.waitForRequest("**/attempts")
    const window = await opensWindow(page, "slack")
    await begun
    await window.close()
    letGo()
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
  })

  it("is not believed when the page that opened it has cut it off (COOP on the host's page)", async () => {
    host.appPolicy = "same-origin"
    page = await visit(context, `${host.origin}/settings`)
    expect(await page.evaluate(() => [isSecureContext, opener])).toEqual([true, null])
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await asked(5)
    expect(await allTold(page)).toEqual([])
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("is not believed when the provider's page has cut it off (COOP at the provider)", async () => {
    host.providerPolicy = "same-origin"
    page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await asked(5)
    expect(await allTold(page)).toEqual([])
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("cut off, the wait ends when the attempt expires", async () => {
    host.providerPolicy = "same-origin"
    page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await window.close()
    await asked(5)
    expect(await allTold(page)).toEqual([])
    host.clock.advance(11 * 60_000)
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "attempt_expired" })
  })

  it("is not believed on the page of a form that has cut it off, with what is typed there connected", async () => {
    host.appPolicy = "same-origin"
    page = await visit(context, `${host.sibling}/settings`)
    const window = await opensWindow(page, "stripe")
    await window.getByLabel("API key").waitFor()
    await asked(5)
    expect(await allTold(page)).toEqual([])
    await window.getByLabel("API key").fill(stripeKey)
    await window.getByRole("button").click({ noWaitAfter: true })
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })
})
