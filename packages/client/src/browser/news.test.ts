import { type Browser, type BrowserContext, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ada, type Host, startHost } from "./host.js"
import { allTold, consent, opensWindow, told, visit } from "./visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "what a page hears of an attempt (X13)", () => {
  let browser: Browser
  let host: Host
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    browser = await launch()
    host = await startHost()
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await visit(context, `${host.origin}/settings`)
  })
  afterEach(async () => {
    await context.close()
    host.providerPolicy = undefined
    for (const id of await host.connections()) await host.holdfast.for(ada).connection(id).disconnect()
  })

  const isLook = /\/attempts\/[\w-]+$/

  it("has it ask the server at once, not when it would have asked by itself", async () => {
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    // From here on no timer of the page ends.
    await page.clock.install()
    await page.evaluate(() => dispatchEvent(new Event("focus")))
    await page.waitForResponse(isLook)
    await page.clock.pauseAt(Date.now() + 60_000)
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("is not believed: whatever a script of the origin says, the server is read", async () => {
    const look = page.waitForRequest(isLook)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    const attempt = new URL((await look).url()).pathname.split("/").at(-1)
    const other = await visit(context, `${host.origin}/settings`)
    for (const lie of [{ attempt, status: "connected", connectionId: "conn_forged" }, { attempt }, {}, null, "x"]) {
      await other.evaluate((lie) => new BroadcastChannel("holdfast").postMessage(lie), lie)
    }
    await page.waitForResponse(isLook)
    expect(await allTold(page)).toEqual([])
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected", connectionId: (await host.connections())[0] })
  })

  it("comes from a window that cannot reach back into the page", async () => {
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    expect(await window.evaluate(() => opener === null)).toBe(true)
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("of a failure stays to be read in a window that nobody can close", async () => {
    host.providerPolicy = "same-origin"
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await consent(window, "Deny")
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "access_denied" })
    await window.getByRole("heading", { name: "Slack was not connected" }).waitFor()
    await window.getByText("Access was not granted at the provider.").waitFor()
  })
})
