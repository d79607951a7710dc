import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { addressOf, methodOf, nameOf, type RouteCase, routeCases, routes } from "./route-cases.js"
import { ada, createTarget, crossSite, foreign, front, navigation, origin, root, type Target } from "./target.js"

let target: Target
beforeEach(() => {
  target = createTarget()
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

const cases = routeCases()
const named = (wanted: (one: RouteCase) => boolean) => cases.filter(wanted).map((one) => [nameOf(one), one] as const)
const isGuarded = ({ asks }: RouteCase) => asks !== "nobody"
const isRead = ({ method }: RouteCase) => method === "GET"
/** Reads that do something, and so ask where they come from. */
const acting = new Set(routes.flatMap(({ method, path, acts }) => (acts ? [`${method} ${path}`] : [])))

const lookalikes = [
  foreign,
  "null",
  `${origin}.evil.example`,
  "https://evil-app.example.com",
  "https://sub.app.example.com",
  "http://app.example.com",
  `${origin}:8443`,
  `${origin}/`,
  `${origin}, ${foreign}`,
]

/** Somebody with an attempt, a connection and every right, whose browser is made to send something. */
async function victim(one: RouteCase) {
  const { id, browser } = await target.begin({}, { as: root })
  const connection = await target.connect(root)
  return { id: one.about === "attempt" ? id : connection, browser, connection }
}

it("only providers' own addresses, error pages and static files are reached from anywhere", () => {
  const open = routes.flatMap(({ method, path, open }) => (open ? [`${method} ${path}`] : []))
  expect(open.sort()).toEqual(
    cases
      .filter(({ asks }) => asks === "nobody")
      .map(nameOf)
      .sort(),
  )
})

describe("a page of another origin cannot make a browser do anything, nor read (CSRF, S2)", () => {
  it.each(named(isGuarded))("%s", async (_, one) => {
    const { id, browser } = await victim(one)
    const before = await target.state()
    for (const from of lookalikes) {
      const headers = { origin: from, "sec-fetch-site": "cross-site" }
      const sent = { as: root, browser, body: one.body, headers }
      const answer = await target.send(methodOf(one), addressOf(one, id), sent)
      expect(answer.status, from).toBe(403)
      expect(await answer.json()).toEqual({ error: "forbidden", message: "You are not allowed to do this." })
      expect(answer.headers.has("access-control-allow-origin"), from).toBe(false)
    }
    expect(await target.state()).toEqual(before)
  })
})

describe("a browser that does not say where it comes from changes nothing (S2)", () => {
  it.each(named((one) => isGuarded(one) && !isRead(one)))("%s", async (_, one) => {
    const { id, browser } = await victim(one)
    const before = await target.state()
    const simple = { "content-type": "application/x-www-form-urlencoded" }
    for (const sent of [
      { as: root, browser, body: one.body },
      { as: root, body: one.body, headers: { cookie: "session=s" } },
      { as: root, body: one.body, headers: { authorization: "Basic cm9vdDpwdw==" } },
      // What a form of any page can send without a preflight.
      { as: root, browser, body: "connector=slack&name=Work", headers: { ...crossSite, ...simple } },
      { as: root, browser, body: '{"name":"Work"}', headers: { ...crossSite, "content-type": "text/plain" } },
    ]) {
      expect((await target.send(methodOf(one), addressOf(one, id), sent)).status).toBe(403)
    }
    expect(await target.state()).toEqual(before)
  })
})

describe("reading changes nothing, whosever link it was", () => {
  it.each(named((one) => isRead(one) && !acting.has(nameOf(one))))("%s", async (_, one) => {
    const { id, browser } = await victim(one)
    const before = await target.state()
    for (const headers of [
      navigation,
      crossSite,
      { "x-http-method-override": "DELETE" },
      { "x-method-override": "PUT" },
    ]) {
      const address = addressOf(one, id)
      const sent = { as: root, browser, headers }
      expect((await target.send("GET", address, sent)).status).toBeLessThan(500)
      await target.send("GET", `${address}${address.includes("?") ? "&" : "?"}_method=DELETE`, sent)
    }
    expect(await target.state()).toEqual(before)
  })

  it("but for those that begin or go on, which are known", () => {
    expect([...acting].sort()).toEqual([
      "GET /attempts/{id}/start",
      "GET /connect/{connector}",
      "GET /oauth/callback",
      "GET /oauth/callback/{connector}",
    ])
  })
})

describe("a link on another site begins nothing (X5)", () => {
  const link = "/connect/slack?returnTo=/settings"

  it("it asks first, and its answer is one that only a click on our own page gives", async () => {
    const before = await target.state()
    for (const headers of [
      crossSite,
      { ...crossSite, referer: `${foreign}/page` },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const asked = await target.send("GET", link, { as: ada, headers })
      const markup = await asked.text()
      expect([asked.status, asked.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
      expect(markup).toContain("<strong>Person ada</strong> asks to use your Slack account")
      expect(asked.headers.getSetCookie()).toEqual([])
    }
    expect(await target.state()).toEqual(before)
    const click = { as: ada, headers: { ...navigation, origin }, body: { returnTo: "/settings" } }
    expect((await target.send("POST", "/connect/slack", click)).status).toBe(303)
  })

  it("a browser too old to say so is asked as well, unless the page before was ours or a listed one's", async () => {
    const follow = async (headers: Record<string, string>) =>
      (await target.send("GET", link, { as: ada, headers: { accept: "text/html", ...headers } })).status
    expect(await follow({})).toBe(200)
    expect(await follow({ referer: `${foreign}/?${origin}` })).toBe(200)
    expect(await follow({ referer: `${origin}.evil.example/` })).toBe(200)
    expect(await follow({ referer: `${origin}/settings` })).toBe(303)
    expect(await follow({ referer: `${front}/settings` })).toBe(303)
  })
})

describe("preflights and CORS are for listed origins alone (S2)", () => {
  it.each(named(({ method }) => method !== "*"))("%s", async (_, one) => {
    const preflight = (from: string) =>
      target.send("OPTIONS", addressOf(one), {
        headers: {
          origin: from,
          "access-control-request-method": methodOf(one),
          "access-control-request-headers": "x-a",
        },
      })
    for (const from of lookalikes) {
      const answer = await preflight(from)
      expect(answer.status, from).toBe(403)
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([])
    }
    const answer = await preflight(front)
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, front])
  })
})
