import { randomBytes } from "node:crypto"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { type Connector, createHoldfast, type Holdfast, keyring, memoryStore, type Owner } from "@holdfast/core"
import { type EmulatorClock, systemClock } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { type NodeRequest, toNodeHandler } from "@holdfast/server/node"
import { shopify } from "@holdfast/shopify"
import { createShopifyEmulator, emulatorApp as shopifyApp } from "@holdfast/shopify/emulator"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp as slackApp } from "@holdfast/slack/emulator"
import { stripe } from "@holdfast/stripe"
import { createStripeEmulator, defaultAccounts, type StripeEmulator } from "@holdfast/stripe/emulator"
import { telegram } from "@holdfast/telegram"
import { emulatedApp, listenTelegram, type TelegramEmulator, telegramEmulator } from "@holdfast/telegram/emulator"
import type { BrowserContext, Page } from "chromium-for-tests"
import { scriptedPage } from "./page-host.js"

const people: Readonly<Record<string, Owner>> = {
  admin: { tenantId: "acme-corp", userId: "admin", admin: true },
  ada: { tenantId: "acme-corp", userId: "ada" },
}

/** Keys that Stripe's stand-in takes, of two accounts. */
export const stripeKeys = defaultAccounts.map(({ keys }) => keys.test)

/** People at Telegram's stand-in, all with a two-step password: a number takes few tries, so each test has its own. */
export const telegramAccounts = ["+15550100002", "+15550100003", "+15550100004", "+15550100005"].map(
  (phone, index) => ({ phone, firstName: `Person ${index}`, password: "two-step password" }),
)

/** An app on loopback whose one page is the element, with Slack, Stripe, Shopify and Telegram as providers. */
export interface ElementHost {
  readonly origin: string
  readonly holdfast: Holdfast
  readonly stripe: StripeEmulator
  readonly telegram: TelegramEmulator
  /** The providers' clock, which can be set ahead. */
  readonly clock: EmulatorClock
  /** Opens the page as somebody. Attributes of the element come from `attributes`; `as: "nobody"` is not signed in. */
  open(context: BrowserContext, options?: OpenOptions): Promise<Page>
  /** Ends every connection of everybody. */
  disconnectAll(): Promise<void>
  close(): Promise<void>
}

export interface OpenOptions {
  readonly as?: "admin" | "ada" | "nobody"
  readonly attributes?: Readonly<Record<string, string>>
  /** Direction of the page's text. */
  readonly dir?: "ltr" | "rtl"
}

// What the page hears is kept where a test reads it.
const script = `
  import "./element.js"
  const parameters = new URLSearchParams(location.search)
  document.documentElement.dir = parameters.get("dir") ?? "ltr"
  parameters.delete("dir")
  const element = document.createElement("holdfast-integrations")
  element.setAttribute("url", "/api/integrations")
  for (const [name, value] of parameters) element.setAttribute(name, value)
  window.heard = []
  for (const name of ["holdfast-connected", "holdfast-disconnected", "holdfast-error"])
    document.addEventListener(name, ({ type, detail }) => window.heard.push({ type, ...detail }))
  document.querySelector("main").append(element)
`

// Without 'unsafe-inline', and without an exception for the element.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"

const markup = `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Settings</title>
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
<main></main>
</html>
`

const css = `
  body { margin: 0; background: light-dark(#fff, #101216); }
  main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem; }
  :root:has([theme="dark"]) { color-scheme: dark; }
  :root:has([theme="auto"]) { color-scheme: light dark; }
`

/** Starts it all. `isConfigured`: whether the app registrations are there. */
export async function startElementHost({
  isConfigured = true,
  beside = [],
}: {
  isConfigured?: boolean
  /** Connectors beside the four. */
  beside?: readonly Connector[]
} = {}): Promise<ElementHost> {
  const pages: Record<string, { type: string; text: string }> = {
    ...(await scriptedPage("/page", script)),
    "/page": { type: "text/html; charset=utf-8", text: markup },
    "/page.css": { type: "text/css", text: css },
    "/favicon.ico": { type: "image/x-icon", text: "" },
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const mount = `${origin}/api/integrations`
  const clock = systemClock()
  const callback = (connector: string) => [`${mount}/oauth/callback/${connector}`]
  const stripeEmulator = createStripeEmulator({ clock })
  const telegramWorld = telegramEmulator({ clock, accounts: telegramAccounts })
  const telegramLines = await listenTelegram(telegramWorld)
  const providers = await Promise.all([
    listen(createSlackEmulator({ clock, redirectUris: callback("slack") })),
    listen(stripeEmulator),
    listen(createShopifyEmulator({ clock, redirectUris: callback("shopify") }), {
      origins: ["https://first-shop.myshopify.com"],
    }),
  ])
  const { dataCenters, publicKeys } = telegramLines
  const store = memoryStore()
  const holdfast = createHoldfast({
    url: mount,
    connectors: [
      slack(isConfigured ? slackApp : {}),
      stripe(),
      shopify(isConfigured ? shopifyApp : {}),
      ...beside,
      telegram({ dataCenters, publicKeys, ...(isConfigured && emulatedApp) }),
    ],
    store,
    keys: keyring(`test:${randomBytes(32).toString("base64url")}`),
    reroute: Object.assign({}, ...providers.map(({ reroute }) => reroute)),
    env: {},
  }) as unknown as Holdfast
  const integrations = toNodeHandler(holdfast, { owner: ownerOf })

  const answer: typeof integrations = async (request, response) => {
    const page = pages[new URL(request.url ?? "/", origin).pathname]
    if (!page) return await integrations(request, response)
    response.setHeader("content-type", page.type)
    response.setHeader("content-security-policy", policy)
    response.end(page.text)
  }

  return {
    origin,
    holdfast,
    stripe: stripeEmulator,
    telegram: telegramWorld,
    clock,
    async open(context, { as = "ada", attributes = {}, dir = "ltr" } = {}) {
      await context.addCookies([{ name: "as", value: as, url: origin }])
      const page = await context.newPage()
      await page.goto(`${origin}/page?${new URLSearchParams({ dir, ...attributes })}`)
      return page
    },
    async disconnectAll() {
      for (const owner of Object.values(people)) {
        const scope = holdfast.for(owner)
        for (const { id } of await scope.list()) await scope.connection(id).disconnect()
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await holdfast.close()
      await Promise.all([...providers.map(({ close }) => close()), telegramLines.close()])
    },
  }
}

function ownerOf(request: NodeRequest | IncomingMessage): Owner | undefined {
  const name = /(?:^|; )as=(\w+)/.exec(String(request.headers.cookie ?? ""))?.[1] ?? ""
  return Object.hasOwn(people, name) ? people[name] : undefined
}
