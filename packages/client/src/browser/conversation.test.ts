import { type Browser, type BrowserContext, launch, type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Client, ClientError } from "../index.js"
import { type Host, startHost, stripeKey } from "./host.js"
import { visit } from "./visit.js"

declare const client: Client

describe.skipIf(withoutChromium)(withoutChromium ?? "a conversation that the page draws itself", () => {
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
  afterEach(() => context.close())

  it("hears of a mistake by the field, then of the end", async () => {
    const told = await page.evaluate(async (key) => {
      const conversation = await client.begin("stripe", { name: "Shop" })
      const ended = conversation.ended()
      const wrong = await conversation.submit({ key: "not a key" })
      await conversation.submit({ key })
      return { first: wrong.step, ended: await ended, last: conversation.view().step.kind }
    }, stripeKey)
    expect(told.first).toMatchObject({ kind: "form", error: { field: "key" } })
    expect(told.ended).toMatchObject({ is: "connected", connector: "stripe" })
    expect(told.last).toBe("connected")
    expect((await host.info()).map(({ name }) => name)).toContain("Shop")
  })

  it("asks a code that is to be scanned no more often than its step says, until it is scanned", async () => {
    const ended = page.evaluate(async () => {
      const conversation = await client.begin("beacon")
      // A person who comes and goes has the page ask, but not the provider.
      const restless = setInterval(() => dispatchEvent(new Event("focus")), 20)
      return await conversation.ended().finally(() => clearInterval(restless))
    })
    await expect.poll(() => host.beacon.polledAt.length).toBeGreaterThan(3)
    host.beacon.isScanned = true
    expect(await ended).toMatchObject({ is: "connected", connector: "beacon" })
    const pauses = host.beacon.polledAt.slice(1).map((at, index) => at - Number(host.beacon.polledAt[index]))
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(150)
    // Both clocks round.
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeGreaterThanOrEqual(145)
  })

  it("is cancelled by the page, and by the signal of whoever waits", async () => {
    const ends = await page.evaluate(async () => {
      const [one, other] = [await client.begin("stripe"), await client.begin("stripe")]
      const patience = new AbortController()
      const ended = [one.ended(), other.ended(patience.signal)]
      await one.cancel()
      patience.abort()
      return [...(await Promise.all(ended)), (await other.refresh()).status]
    })
    expect(ends).toEqual([{ is: "cancelled" }, { is: "cancelled" }, "failed"])
  })

  it("says so when the browser's cookie is gone", async () => {
    await page.evaluate(async () => {
      Object.assign(globalThis, { conversation: await client.begin("stripe") })
    })
    await context.clearCookies({ name: /^holdfast-/ })
    const error = await page.evaluate(async (key) => {
      const { conversation } = globalThis as unknown as { conversation: Awaited<ReturnType<Client["begin"]>> }
      return await conversation.submit({ key }).then(
        () => undefined,
        ({ code, message }: ClientError) => ({ code, message }),
      )
    }, stripeKey)
    expect(error).toMatchObject({ code: "state_mismatch", message: expect.stringContaining("(holdfast-…) is missing") })
  })

  it("manages what is connected, and throws the backend's code for what is not there", async () => {
    const told = await page.evaluate(async (key) => {
      const conversation = await client.begin("stripe")
      await conversation.submit({ key })
      const ended = await conversation.ended()
      const id = ended.is === "connected" ? ended.connectionId : ""
      const { name } = await client.rename(id, "Till")
      const { ok } = await client.test(id)
      const { usage } = await client.statistics(id)
      const diagnoses = await client.diagnose(id)
      const before = await client.connections({ connector: "stripe" })
      const { connectors, viewer } = await client.catalogue()
      const isListed = connectors.find((entry) => entry.id === "stripe")?.connected
      const report = await client.disconnect(id)
      const after = await client.connections({ connector: "stripe" })
      const refused: string[] = []
      for (const ask of [() => client.test(id), () => client.apps.list(), () => client.begin("nothing")])
        await ask().catch(({ code }: ClientError) => refused.push(code))
      return {
        name,
        ok,
        calls: typeof usage.calls,
        diagnoses,
        before: before.length,
        isListed,
        viewer,
        report,
        after,
        refused,
      }
    }, stripeKey)
    expect(told).toMatchObject({
      name: "Till",
      ok: true,
      calls: "number",
      diagnoses: [],
      before: 1,
      isListed: true,
      viewer: { admin: false },
      after: [],
      refused: ["not_found", "forbidden", "connector_unknown"],
    })
    expect(told.report.revocation).toBeDefined()
  })
})
