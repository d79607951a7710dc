import { type Browser, type BrowserContext, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Catalogue, Client } from "../index.js"
import { type Host, startHost } from "./host.js"
import { consent, opensWindow, told, visit } from "./visit.js"

describe.skipIf(withoutChromium)(withoutChromium ?? "a network that fails", () => {
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
    page = await context.newPage()
  })
  afterEach(() => context.close())

  const answers = (status: number, body = "") => ({ status, contentType: "application/json", body })
  const catalogue = () =>
    page.evaluate(async (): Promise<Partial<Catalogue> & { code?: string; status?: number }> => {
      const { client } = globalThis as unknown as { client: Client }
      try {
        return await client.catalogue()
      } catch (error) {
        const { code, status } = error as { code: string; status: number }
        return { code, status }
      }
    })

  it("is waited out while a person connects", async () => {
    page = await visit(context, `${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    let failures = 0
    const fail = page.route(/\/attempts\/[\w-]+$/, (route) => (failures++ < 2 ? route.abort() : route.continue()))
    await fail
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    expect(failures).toBeGreaterThanOrEqual(2)
  })

  it("ends as offline after about a minute, and resume finds the attempt when it is back", async () => {
    await context.clock.install()
    await page.goto(`${host.origin}/settings`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await page.route(/\/attempts\/[\w-]+$/, (route) => route.abort())
    let passedMs = 0
    for (; (await page.locator("#told li").count()) === 0; passedMs += 5_000) await page.clock.runFor(5_000)
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "offline" })
    expect(passedMs).toBeLessThan(120_000)
    await page.unrouteAll()
    await page.clock.resume()
    const resumed = page.evaluate(() => (globalThis as unknown as { client: Client }).client.resume())
    await consent(window)
    expect(await resumed).toMatchObject({ is: "connected" })
  })

  it("has reading tried again, up to three times in all", async () => {
    page = await visit(context, `${host.origin}/settings`)
    let tries = 0
    await page.route("**/connectors", (route) => {
      tries++
      if (tries === 1) return route.abort()
      return tries === 2 ? route.fulfill(answers(503, `{"error":"store_unavailable","message":"m"}`)) : route.continue()
    })
    expect((await catalogue()).viewer).toEqual({ admin: false })
    expect(tries).toBe(3)
    await page.route("**/connectors", (route) => route.fulfill(answers(502, "<h1>Bad gateway</h1>")))
    expect(await catalogue()).toEqual({ code: "answer_unreadable", status: 502 })
    await page.route("**/connectors", (route) => route.abort())
    expect(await catalogue()).toEqual({ code: "offline" })
  })

  it("has nothing done twice: what may have been done is not sent again", async () => {
    page = await visit(context, `${host.origin}/settings`)
    let tries = 0
    await page.route("**/attempts", (route) => {
      tries++
      return route.fulfill(answers(503, `{"error":"store_unavailable","message":"Later."}`))
    })
    await page.click("#slack")
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "store_unavailable", message: "Later." })
    expect(tries).toBe(1)
  })
})
