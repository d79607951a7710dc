import { createHash } from "node:crypto"
import type { Owner } from "@holdfast/core"
import {
  type Browser,
  type BrowserContext,
  launch,
  type Page,
  type Recording,
  record,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { snippet } from "./seed-pages/sdk-page.js"
import { openSdkStage, type SdkStage } from "./seed-pages/sdk-stage.js"

const owner: Owner = { tenantId: "example", userId: "ada" }
const timeoutMs = 60_000

it("the frontend snippets of seed 002 are the seed's own text", async () => {
  const digest = async (name: "sdk" | "redirect") =>
    createHash("sha256")
      .update(await snippet(name))
      .digest("hex")
  expect([await digest("sdk"), await digest("redirect")]).toEqual([
    "f1695adf5877186f0cc09df6effe5387efeef28028af907d938e1dd785783b3c",
    "7f6414f27e770264ce62da7aa720754a278238a0526da28ffb3ede5ea02930b6",
  ])
})

describe.skipIf(withoutChromium).each(["the same origin", "another site"] as const)(
  withoutChromium ?? "the frontend snippets of seed 002 in Chromium, from %s",
  (where) => {
    let browser: Browser
    let stage: SdkStage
    let context: BrowserContext
    let page: Page
    let recording: Recording

    beforeAll(async () => {
      ;[browser, stage] = await Promise.all([launch(), openSdkStage(where)])
    }, timeoutMs)
    afterAll(async () => {
      await browser?.close()
      await stage?.close()
    })
    beforeEach(async () => {
      context = await browser.newContext()
      recording = record(context)
      page = await context.newPage()
      stage.tell({ jwtToken: await stage.token(owner) })
    })
    afterEach(async () => {
      await context.close()
      const mine = stage.holdfast.for(owner)
      for (const { id } of await mine.list()) await mine.connection(id).disconnect()
    })

    /** Goes on where our page asks who began this, and decides at the provider. */
    async function decide(window: Page, decision: "Allow" | "Deny"): Promise<void> {
      await window.getByRole("heading", { name: "Connect Notion?" }).waitFor()
      await window.getByRole("button", { name: "Continue" }).click()
      await window.getByRole("button", { name: decision }).click()
    }

    const refused = () => recording.errors.filter((error) => /Content Security Policy|CORS/.test(error))

    it(
      "connect in a window, and hear the connection's id (X4, X9)",
      async () => {
        await page.goto(stage.page)
        const heard = page.waitForEvent("console", (message) => message.text().startsWith("Connection ID: "))
        const [window] = await Promise.all([context.waitForEvent("page"), page.click("#connect")])
        await decide(window, "Allow")
        const id = (await heard).text().replace("Connection ID: ", "")
        expect(await stage.holdfast.for(owner).connection(id).info()).toMatchObject({
          connector: "notion",
          status: "active",
        })
        expect(refused()).toEqual([])
      },
      timeoutMs,
    )

    it(
      "hear an error when the person refuses",
      async () => {
        await page.goto(stage.page)
        const heard = page.waitForEvent("console", (message) => message.text().startsWith("Error:"))
        const [window] = await Promise.all([context.waitForEvent("page"), page.click("#connect")])
        await decide(window, "Deny")
        const error = (await heard).args()[1]
        expect(await error?.evaluate(({ code }: { code: string }) => code)).toBe("access_denied")
        expect(await stage.holdfast.for(owner).list()).toEqual([])
      },
      timeoutMs,
    )

    it(
      "connect nothing with a token that is not good",
      async () => {
        const token = await stage.token(owner)
        stage.tell({ jwtToken: `${token.slice(0, -8)}AAAAAAAA` })
        await page.goto(stage.page)
        const failed = page.waitForEvent("pageerror")
        await page.click("#connect")
        expect((await failed).message).toContain("Sign in")
        expect(context.pages()).toEqual([page])
      },
      timeoutMs,
    )

    it(
      "leave the page where no window can be opened, and the page that comes back hears how it ended",
      async () => {
        await page.addInitScript(() => {
          // What a browser answers that blocks windows.
          window.open = () => null
        })
        await page.goto(stage.page)
        await page.click("#connect")
        await decide(page, "Allow")
        await page.waitForFunction(() => document.title === "connected")
        expect(new URL(page.url()).pathname).toBe("/settings")
        expect(await stage.holdfast.for(owner).list()).toMatchObject([{ connector: "notion", status: "active" }])
        expect(refused()).toEqual([])
      },
      timeoutMs,
    )

    it(
      "go to the address that the backend was given, and come back with a code for it (S1)",
      async () => {
        const { key } = await stage.holdfast.access.createKey(owner, { name: "caller", scopes: ["connect"] })
        const call = async (path: string, body: object) => {
          const headers = {
            authorization: `Bearer ${key}`,
            "x-api-version": "2025-09",
            "content-type": "application/json",
          }
          const answer = await fetch(`${stage.url}/connectors/notion/${path}`, {
            method: "POST",
            headers,
            body: JSON.stringify(body),
          })
          return (await answer.json()) as Record<string, string>
        }
        const { oauthUrl, credentialId } = await call("credentials", {
          connectorId: "notion",
          credentialType: "oauth2",
          redirectUri: stage.callback,
        })
        stage.tell({ oauthUrl: oauthUrl ?? "" })
        await page.goto(stage.page)
        await page.click("#redirect")
        await decide(page, "Allow")
        await page.waitForURL(`${stage.callback}?**`)
        const { code, state } = Object.fromEntries(new URL(page.url()).searchParams)
        const done = await call("credentials/callback", { code, state })
        expect(done).toEqual({ connectionId: expect.stringMatching(/^conn_/), credentialId, status: "connected" })
      },
      timeoutMs,
    )
  },
)
