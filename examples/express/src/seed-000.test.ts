import { randomBytes } from "node:crypto"
import { once } from "node:events"
import type { Server } from "node:http"
import { createHoldfast, type Holdfast, keyring, memoryStore } from "@holdfast/core"
import { approve, type Emulator } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { googleSheets } from "@holdfast/google"
import { createGoogleEmulator, emulatorApp as googleApp } from "@holdfast/google/emulator"
import { notion } from "@holdfast/notion"
import { createNotionEmulator, emulatorApp as notionApp } from "@holdfast/notion/emulator"
import { toExpress } from "@holdfast/server/express"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp as slackApp } from "@holdfast/slack/emulator"
import { stripe } from "@holdfast/stripe"
import { createStripeEmulator, defaultAccounts, emulatorApp as stripeApp } from "@holdfast/stripe/emulator"
import express from "express"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Browser, createBrowser } from "./demo/browser.js"
import { holdPort } from "./demo/held-port.js"
import { sessionStandIn } from "./session.js"

/** As the guide has people register each service: by client id and secret, in OAuth Settings. */
const apps = { slack: slackApp, notion: notionApp, "google-sheets": googleApp, stripe: stripeApp } as const
let url: string
let mount: string
let shared: string
let holdfast: Holdfast
let server: Server
const closing: (() => Promise<void>)[] = []
const browsers: Browser[] = []

beforeAll(async () => {
  const { port, release } = await holdPort(0)
  url = `http://127.0.0.1:${port}`
  mount = `${url}/api/integrations`
  shared = `${mount}/oauth/callback`
  const make = [createSlackEmulator, createNotionEmulator, createGoogleEmulator, createStripeEmulator] as const
  const emulators = make.map((create): Emulator => create({ redirectUris: [shared] }))
  const listening = await Promise.all(emulators.map((emulator) => listen(emulator)))
  closing.push(...listening.map(({ close }) => close))
  holdfast = createHoldfast({
    url: mount,
    connectors: [slack(), notion(), googleSheets(), stripe()],
    store: memoryStore(),
    keys: keyring(`test:${randomBytes(32).toString("base64url")}`),
    env: {},
    redirectUri: "shared",
    reroute: Object.assign({}, ...listening.map(({ reroute }) => reroute)),
  }) as unknown as Holdfast
  const app = express()
  const { ownerOf, routes } = sessionStandIn("secret of the stand-in")
  app.use("/api/integrations", toExpress(holdfast, { owner: ownerOf }))
  app.get("/integrations", (_request, response) => void response.send("Integrations"))
  app.use(routes)
  await release()
  server = app.listen(port, "127.0.0.1")
  await once(server, "listening")
})

afterAll(async () => {
  for (const browser of browsers) browser.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await holdfast.close()
  for (const close of closing) await close()
})

async function signedIn(name: "admin" | "member"): Promise<Browser> {
  const browser = createBrowser()
  browsers.push(browser)
  const markup = `<form method="post" action="/sign-in"><input name="name" value="${name}"></form>`
  const page = { url: new URL(url), status: 200, markup, redirects: 0, tellsOrigin: true }
  await browser.submit(page, async () => undefined)
  await browser.visit(`${url}/integrations`)
  return browser
}

interface Said {
  readonly status: number
  readonly body: Record<string, unknown>
}

const call = async (browser: Browser, method: string, path: string, body?: unknown) =>
  (await browser.call(method, mount + path, body)) as Said

const save = (browser: Browser, connector: keyof typeof apps) =>
  call(browser, "PUT", `/apps/${connector}`, { fields: textsOf(apps[connector]) })

function textsOf(app: object): Record<string, string> {
  return Object.fromEntries(Object.entries(app).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])))
}

/** "Connect with OAuth": to the provider, and back. Answers the address that the provider sent the person to. */
async function connect(browser: Browser, connector: string): Promise<URL> {
  await browser.visit(`${url}/integrations`)
  const left = await browser.visit(`${mount}/connect/${connector}?returnTo=/integrations`)
  const back = await approve(fetch, left.url)
  const landed = await browser.visit(back.href)
  expect(Object.fromEntries(landed.url.searchParams)).toMatchObject({ connector, status: "connected" })
  return back
}

