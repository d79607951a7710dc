import { type Browser, type BrowserContext, launch, record, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ada, type Host, startHost, stripeKey } from "./host.js"
import { allTold, consent, type Ended, opensWindow, told, visit } from "./visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "connect, in a window", () => {
  let browser: Browser
  let host: Host
  let context: BrowserContext
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

  it("resolves with the connection, tells onSuccess once before, and the window closes; a strict policy holds", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    const closed = window.waitForEvent("close")
    await consent(window)
    const ended = await told<Ended>(page, "ended")
    expect(ended).toEqual({ is: "connected", connectionId: (await host.connections())[0], connector: "slack" })
    expect(await allTold(page)).toEqual([{ success: ended.connectionId }, { ended }])
    await closed
    expect(recording.errors.filter((error) => error.includes("Content Security Policy"))).toEqual([])
  })

  it("says that access was denied, and closes the window that says so as well", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Deny" }).waitFor()
    // A page that hears of it while the window is still at the provider leaves it to be read.
    const isThere = window.waitForURL(/\/result$/, { waitUntil: "commit" })
    await page.route(/\/attempts\/[\w-]+$/, async (route) => {
      await isThere
      await route.continue()
    })
    const closed = window.waitForEvent("close")
    await consent(window, "Deny")
    expect(await told(page, "ended")).toMatchObject({
      is: "failed",
      code: "access_denied",
      message: "Access was not granted at the provider.",
    })
    expect(await told(page, "error")).toBe("access_denied")
    await closed
    expect(await host.connections()).toEqual([])
  })

  it("goes through the backend's own form, with what it says of a mistake", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "stripe")
    await window.getByLabel("API key").fill("sk_test_of_nobody")
    await window.getByRole("button").click()
    await window.getByRole("alert").waitFor()
    await window.getByLabel("API key").fill(stripeKey)
    await window.getByRole("button").click({ noWaitAfter: true })
    expect(await told(page, "ended")).toMatchObject({ is: "connected", connector: "stripe" })
  })

  it("two at once in one tab are two, each with its own end, also in a browser that comes for the first time (X12)", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    // Both have been asked before either answer is sent, so that each gives the browser an id.
    let letGo = () => {}
    const until = new Promise<void>((resolve) => {
      letGo = resolve
    })
    host.late = { at: /\/attempts$/, until }
    const first = await opensWindow(page, "slack")
    const second = await opensWindow(page, "slack")
    await expect.poll(() => host.withheld).toBe(2)
    letGo()
    await consent(second, "Deny")
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "access_denied" })
    await consent(first)
    expect(await told(page, "ended", 1)).toMatchObject({ is: "connected" })
    expect((await context.cookies()).filter(({ name }) => name.startsWith("holdfast-"))).toHaveLength(2)
  })

  it("two tabs at once do not hear each other's ends", async () => {
    const tabs = [await visit(context, `${host.origin}/settings`), await visit(context, `${host.origin}/settings`)]
    const windows = [await opensWindow(tabs[0]!, "slack"), await opensWindow(tabs[1]!, "slack")]
    await consent(windows[1]!, "Deny")
    expect(await told(tabs[1]!, "ended")).toMatchObject({ is: "failed" })
    expect(await allTold(tabs[0]!)).toEqual([])
    await consent(windows[0]!)
    expect(await told(tabs[0]!, "ended")).toMatchObject({ is: "connected" })
    expect(await allTold(tabs[1]!)).toHaveLength(2)
  })

  it("a second callback gets the first one's result", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    const callback = window.waitForRequest(/\/oauth\/callback\/slack\?/)
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    const again = await context.newPage()
    // Its page cannot be closed by its script: nobody opened it.
    await again.goto((await callback).url())
    expect(await again.title()).toBe("Slack is connected")
    expect(await host.connections()).toHaveLength(1)
  })

  it("ends as cancelled when the signal says so, and then nothing is connected any more", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await page.click("#stop")
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
    expect(await told(page, "error")).toBe("aborted")
    await consent(window)
    await window.getByRole("heading", { name: "Slack was not connected" }).waitFor()
    expect(await host.connections()).toEqual([])
  })

  it("given up before it has begun, goes nowhere", async () => {
    const page = await visit(context, `${host.origin}/settings`)
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
    await page.click("#stop")
    const closed = window.waitForEvent("close")
    letGo()
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
    await closed
    expect(window.url()).toBe("about:blank")
  })

  it("a callback that throws is reported, and the promise resolves all the same", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.origin}/settings`)
    const ending = page.evaluate(() => {
      const { connect } = globalThis as unknown as { connect(id: string, options: object): Promise<void> }
      return connect("slack", {
        onSuccess() {
          throw new Error("the page is wrong")
        },
      })
    })
    const window = await page.waitForEvent("popup")
    await consent(window)
    await ending
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    expect(recording.errors.join()).toContain("the page is wrong")
  })

  it("reconnects the same connection, and says when it was another account", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    await consent(await opensWindow(page, "slack"))
    const { connectionId } = await told<Ended>(page, "ended")
    const reconnect = (id: unknown) =>
      page.evaluate((id) => {
        const { client } = globalThis as unknown as { client: { reconnect(id: unknown): Promise<Ended> } }
        return client.reconnect(id)
      }, id)
    const [window, same] = [page.waitForEvent("popup"), reconnect(connectionId)]
    await consent(await window)
    expect(await same).toEqual({ is: "connected", connectionId, connector: "slack" })
    expect((await host.holdfast.for(ada).list()).map(({ id }) => id)).toEqual([connectionId])
  })
})
