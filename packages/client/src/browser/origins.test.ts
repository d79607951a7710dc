import { type Browser, type BrowserContext, launch, record, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Client, ClientError, createClient } from "../index.js"
import { ada, type Host, startHost } from "./host.js"
import { allTold, consent, looked, opensWindow, ready, told, visit } from "./visit.js"

type Page = Awaited<ReturnType<typeof visit>>

describe.skipIf(withoutChromium)(withoutChromium ?? "a page on another origin than the backend", () => {
  let browser: Browser
  let host: Host
  let context: BrowserContext
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
  })
  afterEach(async () => {
    host.late = undefined
    await context.close()
    for (const id of await host.connections()) await host.holdfast.for(ada).connection(id).disconnect()
  })

  /** The click at our page that asks who wants what, where nobody known began it (X4). */
  async function agree(window: Page): Promise<void> {
    await window.getByRole("heading", { name: "Connect Slack?" }).waitFor()
    await window.getByRole("button", { name: "Continue" }).click()
  }

  /** What the backend does at such an address is done at once, and answered only when the returned function is called. */
  function answersLate(at: RegExp): () => void {
    let letGo = () => {}
    const until = new Promise<void>((resolve) => {
      letGo = resolve
    })
    host.late = { at, until }
    return letGo
  }

  const codeOf = (page: Page, token: string) =>
    page.evaluate(async (token) => {
      const { client } = globalThis as unknown as { client: Client }
      return await client.authenticate(token).then(
        () => "taken",
        ({ code }: ClientError) => code,
      )
    }, token)

  it("of the same site connects by its cookies (S2)", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.sibling}/settings`)
    await consent(await opensWindow(page, "slack"))
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    expect(recording.errors.filter((error) => /Content Security Policy|CORS/.test(error))).toEqual([])
  })

  it("of the same site goes there itself and back, where it is an entry of returnUrls (X11)", async () => {
    const page = await visit(context, `${host.sibling}/in-page?tab=1`)
    await page.click("#slack")
    await consent(page)
    await ready(page)
    expect(await told(page, "resumed")).toMatchObject({ is: "connected" })
    expect(page.url()).toBe(`${host.sibling}/in-page`)
  })

  it("that is no entry of returnUrls is told so", async () => {
    const page = await visit(context, `${host.sibling}/no-windows`)
    await page.click("#slack")
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "input_invalid" })
    expect(page.url()).toBe(`${host.sibling}/no-windows`)
  })

  it("of another site connects by a token alone, after a click at our page (X4, X9)", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.foreign}/by-token`)
    const window = await opensWindow(page, "slack")
    await agree(window)
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    expect(await host.connections()).toHaveLength(1)
    expect(recording.errors.filter((error) => /Content Security Policy|CORS/.test(error))).toEqual([])
  })

  it("of another site connects also when the person clicks twice at our page (X4)", async () => {
    const page = await visit(context, `${host.foreign}/by-token`)
    const window = await opensWindow(page, "slack")
    await window.getByRole("heading", { name: "Connect Slack?" }).waitFor()
    // The second click makes the browser drop what is answered to the first.
    const letGo = answersLate(/\/start$/)
    await window.getByRole("button", { name: "Continue" }).dblclick({ noWaitAfter: true, delay: 100 })
    letGo()
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
  })

  it("of another site leaves a window alone that is still at the provider when the end is known: its last page closes it", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.foreign}/by-token`)
    const window = await opensWindow(page, "slack")
    await agree(window)
    const letGo = answersLate(/\/oauth\/callback\//)
    const closed = window.waitForEvent("close")
    await consent(window)
    expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    expect(window.isClosed()).toBe(false)
    letGo()
    await closed
    expect(recording.errors).toEqual([])
  })

  it("of another site hears that the window was closed", async () => {
    const page = await visit(context, `${host.foreign}/by-token`)
    const window = await opensWindow(page, "slack")
    await agree(window)
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await looked(page)
    await window.close()
    expect(await told(page, "ended")).toEqual({ is: "cancelled" })
  })

  it("gets another token when one has ended, once", async () => {
    let minted = 0
    await context.route("**/mint", (route) => (minted++ === 0 ? route.fulfill({ body: ended }) : route.continue()))
    const page = await visit(context, `${host.foreign}/by-token`)
    const ended = await host.holdfast.access.browserToken(ada, { expiresInSeconds: 1, origin: host.foreign })
    host.clock.advance(120_000)
    const ids = await page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: Client }
      const both = await Promise.all([client.catalogue(), client.connections()])
      return both[0].connectors.map(({ id }) => id)
    })
    expect(ids).toContain("slack")
    expect(minted).toBe(2)
  })

  it("is told that it is not signed in, when the token that it gets is another page's", async () => {
    const token = await host.holdfast.access.browserToken(ada, { origin: host.sibling })
    await context.route("**/mint", (route) => route.fulfill({ body: token }))
    const page = await visit(context, `${host.foreign}/by-token`)
    await page.click("#slack")
    expect(await told(page, "ended")).toMatchObject({ is: "failed", code: "unauthenticated" })
    expect(await allTold(page)).toHaveLength(2)
  })

  it("authenticates with what its backend gave it, and connects as a page that knows nothing else", async () => {
    const recording = record(context)
    const page = await visit(context, `${host.foreign}/settings`)
    const token = await host.holdfast.access.browserToken(ada, { origin: host.foreign })
    expect(await codeOf(page, `${token.slice(0, -2)}xx`)).toBe("unauthenticated")
    const connected = page.evaluate(
      async ({ url, jwtToken }) => {
        const { createClient: create } = globalThis as unknown as { createClient: typeof createClient }
        const alloy = create({ url })
        await alloy.authenticate(jwtToken)
        return await new Promise((onSuccess, onError) => {
          alloy.connect("slack", { onSuccess, onError })
        })
      },
      { url: host.mount, jwtToken: token },
    )
    const window = await page.waitForEvent("popup")
    await agree(window)
    await consent(window)
    expect(await connected).toBe((await host.connections())[0])
    const kept = await page.evaluate(() =>
      JSON.stringify([sessionStorage, localStorage, document.cookie, location.href]),
    )
    expect(kept).not.toContain(token.slice(-20))
    // In a header of ours and nowhere else: no address, no cookie.
    const urls = (await recording.texts()).filter((text) => text.startsWith("http"))
    expect(urls.join()).not.toContain(token.slice(-20))
  })
})

describe.skipIf(withoutChromium)(withoutChromium ?? "a token on the backend's own origin", () => {
  it("says alone who asks, whoever is signed in there", async () => {
    const browser = await launch()
    const host = await startHost()
    try {
      const context = await browser.newContext()
      const page = await visit(context, `${host.origin}/by-token`)
      await context.clearCookies()
      const window = await opensWindow(page, "slack")
      await window.getByRole("button", { name: "Continue" }).click()
      await consent(window)
      expect(await told(page, "ended")).toMatchObject({ is: "connected" })
    } finally {
      await browser.close()
      await host.close()
    }
  })
})
