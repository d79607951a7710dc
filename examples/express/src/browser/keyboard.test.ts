import { focusedName, type Page, press, tabTo, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { cardOf } from "./connect-by-page.js"
import { type DemoHost, startDemoHost } from "./demo-host.js"
import { openPage, type Person } from "./person.js"

const admin = { tenantId: "example", userId: "admin" }

describe.skipIf(withoutChromium)(withoutChromium ?? "with a keyboard alone", () => {
  let host: DemoHost
  let person: Person
  let page: Page

  beforeAll(async () => {
    host = await startDemoHost()
  })
  afterAll(() => host?.close())
  beforeEach(async () => {
    person = await openPage(host)
    page = person.page
    return () => person.context.close()
  })

  /** Finds the service by the search field, and presses one of its buttons. */
  async function choose(service: string, button: string): Promise<void> {
    await tabTo(page, "Search integrations")
    await page.keyboard.type(service)
    await press(page, `${button}: ${service}`)
  }

  async function type(label: string | RegExp, text: string): Promise<void> {
    await page.getByLabel(label, { exact: typeof label === "string" }).waitFor()
    await tabTo(page, label)
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
  }

  const connectionsOf = (connector: string) => host.holdfast.for(admin).list({ connector })
  const says = (text: string | RegExp) => page.getByText(text).first().waitFor()

  /** From the card's check mark on: opens its connections, tests, renames and disconnects. */
  async function manage(connector: string, service: string): Promise<void> {
    await cardOf(page, connector).getByText("Connected", { exact: true }).waitFor()
    // The focus is where to go on, without any search for it.
    await expect.poll(() => focusedName(page)).toBe(`Manage ${service}`)
    await page.keyboard.press("Enter")
    const [made] = await connectionsOf(connector)
    await press(page, `Test ${made?.name}`)
    await says("Everything works.")
    await press(page, `Rename ${made?.name}`)
    await page.keyboard.type("Ours")
    await page.keyboard.press("Enter")
    await says("Renamed to Ours.")
    expect((await connectionsOf(connector)).map(({ name }) => name)).toEqual(["Ours"])
    await press(page, "Disconnect Ours")
    await page.getByRole("dialog", { name: "Disconnect Ours?" }).waitFor()
    await expect.poll(() => focusedName(page)).toBe("Keep it")
    await press(page, "Disconnect")
    await says(/^Ours is disconnected/)
    expect(await connectionsOf(connector)).toEqual([])
    await page.keyboard.press("Escape")
    await cardOf(page, connector)
      .getByRole("button", { name: /^Connect|^Phone/ })
      .first()
      .waitFor()
  }

  it("a Slack workspace is connected, tested, renamed and disconnected", async () => {
    const opened = person.context.waitForEvent("page")
    await choose("Slack", "Connect with OAuth")
    const window = await opened
    await window.getByRole("button", { name: "Allow" }).waitFor()
    await press(window, "Allow")
    await manage("slack", "Slack")
    await expect.poll(() => window.isClosed()).toBe(true)
  })

  it("a Stripe key is connected, tested, renamed and disconnected", async () => {
    await choose("Stripe", "Connect with API Key")
    await type("Secret or restricted API key", String(host.world.connectors.get("stripe")?.hints?.[0]?.[1]))
    await manage("stripe", "Stripe")
  })

  it("a Telegram account is connected by number, code and password, tested, renamed and disconnected", async () => {
    const phone = "+15550100002"
    await choose("Telegram", "Phone number")
    await type("Phone number", phone)
    await page.getByLabel("Code", { exact: true }).waitFor()
    await type("Code", String(await host.world.connectors.get("telegram")?.control.act("code", { phone })))
    await type("Password", "two-step password")
    await manage("telegram", "Telegram")
  })

  it("a Telegram account is connected by a QR code that is scanned elsewhere", async () => {
    const shown = page.waitForResponse((response) => response.url().endsWith("/attempts"))
    await choose("Telegram", "QR code")
    const { step } = (await (await shown).json()) as { step: { data: string } }
    await page.getByRole("img", { name: /^QR code/ }).waitFor()
    await host.world.connectors.get("telegram")?.control.act("scan", { url: step.data, phone: "+15550100001" })
    await manage("telegram", "Telegram")
  })

  it("a dialog keeps the focus, and Escape brings it back to where it was", async () => {
    await choose("Stripe", "Connect with API Key")
    await page.getByRole("dialog", { name: "Connect Stripe" }).waitFor()
    const names = new Set<string>()
    for (let tabs = 0; tabs < 12; tabs++) {
      await page.keyboard.press("Tab")
      names.add(await focusedName(page))
    }
    expect([...names]).not.toContain("Search integrations")
    await page.keyboard.press("Escape")
    await expect.poll(() => focusedName(page)).toBe("Connect with API Key: Stripe")
  })
})
