import { type Browser, type BrowserContext, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ada, type Host, startHost } from "./host.js"
import { consent, type Ended, looked, opensWindow, told, visit } from "./visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "a cookie that is lost, named in words", () => {
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
    for (const id of await host.connections()) await host.holdfast.for(ada).connection(id).disconnect()
  })

  async function atProvider(): Promise<Page> {
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    return window
  }

  it("ours, before the provider answers: state_mismatch, at once, and nothing is connected", async () => {
    const window = await atProvider()
    await context.clearCookies({ name: /^holdfast-/ })
    const closed = window.waitForEvent("close")
    await consent(window)
    const ended = await told<Ended>(page, "ended")
    expect(ended).toMatchObject({ is: "failed", code: "state_mismatch" })
    expect(ended.message).toContain("The cookie that ties this attempt to this browser (holdfast-…) is missing")
    await closed
    expect(await host.connections()).toEqual([])
  })

  it("ours, and the person closes the window: it is not passed off as cancelled", async () => {
    const window = await atProvider()
    await looked(page)
    await context.clearCookies({ name: /^holdfast-/ })
    await window.close()
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "state_mismatch" })
  })

  it("the host's, before it begins: unauthenticated, and the window is gone again", async () => {
    await context.clearCookies({ name: "session" })
    const window = await opensWindow(page, "slack")
    const ended = await told<Ended>(page, "ended")
    expect(ended).toMatchObject({ is: "failed", code: "unauthenticated" })
    expect(ended.message).toContain("the session cookie of this site is missing or has ended")
    await expect.poll(() => window.isClosed()).toBe(true)
  })

  it("the host's, while the person is at the provider: ours is enough to end well", async () => {
    const window = await atProvider()
    await context.clearCookies({ name: "session" })
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("both, while the person is at the provider: unauthenticated", async () => {
    const window = await atProvider()
    await context.clearCookies()
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "unauthenticated" })
    expect(await host.connections()).toEqual([])
  })
})
