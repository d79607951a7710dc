import type { Connector } from "@holdfast/core"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { channels } from "../channels.js"
import { accountRoutes } from "../dialects/channels/accounts.js"
import { oauthRoutes } from "../dialects/channels/oauth.js"
import { signInRoutes } from "../dialects/channels/sign-in.js"
import { ada, bob, createTarget, crossSite, eve, foreign, navigation, origin, root, type Target } from "./target.js"

const table = [...oauthRoutes("/integrations"), ...signInRoutes, ...accountRoutes]
const guarded = table.filter(({ open }) => !open).map((route) => [`${route.method} ${route.path}`, route] as const)
const addressOf = (path: string) => path.replace("{connector}", "slack")

let target: Target
beforeEach(() => {
  target = createTarget({ dialect: channels({ page: "/integrations" }) })
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

/** What the seed's pages post, to whichever address. */
const body = {
  code: "code",
  authCode: "code",
  phoneNumber: "+15550100001",
  sessionId: "att_1",
  password: "p",
  accountId: "1",
}

it("what is reached from anywhere is where providers send people, and nothing else", () => {
  expect(table.filter(({ open }) => open).map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /{connector}/callback",
    "GET /{connector}/connect",
    "GET /{connector}/arrived",
  ])
})

describe("a foreign page makes no browser do anything (CSRF, S2)", () => {
  it.each(guarded)("%s", async (_, { method, path }) => {
    await target.connect()
    const before = await target.state()
    for (const from of [foreign, "null", `${origin}.evil.example`, "http://app.example.com"]) {
      const headers = { origin: from, "sec-fetch-site": "cross-site" }
      const sent = { as: ada, browser: "B".repeat(43), headers, ...(method === "POST" && { body }) }
      expect((await target.send(method, addressOf(path), sent)).status, from).toBe(403)
    }
    if (method === "POST") {
      const form = { ...crossSite, "content-type": "application/x-www-form-urlencoded", cookie: "session=s" }
      const posted = await target.send(method, addressOf(path), { as: ada, headers: form, body: "accountId=1" })
      expect(posted.status).toBe(403)
    }
    expect(await target.state()).toEqual(before)
  })

  it("and a link on it begins nothing: it asks first (X5)", async () => {
    const before = await target.state()
    const asked = await target.send("GET", "/slack/auth", { as: ada, headers: crossSite })
    expect(await asked.text()).toContain("<strong>Person ada</strong> asks to use your Slack account")
    expect(await target.state()).toEqual(before)
  })
})

describe("who is not signed in is asked to sign in, and nothing happens", () => {
  const asking = guarded.filter(([, { path }]) => !/verify|check/.test(path))
  it.each(asking)("%s", async (_, { method, path }) => {
    await target.connect()
    const before = await target.state()
    const answer = await target.call(method, addressOf(path), { ...(method === "POST" && { body }) })
    // Slack is not connected by a phone or a QR code, which is said before anything is asked.
    expect([401, ...(/phone|qr$/.test(path) ? [400] : [])]).toContain(answer.status)
    expect(await target.state()).toEqual(before)
  })
})

describe("another owner's account is not there (X1)", () => {
  it("by number or by id, neither to see nor to disconnect", async () => {
    const id = await target.connect()
    const before = await target.state()
    for (const stranger of [bob, root, eve]) {
      const listed = await target.call("GET", "/stripe/accounts", { as: stranger })
      expect(await listed.json()).toEqual({ accounts: [] })
      for (const named of [{ accountId: 1 }, { storeId: "1" }, { accountId: id }, { accountId: "ada-stripe" }]) {
        const answer = await target.call("POST", "/stripe/disconnect", { as: stranger, body: named })
        const unknown = await target.call("POST", "/stripe/disconnect", { as: stranger, body: { accountId: 99 } })
        expect([answer.status, await answer.text()]).toEqual([404, await unknown.text()])
      }
    }
    // Nor is it one of another channel's.
    expect((await target.call("POST", "/slack/disconnect", { as: ada, body: { accountId: 1 } })).status).toBe(404)
    expect(await target.state()).toEqual(before)
  })

  it.each([
    ["POST", "/slack/connect/verify-code"],
    ["POST", "/slack/connect/verify-2fa"],
    ["GET", "/slack/connect/qr/check"],
  ])("a sign-in that somebody else began: %s %s", async (method, path) => {
    const { id, browser } = await target.begin()
    const before = await target.state()
    const ask = (sessionId: string, as: typeof ada) =>
      method === "GET"
        ? target.call(method, `${path}?sessionId=${sessionId}`, { as, browser })
        : target.call(method, path, { as, browser, body: { ...body, sessionId } })
    for (const stranger of [bob, root, eve]) {
      const answer = await ask(id, stranger)
      const unknown = await ask(`att_${"A".repeat(43)}`, stranger)
      expect([answer.status, await answer.text()]).toEqual([404, await unknown.text()])
    }
    expect(await target.state()).toEqual(before)
  })
})

describe("the code in the page's address is worth nothing to anybody else (S4, X18)", () => {
  /** As far as the page, with its code. */
  async function arrive(as = ada) {
    const left = await target.send("GET", "/slack/auth", { as, headers: navigation })
    const browser = /holdfast-[\w-]{8}=([\w-]{43})/.exec(left.headers.getSetCookie().join())?.[1] ?? ""
    const callback = await target.approve(String(left.headers.get("location")))
    const landed = await target.send("GET", callback, { as, browser, headers: crossSite })
    const page = new URL(String(landed.headers.get("location")))
    return { browser, callback, page, code: page.searchParams.get("code") ?? "" }
  }
  const claim = (connector: Connector["id"], sent: object, code: string) =>
    target.call("POST", `/${connector}/connect`, { ...sent, body: { code } })
  const rows = async () => (await target.store.connections.list({ limit: 10 })).length

  it("is no code of the provider's, and goes on in no Referer", async () => {
    const { callback, page, code } = await arrive()
    expect(page.origin + page.pathname).toBe(`${origin}/integrations`)
    expect(code).toMatch(/^[\w-]{43}$/)
    expect(new URL(callback).searchParams.get("code")).not.toBe(code)
    expect(page.href).not.toContain(new URL(callback).searchParams.get("state"))
  })

  it("another browser, owner or channel is refused, without using it up; a minute later everybody is", async () => {
    const { browser, code } = await arrive()
    for (const [connector, sent] of [
      ["slack", { as: ada, browser: "B".repeat(43) }],
      ["slack", { as: bob, browser }],
      ["slack", { as: eve, browser }],
      ["slack", { as: ada }],
      ["stripe", { as: ada, browser }],
    ] as const) {
      const refused = await claim(connector, sent, code)
      expect(refused.status).toBe(400)
      expect(await rows()).toBe(0)
    }
    const answers = await Promise.all(Array.from({ length: 5 }, () => claim("slack", { as: ada, browser }, code)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(await rows()).toBe(1)
  })

  it("a colleague's link with a code of theirs connects nothing in the name of who opens it", async () => {
    const { code } = await arrive(bob)
    const mine = await arrive(ada)
    expect((await claim("slack", { as: ada, browser: mine.browser }, code)).status).toBe(400)
    expect(await rows()).toBe(0)
  })

  it("a minute later it is too late", async () => {
    const { browser, code } = await arrive()
    target.clock.advance(60_000)
    expect((await claim("slack", { as: ada, browser }, code)).status).toBe(410)
    expect(await rows()).toBe(0)
  })
})
