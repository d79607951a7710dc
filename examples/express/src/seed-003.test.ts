import { randomBytes } from "node:crypto"
import { once } from "node:events"
import type { Server } from "node:http"
import { createHoldfast, type Holdfast, keyring, memoryStore } from "@holdfast/core"
import { approve } from "@holdfast/emulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { connectors } from "./connectors.js"
import { type Browser, createBrowser } from "./demo/browser.js"
import { holdPort } from "./demo/held-port.js"
import { startWorld, type World } from "./demo/world.js"
import { createAtomApp } from "./seed-003.js"

let url: string
let world: World
let holdfast: Holdfast
let server: Server
const keys = `test:${randomBytes(32).toString("base64url")}`
const member = { tenantId: "example", userId: "member" }
const at = (path: string) => `${url}/api/integrations/atom/${path}`

beforeAll(async () => {
  const { port, release } = await holdPort(0)
  url = `http://127.0.0.1:${port}`
  // Box is registered with the address that the environment says, all others with the dialect's own.
  const boxUri = `${url}/api/integrations/oauth/callback/box`
  world = await startWorld(url, (connector) => (connector === "box" ? boxUri : at(`${connector}/callback`)))
  vi.stubEnv("APP_URL", url)
  vi.stubEnv("HOLDFAST_KEYS", keys)
  for (const [name, value] of Object.entries({ ...world.environment, BOX_REDIRECT_URI: boxUri }))
    vi.stubEnv(name, value)
  const { reroute, options } = world
  const runtime = { fetch: (request: Request) => fetch(request) }
  const made = createAtomApp({ transports: options, reroute, store: memoryStore(), runtime })
  holdfast = made.holdfast as unknown as Holdfast
  await release()
  server = made.app.listen(port, "127.0.0.1")
  await once(server, "listening")
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await holdfast.close()
  await world.close()
  vi.unstubAllEnvs()
})

async function signedIn(name = "member"): Promise<Browser> {
  const browser = createBrowser()
  const markup = `<form method="post" action="/sign-in"><input name="name" value="${name}"></form>`
  const page = { url: new URL(url), status: 200, markup, redirects: 0, tellsOrigin: true }
  await browser.submit(page, async () => undefined)
  return browser
}

/** Begins, and allows at the provider. Answers the address of the host's page that the person lands on. */
async function consent(browser: Browser, provider: string, deny = false): Promise<URL> {
  let page = await browser.visit(at(`${provider}/auth`))
  // Google gives a refresh token with the first product alone: for the next one it is asked once more, outright.
  for (let asked = 0; page.url.origin !== url && asked < 2; asked++)
    page = await browser.visit((await approve(fetch, page.url, { deny })).href)
  expect(page.url.origin + page.url.pathname).toBe(`${url}/integrations`)
  return page.url
}

const post = (browser: Browser, provider: string, code: string | null, more: object = {}) =>
  browser.call("POST", at(`${provider}/callback`), { code, ...more })

