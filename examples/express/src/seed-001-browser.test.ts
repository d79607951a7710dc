import { type Page, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openStage, type Stage } from "./seed-pages/stage.js"

const timeout = 60_000

describe.skipIf(withoutChromium).each(["same origin", "second origin"] as const)(
  withoutChromium ?? "the snippets of seed 001 in Chromium, on one page at the %s",
  (where) => {
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage(where)
    }, timeout)

    afterAll(() => stage?.close())

    const card = (page: Page, heading: string) => page.getByRole("region", { name: heading })
    const shown = (page: Page, heading: string, name: string) => card(page, heading).locator(`[data-shown="${name}"]`)
    const press = (page: Page, heading: string, name: string) =>
      card(page, heading).getByRole("button", { name, exact: true }).click()

    /** Resolves when the card's state reads so. */
    async function says(page: Page, heading: string, name: string, text: RegExp): Promise<void> {
      await shown(page, heading, name).filter({ hasText: text }).waitFor({ state: "attached" })
    }

    /** Resolves when the card lists so many accounts. */
    async function accounts(page: Page, heading: string, count: number): Promise<void> {
      await card(page, heading).locator(`ul[data-count="${count}"]`).waitFor({ state: "attached" })
    }

    async function disconnect(page: Page, heading: string): Promise<void> {
      await accounts(page, heading, 1)
      await press(page, heading, "Disconnect")
      await accounts(page, heading, 0)
    }

    /** Presses the card's button, and decides on the provider's page. Answers the address that led back to the host's page. */
    async function decide(page: Page, heading: string, decision: "Allow" | "Deny", shop?: string): Promise<URL> {
      if (shop !== undefined) await card(page, heading).getByLabel("Shop domain").fill(shop)
      await press(page, heading, "Connect")
      const button = page.getByRole("button", { name: decision })
      await button.waitFor({ state: "attached" })
      expect(new URL(page.url()).hostname).toBe("localhost")
      const back = page.waitForRequest(
        (request) => request.isNavigationRequest() && request.url().startsWith(stage.page),
      )
      await button.click()
      return new URL((await back).url())
    }

    /** On the provider's page, the provider's answer is another one than it would give. */
    async function answered(page: Page, heading: string, path: string, query: string, shop?: string): Promise<void> {
      if (shop !== undefined) await card(page, heading).getByLabel("Shop domain").fill(shop)
      await press(page, heading, "Connect")
      await page.getByRole("button", { name: "Allow" }).waitFor({ state: "attached" })
      const state = new URL(page.url()).searchParams.get("state")
      const back = page.waitForURL(`${stage.page}?**`)
      await page.evaluate(
        (to) => location.assign(to),
        `${stage.api(heading.toLowerCase(), path)}?${query}&state=${state}`,
      )
      await back
    }

    const phone = "+15550100002"
    const telegram = () => stage.world.connectors.get("telegram")?.control

    it.each([
      ["Zoom", "zoom_code", undefined, /^✅ Zoom connected \(\S+@\S+\)$/, /^✅ Zoom connected/],
      ["Shopify", "code", "first-shop", /^✅ Shopify connected \(.+\)$/, /^✅ Shopify disconnected$/],
      ["Stripe", "code", undefined, /^✅ Stripe connected \(acct_\w+\)$/, /^✅ Stripe disconnected$/],
      ["Calendly", "code", undefined, /^✅ Calendly connected \(\S+@\S+\)$/, /^✅ Calendly disconnected$/],
    ])(
      "%s connects, is listed and disconnected (S2, S4, S5)",
      async (heading, parameter, shop, connected, disconnected) => {
        const { page, context, recording } = await stage.person("member")
        const back = await decide(page, heading, "Allow", shop)
        expect(back.searchParams.get(parameter)).toMatch(/^[\w-]{43}$/)
        await says(page, heading, "status", connected)
        expect(page.url()).toBe(stage.page)
        await disconnect(page, heading)
        await says(page, heading, "status", disconnected)
        // The body that Zoom's snippet leaves unread would be waited for.
        await page.close()
        const secrets = Object.entries(stage.world.environment).filter(([name]) => name.endsWith("_SECRET"))
        const seen = (await recording.texts()).join("\n")
        expect(secrets.filter(([, value]) => seen.includes(value))).toEqual([])
        expect(recording.errors).toEqual([])
        await context.close()
      },
      timeout,
    )

    it(
      "PayPal connects at its callback, and the page is told so (S8)",
      async () => {
        const { page, context, recording } = await stage.person("member")
        expect((await decide(page, "PayPal", "Allow")).search).toBe("?paypal=success")
        await disconnect(page, "PayPal")
        await says(page, "PayPal", "status", /^✅ PayPal disconnected$/)
        expect(recording.errors).toEqual([])
        await context.close()
      },
      timeout,
    )

    it(
      "Telegram connects by phone, code and password; a wrong code connects nothing",
      async () => {
        const { page, context } = await stage.person("member")
        const type = (label: string, value: string) => card(page, "Telegram").getByLabel(label).fill(value)
        await type("Phone number", phone)
        await press(page, "Telegram", "Send code")
        await says(page, "Telegram", "awaitingCode", /true/)
        const code = String(await telegram()?.act("code", { phone }))
        const refused = page.waitForResponse((response) => response.url().endsWith("/connect/verify-code"))
        await type("Code", code === "00000" ? "00001" : "00000")
        await press(page, "Telegram", "Verify code")
        expect((await refused).status()).toBe(400)
        await type("Code", code)
        await press(page, "Telegram", "Verify code")
        await says(page, "Telegram", "awaiting2FA", /true/)
        await accounts(page, "Telegram", 0)
        await type("Password", "two-step password")
        await press(page, "Telegram", "Verify password")
        await disconnect(page, "Telegram")
        await context.close()
      },
      timeout,
    )

    it(
      "Telegram connects by a QR code that is scanned (S15)",
      async () => {
        const { page, context, recording } = await stage.person("member")
        await press(page, "Telegram", "Show QR code")
        await says(page, "Telegram", "qrUrl", /^tg:\/\/login\?token=/)
        const url = await shown(page, "Telegram", "qrUrl").textContent()
        await telegram()?.act("scan", { phone: "+15550100001", url: url ?? "" })
        await disconnect(page, "Telegram")
        expect(recording.errors).toEqual([])
        await context.close()
      },
      timeout,
    )

    it(
      "a code that another provider's snippet takes from the address is not used up (S4)",
      async () => {
        const { page, context } = await stage.person("member")
        // As the document has them: Calendly's snippet is content with a code alone, and stands first.
        const body = await stage.script(["Calendly", "PayPal", "Shopify", "Stripe"])
        await page.route("**/integrations.js", (route) => route.fulfill({ contentType: "text/javascript", body }))
        await page.goto(stage.page)
        const failed = page.waitForEvent("pageerror")
        const back = await decide(page, "Stripe", "Allow")
        expect((await failed).message).toContain("does not belong to an attempt")
        expect(page.url()).toBe(stage.page)
        await page.unroute("**/integrations.js")
        await page.goto(back.href)
        await says(page, "Stripe", "status", /^✅ Stripe connected/)
        await disconnect(page, "Stripe")
        await context.close()
      },
      timeout,
    )

    it(
      "a code is worth nothing on the page of a colleague who was sent the link (X18)",
      async () => {
        const [mine, theirs] = [await stage.person("member"), await stage.person("admin")]
        // What the provider's answer leads to, before the page's own script takes it.
        await mine.page.route(
          "**/integrations.js",
          (route) => route.fulfill({ contentType: "text/javascript", body: "" }),
          {
            times: 1,
          },
        )
        const link = await decide(mine.page, "Zoom", "Allow")
        const failed = theirs.page.waitForEvent("pageerror")
        await theirs.page.goto(link.href)
        expect((await failed).message).toContain("does not belong to an attempt")
        await accounts(theirs.page, "Zoom", 0)
        await mine.page.reload()
        await says(mine.page, "Zoom", "status", /^✅ Zoom connected/)
        await disconnect(mine.page, "Zoom")
        await Promise.all([mine.context.close(), theirs.context.close()])
      },
      timeout,
    )

    it.each([
      ["Zoom", "callback", "nothing=1", undefined, "?error=missing_code", "error", /^missing_code$/],
      [
        "Shopify",
        "callback",
        "code=x&shop=first-shop.myshopify.com&hmac=00&timestamp=1",
        "first-shop",
        "",
        "error",
        /^Authentication failed: Invalid signature from Shopify$/,
      ],
      ["PayPal", "connect", "code=never-issued", undefined, "?paypal=error", "loading", /^$/],
    ])(
      "%s comes back to the page in the words that it looks for when its answer is wrong (%s?%s)",
      async (heading, path, query, shop, search, name, told) => {
        const { page, context } = await stage.person("member")
        await answered(page, heading, path, query, shop)
        await says(page, heading, name, told)
        expect(new URL(page.url()).search).toBe(search)
        await accounts(page, heading, 0)
        await context.close()
      },
      timeout,
    )

    it.each([
      ["Calendly", "?error=access_denied"],
      ["Stripe", "?error=access_denied"],
      ["PayPal", "?paypal=error"],
    ])(
      "%s comes back with nothing connected when consent is refused",
      async (heading, search) => {
        const { page, context } = await stage.person("member")
        expect((await decide(page, heading, "Deny")).search).toBe(search)
        await accounts(page, heading, 0)
        await context.close()
      },
      timeout,
    )
  },
)
