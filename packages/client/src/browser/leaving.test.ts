import { type Browser, type BrowserContext, launch, record, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Host, startHost } from "./host.js"
import { allTold, consent, type Ended, opensWindow, ready, told, visit } from "./visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "a page that leaves, or is loaded anew", () => {
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

  it("goes to the provider itself where windows are blocked, and resume has the result at the same address", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.origin}/no-windows?tab=1#apps`)
    await page.click("#slack")
    await consent(page)
    await ready(page)
    expect(await told(page, "resumed")).toEqual({
      is: "connected",
      connectionId: (await host.connections())[0],
      connector: "slack",
    })
    expect(page.url()).toBe(`${host.origin}/no-windows?tab=1#apps`)
    await page.reload()
    await ready(page)
    expect(await allTold(page)).toEqual([])
    expect(recording.errors.filter((error) => error.includes("Content Security Policy"))).toEqual([])
  })

  it("shows a link instead where the page asks for one, and goes on when it is clicked", async () => {
    const page = await visit(context, `${host.origin}/no-windows-link`)
    await page.click("#slack")
    const url = await page.getByRole("link", { name: "Go on" }).getAttribute("href")
    expect(url).toMatch(/\/attempts\/[\w-]+\/start$/)
    const other = await context.newPage()
    await other.goto(String(url))
    await consent(other)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("tells of a denial on the page that comes back", async () => {
    const page = await visit(context, `${host.origin}/in-page`)
    await page.click("#slack")
    await consent(page, "Deny")
    expect(await told(page, "resumed")).toMatchObject({ is: "failed", code: "access_denied" })
    expect(page.url()).toBe(`${host.origin}/in-page`)
  })

  it("comes back by the back button: cancelled, and the provider's page is worth nothing any more", async () => {
    const page = await visit(context, `${host.origin}/in-page`)
    await page.click("#slack")
    await page.getByRole("button", { name: "Allow" }).waitFor()
    await page.goBack()
    const line = page.locator("#told li", { hasText: `{"is":"cancelled"}` })
    await line.waitFor()
    await page.goForward()
    await consent(page)
    await ready(page)
    expect(await told(page, "resumed")).toEqual({ is: "cancelled" })
    expect(await host.connections()).toEqual([])
  })

  it("is shown again as it was, kept by the browser: cancelled as well", async () => {
    const page = await visit(context, `${host.origin}/in-page`)
    // Under a debugger no page is kept: this one does not get away, and is told that it is back.
    await page.route("**/start", (route) => route.fulfill({ status: 204 }))
    const leaving = page.waitForResponse("**/start")
    await page.click("#slack", { noWaitAfter: true })
    await leaving
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })))
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
  })

  it("in a frame, which no provider lets itself be shown in, says that the window was blocked", async () => {
    const page = await visit(context, `${host.origin}/framed`)
    const asked: string[] = []
    page.on("request", (request) => asked.push(request.url()))
    const frame = page.frameLocator("iframe")
    await frame.locator("html[data-ready]").waitFor({ state: "attached" })
    await frame.locator("#slack").click()
    expect(JSON.parse(String(await frame.locator("#told li").last().textContent()))).toMatchObject({
      ended: { is: "failed", code: "popup_blocked" },
    })
    expect(asked).toEqual([])
  })

  it("goes back to the provider after the end, and consenting again brings the first result again", async () => {
    const page = await visit(context, `${host.origin}/in-page`)
    await page.click("#slack")
    await consent(page)
    const { connectionId } = await told<Ended>(page, "resumed")
    await page.goBack()
    await consent(page)
    expect(await told(page, "resumed")).toMatchObject({ is: "connected", connectionId })
    expect(await host.connections()).toEqual([connectionId])
  })

  it("is loaded anew while the window is open, and resume waits on", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await page.reload()
    await consent(window)
    expect(await told(page, "resumed")).toMatchObject({ is: "connected", connector: "slack" })
    await ready(page)
    await page.reload()
    await ready(page)
    expect(await allTold(page)).toEqual([])
  })

  it("resumes the latest first, then the one before, and each once however often it is asked", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const [first, second] = [await opensWindow(page, "slack"), await opensWindow(page, "stripe")]
    await first.getByRole("button", { name: "Allow" }).waitFor()
    await second.getByLabel("API key").waitFor()
    await consent(first)
    await told(page, "ended")
    const third = await opensWindow(page, "slack")
    await third.getByRole("button", { name: "Allow" }).waitFor()
    await page.reload()
    await consent(third, "Deny")
    expect(await told(page, "resumed")).toMatchObject({ is: "failed", code: "access_denied" })
    await ready(page)
    const again = page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: { resume(): Promise<Ended | undefined> } }
      const both = await Promise.all([client.resume(), client.resume()])
      return [...both, await client.resume()]
    })
    await second.getByLabel("API key").fill("sk_test_emulated_first_shop")
    await second.getByRole("button").click({ noWaitAfter: true })
    const stripe = { is: "connected", connector: "stripe" }
    expect(await again).toEqual([expect.objectContaining(stripe), expect.objectContaining(stripe), undefined])
  })

  it("resumes nothing that it follows already", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await page.waitForResponse(/\/attempts\/[\w-]+$/)
    const { resumed, kept } = await page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: { resume(): Promise<Ended | undefined> } }
      return { resumed: await client.resume(), kept: sessionStorage.length }
    })
    expect(resumed).toBeUndefined()
    expect(kept).toBe(1)
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("passes over what nobody knows any more", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await page.evaluate(() => {
      const [key = ""] = Object.keys(sessionStorage)
      const kept = JSON.parse(String(sessionStorage.getItem(key))) as object[]
      sessionStorage.setItem(key, JSON.stringify([...kept, { id: "att_swept", in: "window" }]))
    })
    await page.reload()
    await consent(window)
    expect(await told(page, "resumed")).toMatchObject({ is: "connected" })
  })

  it("believes no address: an attempt of nobody here is nothing, and is taken out of it", async () => {
    const page = await visit(
      context,
      `${host.origin}/settings?attempt=att_forged&connector=slack&status=connected&tab=1`,
    )
    expect(page.url()).toBe(`${host.origin}/settings?tab=1`)
    expect(await allTold(page)).toEqual([])
  })

  it("keeps nothing but ids in the tab, and no token anywhere", async () => {
    const page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await page.waitForResponse(/\/attempts\/[\w-]+$/)
    const kept = await page.evaluate(() => [JSON.stringify(sessionStorage), JSON.stringify(localStorage)])
    expect(kept[0]).toMatch(/^\{"holdfast:[^"]+":"\[\{\\"id\\":\\"att_[\w-]+\\",\\"in\\":\\"window\\"\}\]"\}$/)
    expect(kept[1]).toBe("{}")
    await consent(window)
    await told(page, "ended")
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe("{}")
  })
})