describe("the callback of seed 003, for what its batches name", () => {
  it.each([
    ["asana"],
    ["airtable"],
    ["linear"],
    ["clickup"],
    ["box"],
    ["gmail"],
    ["google-chat"],
    ["google-drive"],
    ["outlook"],
    ["notion"],
    ["google-calendar"],
    ["monday"],
    ["figma"],
  ])("connects %s with the code alone, and answers no token (S11)", async (provider) => {
    const browser = await signedIn()
    const { searchParams } = await consent(browser, provider)
    const answer = await post(browser, provider, searchParams.get("code"))
    expect(answer).toEqual({
      status: 200,
      body: { provider, connectionId: expect.stringMatching(/^conn_[\w-]+$/), status: "active" },
    })
    expect(await post(browser, provider, searchParams.get("code"))).toEqual(answer)
    const { connectionId } = answer.body as { connectionId: string }
    // Tenant and user are on it: a colleague does not see it.
    expect(await holdfast.for(member).connection(connectionId).info()).toMatchObject({ connector: provider })
    await expect(holdfast.for({ tenantId: "other" }).connection(connectionId).info()).rejects.toMatchObject({
      code: "not_found",
    })
    browser.close()
  })

  it("takes the code from the browser that consented alone, at its own provider, from its own person (X18, S4)", async () => {
    const browser = await signedIn()
    const code = (await consent(browser, "asana")).searchParams.get("code")
    for (const other of [await signedIn("admin"), await signedIn()]) {
      await other.visit(`${url}/integrations`)
      expect(await post(other, "asana", code)).toMatchObject({ status: 400, body: { error: "state_mismatch" } })
    }
    expect(await post(browser, "linear", code)).toMatchObject({ status: 400, body: { error: "state_mismatch" } })
    expect(await post(browser, "asana", code, { state: "att_other" })).toMatchObject({ status: 400 })
    expect(await post(browser, "asana", "provider-code")).toMatchObject({ status: 400 })
    expect(await post(browser, "asana", null)).toMatchObject({ status: 400, body: { error: "input_invalid" } })
    expect((await post(createBrowser(), "asana", code)).status).toBe(401)
    expect(await post(browser, "asana", code)).toMatchObject({ status: 200, body: { status: "active" } })
  })

  it("says on the host's page why there is no code", async () => {
    const browser = await signedIn()
    expect((await consent(browser, "figma", true)).searchParams.get("error")).toBe("access_denied")
    const foreign = await browser.visit(at("figma/callback?code=x&state=nobodys"))
    expect(foreign.url.search).toBe("?error=state_mismatch")
    expect((await browser.visit(at("nothing/auth"))).status).toBe(404)
  })

  it("starts at a click where a foreign page led to the link (X5)", async () => {
    const browser = await signedIn()
    await browser.visit((await browser.visit(at("asana/auth"))).url.href)
    const asked = await browser.visit(at("asana/auth"))
    expect(asked.markup).toContain("asks to use your Asana account")
    expect((await browser.submit(asked, async () => undefined)).url.origin).not.toBe(url)
  })

  it("serves a program with an API key, whose person goes through the page that asks (X4, X9)", async () => {
    const { key } = await holdfast.access.createKey({ tenantId: "example" }, { name: "a program" })
    const call = async (path: string, body: object, authorization = `Bearer ${key}`) => {
      const headers = { authorization, "content-type": "application/json" }
      const answer = await fetch(at(path), { method: "POST", headers, body: JSON.stringify(body) })
      return { status: answer.status, body: (await answer.json()) as Record<string, string> }
    }
    const begun = await call("linear/auth", {})
    expect(begun).toEqual({
      status: 200,
      body: { provider: "linear", authorizationUrl: expect.stringContaining("/attempts/") },
    })
    const browser = createBrowser()
    const asked = await browser.visit(begun.body.authorizationUrl ?? "")
    const left = await browser.submit(asked, async () => undefined)
    const landed = await browser.visit((await approve(fetch, left.url)).href)
    const code = landed.url.searchParams.get("code")
    expect((await call("linear/callback", { code }, "Bearer hfk_wrong")).status).toBe(401)
    expect(await call("linear/callback", { code })).toMatchObject({
      status: 200,
      body: { provider: "linear", status: "active" },
    })
  })
})

describe("the app settings of seed 003", () => {
  const named =
    "asana airtable linear clickup box gmail google-chat google-drive google-calendar outlook trello xero shopify zendesk quickbooks plaid spotify canva calendly zoho-books notion monday figma"
  const fitting: Readonly<Record<string, string>> = { environment: "sandbox", appId: "12345" }

  it.each(named.split(" "))("of %s come from its own variables, redirect URI and all (S8, S19)", async (id) => {
    const described = connectors().find((connector) => connector.id === id)
    const prefix = id.replaceAll("-", "_").toUpperCase()
    const variable = (name: string) => `${prefix}_${name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase()}`
    const required = (described?.app?.fields ?? []).filter((field) => field.required !== false)
    const env = Object.fromEntries(required.map(({ name }) => [variable(name), fitting[name] ?? `the ${name}`]))
    const own = createHoldfast({
      url: "https://app.example/api/integrations",
      connectors: connectors(),
      store: memoryStore(),
      keys: keyring(keys),
      env: { ...env, [`${prefix}_REDIRECT_URI`]: "https://app.example/cb" },
    })
    const views = await own.apps.list({ tenantId: "t", userId: "root", admin: true })
    expect(views.find(({ connector }) => connector === id)).toMatchObject({
      source: "environment",
      redirectUri: "https://app.example/cb",
    })
    await own.close()
  })

  it("of several products come from their one vendor app (S19)", async () => {
    expect(world.environment.GOOGLE_CLIENT_ID).toBeDefined()
    const apps = await Promise.all(
      ["gmail", "google-chat", "google-drive"].map((id) => holdfast.apps.resolve("example", id)),
    )
    expect(new Set(apps.map(({ id }) => id)).size).toBe(1)
  })
})