describe("the guide of seed 000, on the native routes alone", () => {
  it("asks for the app's client id and secret first, which admins save, sealed (X8)", async () => {
    const [admin, member] = [await signedIn("admin"), await signedIn("member")]
    for (const connector of Object.keys(apps) as (keyof typeof apps)[]) {
      const begun = await call(admin, "POST", "/attempts", { connector, method: "oauth" })
      if (connector === "slack")
        expect(begun).toMatchObject({
          status: 409,
          body: { error: "app_not_configured", message: expect.stringContaining("OAuth configuration missing") },
        })
      for (const [method, path] of [
        ["GET", "/apps"],
        ["GET", `/apps/${connector}`],
        ["DELETE", `/apps/${connector}`],
      ] as const)
        expect(await call(member, method, path)).toMatchObject({ status: 403, body: { error: "forbidden" } })
      expect((await save(member, connector)).status).toBe(403)
      const saved = await save(admin, connector)
      expect(saved).toMatchObject({ status: 200, body: { source: "tenant", redirectUri: shared } })
      expect(JSON.stringify(saved)).not.toContain(apps[connector].clientSecret)
    }
    const { body } = await call(admin, "GET", "/apps")
    expect((body.apps as { connector: string }[]).map(({ connector }) => connector)).toEqual(Object.keys(apps))
    for (const app of Object.values(apps)) expect(JSON.stringify(body)).not.toContain(app.clientSecret)
  })

  it.each(["slack", "notion", "google-sheets"])(
    "connects %s by the one redirect URI of all services",
    async (connector) => {
      const admin = await signedIn("admin")
      const back = await connect(admin, connector)
      expect(back.origin + back.pathname).toBe(shared)
      const { body } = await call(admin, "GET", "/connectors")
      const shown = (body.connectors as { id: string; connected: boolean; setup: { steps: string[] } }[]).find(
        ({ id }) => id === connector,
      )
      // The green check mark, and the guide with the address to register.
      expect(shown?.connected).toBe(true)
      expect(shown?.setup.steps.join("\n")).toContain(shared)
    },
  )

  it("connects Stripe by a key in a dialog", async () => {
    const admin = await signedIn("admin")
    const values = { key: defaultAccounts[0]?.keys.test ?? "" }
    const connected = await call(admin, "POST", "/attempts", { connector: "stripe", method: "api_key", values })
    expect(connected).toMatchObject({ status: 201, body: { status: "connected" } })
  })
})

describe("the troubles that seed 000 lists", () => {
  const run = (browser: Browser, provider: string, operation: string, parameters: object) =>
    call(browser, "POST", "/execute", { provider, operation, parameters })

  it('"Invalid redirect URI" is redirect_uri_mismatch, and the settings say the right one', async () => {
    const admin = await signedIn("admin")
    const asked = { connector: "slack", redirectUri: `${shared}/` }
    expect(await call(admin, "POST", "/attempts", asked)).toMatchObject({
      status: 400,
      body: { error: "redirect_uri_mismatch" },
    })
    expect((await call(admin, "GET", "/apps/slack")).body.redirectUri).toBe(shared)
  })

  it('"Insufficient permissions" is scope_missing, with where to grant it', async () => {
    const admin = await signedIn("admin")
    const parameters = { types: "public_channel,private_channel" }
    expect(await run(admin, "slack", "list_channels", parameters)).toMatchObject({
      status: 403,
      body: { error: "scope_missing", details: { providerCode: "missing_scope", connectUrl: expect.any(String) } },
    })
  })

  it('"Invalid API key" is said beside the field, and nothing is connected', async () => {
    const admin = await signedIn("admin")
    const values = { key: "sk_test_wrong" }
    const refused = await call(admin, "POST", "/attempts", { connector: "stripe", method: "api_key", values })
    expect(refused.body).toMatchObject({
      status: "pending",
      step: { kind: "form", error: { code: "credential_invalid" } },
    })
  })

  it.each([
    ["Can't find channel", "slack", "send_message", { channel: "C00000000", message: "Hello" }, "channel_not_found"],
    ["Spreadsheet not found", "google-sheets", "read_range", { spreadsheetId: "none", range: "A1:B2" }, undefined],
    [
      "No such customer",
      "stripe",
      "create_payment_intent",
      { amount: 100, currency: "usd", customer: "cus_none" },
      "resource_missing",
    ],
  ])(
    '"%s" is resource_not_found, in the provider\'s own short code',
    async (_, provider, operation, parameters, code) => {
      const admin = await signedIn("admin")
      const answer = await run(admin, provider, operation, parameters)
      expect(answer).toMatchObject({ status: 404, body: { error: "resource_not_found" } })
      if (code) expect(answer.body.details).toMatchObject({ providerCode: code })
    },
  )
})
