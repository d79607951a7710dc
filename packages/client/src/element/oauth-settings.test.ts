import {
  axeViolations,
  type Browser,
  type BrowserContext,
  launch,
  type Page,
  record,
  withoutChromium,
} from "chromium-for-tests"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type PageHost, scriptedPage, startPageHost } from "../browser/page-host.js"

const script = `
  import { createClient } from "./index.js"
  import "./element/oauth-settings.js"
  const client = createClient({ url: "/api/integrations" })
  const { connectors } = await client.catalogue()
  const settings = document.createElement("hf-oauth-settings")
  Object.assign(settings, { client, connectors, connector: new URLSearchParams(location.search).get("open") ?? undefined })
  settings.addEventListener("hf-apps-changed", ({ detail }) => document.body.dataset.changed = detail.connector)
  document.querySelector("main").append(settings)
`

describe.skipIf(withoutChromium)(withoutChromium ?? "OAuth Settings", () => {
  let browser: Browser
  let host: PageHost
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    browser = await launch()
    host = await startPageHost({ pages: await scriptedPage("/settings", script) })
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  beforeEach(async () => {
    await context?.close()
    await host.holdfast.apps.remove({ tenantId: "org", userId: "admin", admin: true }, "slack")
    context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] })
    page = await context.newPage()
  })

  async function open(name: "admin" | "member", connector = "slack"): Promise<void> {
    await host.signIn(context, name)
    await page.goto(`${host.url}/settings?open=${connector}`)
  }

  async function save(): Promise<void> {
    await page.getByLabel("Client ID").fill(host.slackApp.clientId)
    await page.getByLabel("Client secret").fill(host.slackApp.clientSecret)
    await page.getByRole("button", { name: "Save", exact: true }).click()
    await page.getByText("Slack can be connected now").waitFor()
  }

  it("lets an admin save an app with the keyboard alone, and an account is connected with it", async () => {
    const recording = record(context)
    await open("admin", "")
    await page.getByRole("button", { name: "Slack Not set up" }).focus()
    await page.keyboard.press("Enter")
    // The cursor is in the first field.
    await page.getByLabel("Client ID").and(page.locator(":focus")).waitFor()
    await page.keyboard.type(host.slackApp.clientId)
    await page.keyboard.press("Tab")
    await page.keyboard.type(host.slackApp.clientSecret)
    await page.keyboard.press("Enter")
    await page.getByRole("button", { name: "Slack Saved here" }).waitFor()
    expect(await page.locator("body").getAttribute("data-changed")).toBe("slack")
    expect(recording.errors).toEqual([])

    await page.goto(`${host.url}/api/integrations/connect/slack`)
    await page.getByRole("button", { name: /allow/i }).first().click()
    await page.getByText("Slack is connected").waitFor()
    const [connection] = await host.holdfast.for({ tenantId: "org", userId: "admin" }).list({ connector: "slack" })
    expect(connection?.status).toBe("active")
    await host.holdfast
      .for({ tenantId: "org", userId: "admin" })
      .connection(connection?.id ?? "")
      .disconnect()
  })

  it("never gets a secret back, and keeps the one that is saved when it is left empty", async () => {
    await open("admin")
    await save()
    const recording = record(context)
    await page.reload()
    const secret = page.getByLabel("Client secret")
    await secret.waitFor()
    expect([await secret.inputValue(), await secret.getAttribute("placeholder")]).toEqual([
      "",
      "Saved. Leave it empty to keep it.",
    ])
    expect(await page.getByLabel("Client ID").inputValue()).toBe(host.slackApp.clientId)
    await page.getByLabel("Signing secret").fill(host.slackApp.signingSecret)
    await page.getByRole("button", { name: "Save", exact: true }).click()
    await page.getByText("Slack can be connected now").waitFor()
    expect(await page.getByLabel("Signing secret").inputValue()).toBe("")
    // Saving again is told again.
    await page.getByRole("button", { name: "Save", exact: true }).click()
    await page.getByRole("status").filter({ hasText: "Slack can be connected now" }).waitFor()
    const app = await host.holdfast.apps.resolve("org", "slack")
    expect(app.fields).toEqual(host.slackApp)
    // The one that is typed is sent once, by this page; none comes back.
    const seen = (await recording.texts()).filter((text) => text.includes(host.slackApp.signingSecret))
    expect(seen.map((text) => JSON.parse(text))).toEqual([
      {
        fields: expect.objectContaining({ signingSecret: host.slackApp.signingSecret, clientSecret: "" }),
        for: "connector",
      },
    ])
    expect((await recording.texts()).join()).not.toContain(host.slackApp.clientSecret)
  })

  it("says beside each field what is wrong with it, goes there, and keeps what was typed", async () => {
    await open("admin")
    await page.getByLabel("Client ID").fill("typed")
    await page.getByRole("button", { name: "Save", exact: true }).click()
    const secret = page.getByLabel("Client secret")
    await secret.and(page.locator(":focus")).waitFor()
    expect(await secret.getAttribute("aria-invalid")).toBe("true")
    const about = page.locator(`#${await secret.getAttribute("aria-describedby")}`)
    expect(await about.textContent()).toContain("Fill this in.")
    expect(await page.getByLabel("Client ID").inputValue()).toBe("typed")
    await secret.fill("x")
    expect(await secret.getAttribute("aria-invalid")).toBeNull()
  })

  it("copies the redirect URI, as it has to be registered", async () => {
    await open("admin")
    await page.getByRole("button", { name: "Copy the Redirect URI" }).first().click()
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toBe(`${host.url}/api/integrations/oauth/callback/slack`)
  })

  it("selects the address where the page may not write to the clipboard", async () => {
    await page.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("", "NotAllowedError"))
    })
    await open("admin")
    await page.getByRole("button", { name: "Copy the Redirect URI" }).first().click()
    await page.getByRole("status").filter({ hasText: "Selected: copy it with your keyboard" }).waitFor()
    await page.keyboard.press("Control+c")
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied.trim()).toBe(`${host.url}/api/integrations/oauth/callback/slack`)
  })

  it("shows the guide, with our addresses to copy and the way to the console", async () => {
    await open("admin")
    await save()
    await page.getByText("Set-up guide").click()
    const guide = page.locator("hf-setup-guide")
    expect(await guide.getByRole("link", { name: /Open Slack’s console/ }).getAttribute("href")).toBe(
      "https://api.slack.com/apps",
    )
    expect(await guide.getByRole("listitem").count()).toBeGreaterThan(3)
    expect(await guide.getByRole("button", { name: "Copy the Redirect URI" }).count()).toBe(1)
    expect(await guide.getByRole("button", { name: "Copy the Webhook URL" }).count()).toBe(1)
  })

  it("removes an app only after it was asked again", async () => {
    await open("admin")
    await save()
    await page.getByRole("button", { name: "Remove the app of Slack" }).click()
    await page.getByText("can no longer be renewed").waitFor()
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.getByRole("button", { name: "Remove the app of Slack" }).and(page.locator(":focus")).waitFor()
    expect((await host.holdfast.apps.resolve("org", "slack")).clientId).toBe(host.slackApp.clientId)
    await page.getByRole("button", { name: "Remove the app of Slack" }).click()
    await page.getByRole("button", { name: "Remove", exact: true }).click()
    await page.getByText("The app of Slack is removed.").waitFor()
    await page.getByRole("button", { name: "Save", exact: true }).and(page.locator(":focus")).waitFor()
    await expect(host.holdfast.apps.resolve("org", "slack")).rejects.toMatchObject({ code: "app_not_configured" })
    expect(await page.getByLabel("Client ID").inputValue()).toBe("")
  })

  it("shows a member nothing: the backend refuses (X8)", async () => {
    const recording = record(context)
    await open("member")
    await page.getByRole("alert").filter({ hasText: "You are not allowed to do this" }).waitFor()
    expect(await page.getByRole("textbox").count()).toBe(0)
    const answer = await page.evaluate(async () => {
      const init = { method: "PUT", headers: { "content-type": "application/json" }, body: '{"fields":{}}' }
      return (await fetch("/api/integrations/apps/slack", init)).json()
    })
    expect(answer).toMatchObject({ error: "forbidden" })
    const answers = (await recording.texts()).filter((text) => text.startsWith("{"))
    expect(answers.join()).not.toContain("isSet")
  })

  it.each(["light", "dark"] as const)("has nothing that axe finds, in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.addInitScript(() => document.documentElement.style.setProperty("color-scheme", "light dark"))
    await open("admin")
    await page.getByRole("button", { name: "Save", exact: true }).click()
    await page.locator("[aria-invalid]").first().waitFor()
    expect(await axeViolations(page)).toEqual([])
  })
})
