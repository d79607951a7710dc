import { type Page, timerRan, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { cardOf } from "./connect-by-page.js"
import { type DemoHost, startDemoHost } from "./demo-host.js"
import { openPage, type Person } from "./person.js"

const admin = { tenantId: "example", userId: "admin" }

describe.skipIf(withoutChromium)(withoutChromium ?? "moments that nobody plans for", () => {
  let host: DemoHost
  let person: Person

  beforeAll(async () => {
    host = await startDemoHost()
  })
  afterAll(() => host?.close())
  beforeEach(async () => {
    person = await openPage(host)
    return async () => {
      await person.context.close()
      const mine = host.holdfast.for(admin)
      for (const { id } of await mine.list()) await mine.connection(id).disconnect()
    }
  })

  const connections = async () => (await host.holdfast.for(admin).list()).map(({ connector }) => connector).sort()
  const isConnected = (page: Page, connector: string) =>
    cardOf(page, connector).getByText("Connected", { exact: true }).waitFor()

  /** Presses the card's button for OAuth, and answers the window at the provider. */
  async function leave(page: Page, connector: string): Promise<Page> {
    const opened = person.context.waitForEvent("page")
    await cardOf(page, connector)
      .getByRole("button", { name: /^Connect with OAuth/ })
      .click()
    const window = await opened
    await window.getByRole("button", { name: "Allow" }).waitFor()
    return window
  }
  const allow = (window: Page) => window.getByRole("button", { name: "Allow" }).click()

  it("two services at once, in two windows of one page", async () => {
    const { page } = person
    const slack = await leave(page, "slack")
    const notion = await leave(page, "notion")
    await allow(notion)
    await isConnected(page, "notion")
    await allow(slack)
    await isConnected(page, "slack")
    expect(await connections()).toEqual(["notion", "slack"])
  })

  it("two tabs at once, with two services and with the same one", async () => {
    const [one, other] = [person.page, await person.openTab()]
    const windows = [await leave(one, "slack"), await leave(other, "notion"), await leave(other, "slack")]
    for (const window of windows) await allow(window)
    await Promise.all([isConnected(one, "slack"), isConnected(other, "notion"), isConnected(other, "slack")])
    expect(await connections()).toEqual(["notion", "slack"])
  })

  it("the page is loaded anew while somebody is at the provider", async () => {
    const { page } = person
    const window = await leave(page, "slack")
    await page.reload()
    await cardOf(page, "slack").waitFor()
    await allow(window)
    await isConnected(page, "slack")
    expect(await connections()).toEqual(["slack"])
  })

  it("back and forth at the provider, and a page there loaded anew", async () => {
    const { page } = person
    const window = await leave(page, "slack")
    await window.reload()
    await window.goBack().catch(() => null)
    if (!window.url().includes("/authorize")) await window.goForward()
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await allow(window)
    await isConnected(page, "slack")
    expect(await connections()).toEqual(["slack"])
  })

  it("back from the provider's page to ours, in the same window, starts nothing twice", async () => {
    const window = await person.context.newPage()
    await window.goto(`${host.url}/api/integrations/ui`)
    await window.goto(`${host.url}/api/integrations/connect/slack?returnTo=/api/integrations/ui`)
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await window.goBack()
    await cardOf(window, "slack").waitFor()
    await window.goForward()
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await allow(window)
    await isConnected(window, "slack")
    await window.goBack()
    expect(await connections()).toEqual(["slack"])
  })

  it("the cookie is gone when the person comes back: said in words, and the next try works", async () => {
    const { page, context } = person
    const window = await leave(page, "slack")
    const refused = window.waitForResponse((response) => response.url().includes("/oauth/error/"))
    await context.clearCookies({ name: /^holdfast-/ })
    await allow(window)
    const said = await refused
    expect(said.url()).toMatch(/\/oauth\/error\/state_mismatch$/)
    await cardOf(page, "slack")
      .getByText(/its cookie was lost. Allow cookies/)
      .waitFor()
    expect(await connections()).toEqual([])
    await allow(await leave(page, "slack"))
    await isConnected(page, "slack")
  })

  it("the person has signed out meanwhile: the page says what to do", async () => {
    const { page, context } = person
    await context.clearCookies({ name: "session" })
    await cardOf(page, "slack")
      .getByRole("button", { name: /^Connect with OAuth/ })
      .click()
    await cardOf(page, "slack").getByText("You are signed out. Sign in again, then load this page anew.").waitFor()
  })

  it("the provider's answer comes twice: the same result, and one connection; in another browser it is refused", async () => {
    const { page, context } = person
    const window = await leave(page, "slack")
    const answered = window.waitForRequest((request) => request.url().includes("/oauth/callback/"))
    await allow(window)
    const callback = (await answered).url()
    await isConnected(page, "slack")
    const again = await context.newPage()
    await again.goto(callback)
    await again.getByText("Slack is connected").first().waitFor()
    expect(again.url()).not.toMatch(/code=|state=/)
    const stranger = await openPage(host, { as: "member" })
    await stranger.page.goto(callback)
    await stranger.page.getByText(/does not belong to an attempt started in this browser/).waitFor()
    await stranger.context.close()
    expect(await connections()).toEqual(["slack"])
  })

  it("the window is closed by the person: nothing was connected, and it can be tried again", async () => {
    const { page } = person
    const window = await leave(page, "slack")
    // The page has looked after the window while it was at the provider: only then it knows that closed is closed.
    await timerRan(page, 250, 5)
    await window.close()
    await page.bringToFront()
    await cardOf(page, "slack").getByText("Nothing was connected.").waitFor()
    await allow(await leave(page, "slack"))
    await isConnected(page, "slack")
  })

  it("a colleague's page shows what is shared, and none of the person's own", async () => {
    const { page } = person
    for (const connector of ["slack", "google-drive"]) {
      await allow(await leave(page, connector))
      await isConnected(page, connector)
    }
    const colleague = await openPage(host, { as: "member" })
    await isConnected(colleague.page, "slack")
    await cardOf(colleague.page, "google-drive")
      .getByRole("button", { name: /^Connect with OAuth/ })
      .waitFor()
    expect(await colleague.page.getByRole("button", { name: "OAuth Settings" }).count()).toBe(0)
    await colleague.context.close()
  })

  it("a page of the server's own that waits: a new QR code takes the old one's place, and it goes on once one is scanned", async () => {
    const { page } = person
    await page.goto(`${host.url}/api/integrations/connect/telegram?method=qr&returnTo=/api/integrations/ui`)
    const drawn = () => page.getByRole("img").getAttribute("src")
    const first = await drawn()
    await page.evaluate(() => document.body.append("still the same page"))
    await host.advance(31_000)
    await expect.poll(drawn).not.toBe(first)
    expect(await page.getByText("still the same page").count()).toBe(1)
    const view = await person.context.request.get(page.url().replace(/\/start$/, ""))
    const { step } = (await view.json()) as { step: { data: string } }
    const place = host.world.connectors.get("telegram")
    await place?.control.act("scan", { url: step.data, phone: "+15550100001" })
    await isConnected(page, "telegram")
    expect(await connections()).toEqual(["telegram"])
    expect(person.complaints).toEqual([])
  })
})
