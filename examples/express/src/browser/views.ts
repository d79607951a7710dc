import type { Page } from "chromium-for-tests"
import { cardOf } from "./connect-by-page.js"
import type { DemoHost } from "./demo-host.js"
import type { Person } from "./person.js"

/** Where a view is looked at. */
export interface Stand {
  readonly host: DemoHost
  readonly person: Person
}

/** A view that somebody can come to from the open catalogue. */
export interface View {
  readonly name: string
  /** Answers the page it is on, where that is another one. */
  show(stand: Stand): Promise<Page | undefined>
}

const button = (page: Page, connector: string, name: RegExp | string) =>
  cardOf(page, connector).getByRole("button", { name })
const dialog = (page: Page) => page.locator("hf-connect-dialog")
const send = (page: Page) => dialog(page).locator("button[type=submit]").click()
const phone = "+15550100002"

async function type(page: Page, field: string, text: string): Promise<void> {
  await dialog(page).locator(`[name="${field}"]`).fill(text)
  await send(page)
}

async function toCode(page: Page): Promise<void> {
  await button(page, "telegram", "Phone number").click()
  await type(page, "phone", phone)
  await dialog(page).locator('[name="code"]').waitFor()
}

async function toSheet(page: Page): Promise<void> {
  await button(page, "slack", /^Manage/).click()
  await page.locator("hf-connection").first().waitFor()
}

/** The element on the page that the app serves. */
const onThePage: readonly (Pick<View, "name"> & { show(stand: Stand): Promise<void> })[] = [
  { name: "catalogue", show: async () => {} },
  {
    name: "search",
    show: ({ person: { page } }) => page.getByRole("searchbox", { name: "Search integrations" }).fill("google"),
  },
  {
    name: "search-without-result",
    show: ({ person: { page } }) =>
      page.getByRole("searchbox", { name: "Search integrations" }).fill("nothing like it"),
  },
  {
    name: "key-form",
    show: async ({ person: { page } }) => {
      await button(page, "stripe", /API Key/).click()
      await dialog(page).locator("input").first().waitFor()
    },
  },
  {
    name: "key-form-left-empty",
    show: async ({ person: { page } }) => {
      await button(page, "stripe", /API Key/).click()
      await send(page)
      await dialog(page).locator('[aria-invalid="true"]').waitFor()
    },
  },
  {
    name: "key-refused",
    show: async ({ person: { page } }) => {
      await button(page, "kartra", /API Key/).click()
      await dialog(page).locator('[name="key"]').fill("no-such-key")
      await type(page, "password", "no-such-password")
      await dialog(page).getByRole("alert").waitFor()
    },
  },
  {
    name: "shop-that-is-none",
    show: async ({ person: { page } }) => {
      await button(page, "shopify", /^Connect with OAuth/).click()
      await type(page, "shop", "not a shop!")
      await dialog(page).locator('[aria-invalid="true"]').waitFor()
    },
  },
  { name: "phone-code", show: ({ person: { page } }) => toCode(page) },
  {
    name: "phone-code-wrong",
    show: async ({ person: { page } }) => {
      await toCode(page)
      await type(page, "code", "1")
      await dialog(page).locator('[aria-invalid="true"]').waitFor()
    },
  },
  {
    name: "phone-password",
    show: async ({ person: { page }, host }) => {
      await toCode(page)
      await type(page, "code", String(await host.world.connectors.get("telegram")?.control.act("code", { phone })))
      await dialog(page).locator('[name="password"]').waitFor()
    },
  },
  {
    name: "qr-code",
    show: async ({ person: { page } }) => {
      await button(page, "telegram", "QR code").click()
      await page.getByRole("img", { name: /^QR code/ }).waitFor()
    },
  },
  {
    name: "waiting-for-the-window",
    show: async ({ person: { page, context } }) => {
      const opened = context.waitForEvent("page")
      await button(page, "notion", /^Connect/).click()
      await (await opened).getByRole("button", { name: "Allow" }).waitFor()
    },
  },
  {
    name: "consent-refused",
    show: async ({ person: { page, context } }) => {
      const opened = context.waitForEvent("page")
      await button(page, "notion", /^Connect/).click()
      await (await opened).getByRole("button", { name: "Deny" }).click()
      await cardOf(page, "notion").getByRole("alert").waitFor()
    },
  },
  { name: "connections", show: ({ person: { page } }) => toSheet(page) },
  {
    name: "connection-tested",
    show: async ({ person: { page } }) => {
      await toSheet(page)
      await page.getByRole("button", { name: /^Test/ }).click()
      await page.getByText("Everything works.").waitFor()
    },
  },
  {
    name: "connection-renamed",
    show: async ({ person: { page } }) => {
      await toSheet(page)
      await page.getByRole("button", { name: /^Rename/ }).click()
      await page.locator("hf-rename-field input").waitFor()
    },
  },
  {
    name: "usage",
    show: async ({ person: { page } }) => {
      await toSheet(page)
      await page.getByRole("button", { name: /^Usage/ }).click()
      await page.locator('hf-connection [aria-expanded="true"]').waitFor()
    },
  },
  {
    name: "disconnect",
    show: async ({ person: { page } }) => {
      await toSheet(page)
      await page.getByRole("button", { name: /^Disconnect/ }).click()
      await page.getByRole("dialog", { name: /^Disconnect .*\?$/ }).waitFor()
    },
  },
  {
    name: "guide",
    show: async ({ person: { page } }) => {
      await button(page, "slack", /^Set-up guide/).click()
      await page.locator("hf-setup-guide li").first().waitFor()
    },
  },
  {
    name: "oauth-settings",
    show: async ({ person: { page } }) => {
      await page.getByRole("button", { name: "OAuth Settings", exact: true }).click()
      await page.locator("hf-oauth-settings li").first().waitFor()
    },
  },
  {
    name: "signed-out",
    show: async ({ person: { page, context } }) => {
      await context.clearCookies({ name: "session" })
      await button(page, "notion", /^Connect/).click()
      await cardOf(page, "notion").getByRole("alert").waitFor()
    },
  },
  {
    name: "not-loaded",
    show: async ({ person: { page, context } }) => {
      await context.route("**/connectors*", (route) => route.abort())
      await page.reload()
      await page.getByRole("alert").waitFor()
      await context.unroute("**/connectors*")
    },
  },
]

/** Pages that the server draws itself, for those who come by a link. */
const ofTheServer: readonly View[] = [
  {
    name: "asked-first",
    async show({ host, person: { context } }) {
      const page = await context.newPage()
      // From another site, as from a letter that somebody else has sent.
      const elsewhere = `${[...Object.values(host.world.reroute)][0]}/`
      const link = `${host.url}/api/integrations/connect/slack`
      await page.route(elsewhere, (route) =>
        route.fulfill({
          contentType: "text/html",
          body: `<!doctype html><title>A letter</title><a href="${link}">Go</a>`,
        }),
      )
      await page.goto(elsewhere)
      await page.getByRole("link", { name: "Go" }).click()
      await page.getByRole("button", { name: "Continue" }).waitFor()
      return page
    },
  },
  {
    name: "server-form",
    async show({ host, person: { context } }) {
      const page = await context.newPage()
      await page.goto(`${host.url}/api/integrations/connect/kartra`)
      await page.locator('[name="key"]').fill("no-such-key")
      await page.locator('[name="password"]').fill("no-such-password")
      await page.getByRole("button", { name: "Continue" }).click()
      await page.getByRole("alert").waitFor()
      return page
    },
  },
  {
    name: "server-qr-code",
    async show({ host, person: { context } }) {
      const page = await context.newPage()
      await page.goto(`${host.url}/api/integrations/connect/telegram?method=qr`)
      await page.getByRole("img").waitFor()
      return page
    },
  },
  {
    name: "server-end",
    async show({ host, person: { context } }) {
      const page = await context.newPage()
      await page.goto(`${host.url}/api/integrations/connect/notion`)
      await page.getByRole("button", { name: "Deny" }).click()
      await page.getByRole("heading", { name: "Notion was not connected" }).waitFor()
      return page
    },
  },
  {
    name: "server-error",
    async show({ host, person: { context } }) {
      const page = await context.newPage()
      await page.goto(`${host.url}/api/integrations/oauth/callback/slack?code=made-up&state=made-up`)
      await page.getByText("Start again.").waitFor()
      return page
    },
  },
]

/** All of them. */
export const views: readonly View[] = [
  ...onThePage.map(({ name, show }) => ({ name, show: (stand: Stand) => show(stand).then(() => undefined) })),
  ...ofTheServer,
]
