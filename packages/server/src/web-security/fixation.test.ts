import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  ada,
  bob,
  browserOf,
  createTarget,
  crossSite,
  eve,
  foreign,
  navigation,
  origin,
  type Target,
} from "./target.js"

let target: Target
beforeEach(() => {
  target = createTarget()
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

const other = "B".repeat(43)
const landing = (answer: Response) => String(answer.headers.get("location"))
const refusedAs = (code: string) => expect.stringMatching(new RegExp(`/oauth/error/${code}$`))
const bearer = { authorization: "Bearer of-a-program", "sec-fetch-site": "cross-site" }

/** As a program does that is not the browser of whoever will follow the link. */
async function beginElsewhere(as = ada) {
  const begun = await target.send("POST", "/attempts", {
    as,
    headers: bearer,
    body: { connector: "slack", shared: "user" },
  })
  expect(begun.headers.getSetCookie()).toEqual([])
  return (await begun.json()) as { id: string; url: string }
}

async function connections() {
  return (await target.store.connections.list({ limit: 100 })).map(({ tenantId, userId }) => `${tenantId}/${userId}`)
}

describe("a provider's answer counts in the browser that asked, and nowhere else", () => {
  it("in another browser it is refused, unspent, and the right one still goes through", async () => {
    const { provider, browser } = await target.begin()
    const callback = await target.approve(provider)
    for (const sent of [
      { as: ada, browser: other },
      { as: ada },
      { browser: other },
      {},
      { as: bob, browser },
      { as: eve, browser },
      { as: { tenantId: "acme" }, browser },
    ]) {
      const answer = await target.send("GET", callback, { ...sent, headers: crossSite })
      expect([answer.status, landing(answer)]).toEqual([303, refusedAs("state_mismatch")])
    }
    expect(await connections()).toEqual([])
    const back = await target.send("GET", callback, { as: ada, browser, headers: crossSite })
    expect(landing(back)).toContain("/result")
    expect(await connections()).toEqual(["acme/ada"])
  })

  it("an attacker's own answer, sent to a victim, connects nothing in the victim's name (login CSRF)", async () => {
    const { provider } = await target.begin({}, { as: eve })
    const callback = await target.approve(provider)
    const victim = await target.begin()
    const answer = await target.send("GET", callback, { as: ada, browser: victim.browser, headers: crossSite })
    expect(landing(answer)).toEqual(refusedAs("state_mismatch"))
    expect(await connections()).toEqual([])
  })

  it("a second time it gets the first one's result in that browser alone, and the provider is asked once", async () => {
    const { provider, browser, id } = await target.begin()
    const callback = await target.approve(provider)
    const arrive = (sent: object) => target.send("GET", callback, { ...sent, headers: crossSite })
    const [first, second] = await Promise.all([arrive({ as: ada, browser }), arrive({ as: ada, browser })])
    const third = await arrive({ as: ada, browser })
    for (const answer of [first, second, third]) expect(landing(answer)).toContain(`/attempts/${id}/`)
    const stranger = await arrive({ as: ada, browser: other })
    expect(landing(stranger)).toEqual(refusedAs("state_mismatch"))
    expect(landing(stranger)).not.toContain(id)
    expect(await connections()).toEqual(["acme/ada"])
  })

  it("ten at once make one connection", async () => {
    const { provider, browser } = await target.begin()
    const callback = await target.approve(provider)
    await Promise.all(
      Array.from({ length: 10 }, () => target.send("GET", callback, { as: ada, browser, headers: crossSite })),
    )
    expect(await connections()).toEqual(["acme/ada"])
  })

  it("at another connector's address, with two states or with none it is refused, and not used up (X3)", async () => {
    const { provider, browser } = await target.begin()
    const callback = await target.approve(provider)
    const state = new URL(callback).searchParams.get("state") ?? ""
    const changed = [
      callback.replace("/callback/slack", "/callback/stripe"),
      `${callback}&state=${"C".repeat(43)}`,
      callback.replace(state, ""),
      callback.replace(state, state.slice(0, -1)),
      callback.replace(state, `${state}A`),
      callback.replace(state, "A".repeat(1_001)),
    ]
    for (const address of changed) {
      const answer = await target.send("GET", address, { as: ada, browser, headers: crossSite })
      expect(landing(answer), address).toEqual(refusedAs("state_mismatch"))
    }
    const back = await target.send("GET", callback, { as: ada, browser, headers: crossSite })
    expect(landing(back)).toContain("/result")
  })

  it("after ten minutes it is too late", async () => {
    const { provider, browser } = await target.begin()
    const callback = await target.approve(provider)
    target.clock.advance(10 * 60_000)
    const answer = await target.send("GET", callback, { as: ada, browser, headers: crossSite })
    expect(landing(answer)).toEqual(refusedAs("attempt_expired"))
    expect(await connections()).toEqual([])
  })

  it("the attempt's id is no way to its state, nor the browser's id to anything (X14)", async () => {
    const { id, provider, browser } = await target.begin()
    const state = new URL(provider).searchParams.get("state") ?? ""
    const documents = await target.store.documents.list("", undefined, 100)
    const stored = JSON.stringify([documents, await target.store.connections.list({ limit: 10 })])
    for (const secret of [state, browser]) expect(stored).not.toContain(secret)
    const byId = `/oauth/callback/slack?code=x&state=${id}`
    const answer = await target.send("GET", byId, { as: ada, browser, headers: crossSite })
    expect(landing(answer)).toEqual(refusedAs("state_mismatch"))
  })
})

describe("a cookie that somebody planted gives nobody anything", () => {
  it("an attacker's browser id in the victim's browser does not let the attacker look at, or finish, what the victim begins", async () => {
    const planted = (await target.begin({}, { as: eve })).browser
    const { id, provider } = await target.begin({}, { as: ada, browser: planted })
    const callback = await target.approve(provider)
    for (const path of [`/attempts/${id}`, `/attempts/${id}/result`])
      expect((await target.call("GET", path, { as: eve, browser: planted })).status).toBe(404)
    const stolen = await target.send("GET", callback, { as: eve, browser: planted, headers: crossSite })
    expect(landing(stolen)).toEqual(refusedAs("state_mismatch"))
    expect(await connections()).toEqual([])
  })

  it("the name without its prefix, which another host of the domain could set, is not read; nor what is no id of ours", async () => {
    for (const cookie of [
      `holdfast-of-test=${other}`,
      `__Host-holdfast=${other}`,
      "__Host-holdfast-of-test=short",
      `__Host-holdfast-of-test=${other}!`,
      "__Host-holdfast-of-test=",
    ]) {
      const begun = await target.call("POST", "/attempts", {
        as: ada,
        headers: { cookie },
        body: { connector: "slack" },
      })
      expect(browserOf(begun)).toMatch(/^[\w-]{43}$/)
      expect(browserOf(begun)).not.toBe(other)
    }
  })

  it("is host-only, for the whole host, and not for scripts; Secure wherever browsers come by https (X12)", async () => {
    const [cookie = ""] = (await target.begin()).answer.headers.getSetCookie()
    expect(cookie).toMatch(
      /^__Host-holdfast-[\w-]{8}=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const url = "http://localhost:4000/api/integrations"
    const loopback = createTarget({ url, origins: ["http://localhost:4000"] })
    const headers = { origin: "http://localhost:4000" }
    const begun = await loopback.send("POST", "/attempts", { as: ada, headers, body: { connector: "slack" } })
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^holdfast-[\w-]{8}=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    await loopback.close()
  })

  it("two attempts of one browser are two: neither's answer ends the other", async () => {
    const first = await target.begin()
    const second = await target.begin({ name: "Second" }, { as: ada, browser: first.browser })
    expect(second.answer.headers.getSetCookie()).toEqual([])
    const back = await target.send("GET", await target.approve(second.provider), {
      as: ada,
      browser: first.browser,
      headers: crossSite,
    })
    expect(landing(back)).toContain(second.id)
    const view = await target.call("GET", `/attempts/${first.id}`, { as: ada, browser: first.browser })
    expect(await view.json()).toMatchObject({ status: "pending" })
  })
})

describe("an attempt begun elsewhere starts with a question: who asks, and is it you (X4)", () => {
  it("shows who asks, and neither opening nor prefetching the link binds anybody", async () => {
    const { url, id } = await beginElsewhere()
    const before = await target.state()
    for (const headers of [crossSite, navigation, { ...crossSite, purpose: "prefetch", "sec-purpose": "prefetch" }]) {
      const asked = await target.send("GET", url, { headers })
      expect(await asked.text()).toContain("<strong>Person ada</strong> asks to use your Slack account")
      expect(asked.headers.getSetCookie()).toHaveLength(1)
    }
    expect((await target.send("HEAD", url, { headers: crossSite })).status).toBe(405)
    expect(await target.state()).toEqual(before)
    expect((await target.send("GET", `/attempts/${id}`, { browser: other })).status).toBe(404)
  })

  it("takes the click from our own page alone", async () => {
    const { url } = await beginElsewhere()
    const before = await target.state()
    for (const headers of [{ origin: foreign }, { origin: "null" }, {}, { authorization: "Bearer x" }]) {
      const click = await target.send("POST", url, { headers: { ...crossSite, ...headers } })
      expect(click.status, JSON.stringify(headers)).toBe(403)
    }
    expect(await target.state()).toEqual(before)
  })

  it("is not there for somebody else who is signed in: a link sent to them takes none of their accounts", async () => {
    const { url } = await beginElsewhere(eve)
    const before = await target.state()
    for (const as of [ada, bob]) {
      const opened = await target.send("GET", url, { as, headers: crossSite })
      expect(opened.status).toBe(404)
      expect(await opened.text()).not.toContain("eve")
      expect((await target.send("POST", url, { as, headers: { ...navigation, origin } })).status).toBe(404)
    }
    expect(await target.state()).toEqual(before)
  })

  it("after the click it belongs to that browser: another one that has the link is refused", async () => {
    const { url, id } = await beginElsewhere()
    const clicked = await target.send("POST", url, { headers: { ...navigation, origin } })
    const browser = browserOf(clicked)
    expect(clicked.status).toBe(303)
    const start = await target.send("GET", url, { browser, headers: navigation })
    const callback = await target.approve(landing(start))
    for (const sent of [{ browser: other }, {}, { as: ada }]) {
      expect([400, 401, 404]).toContain((await target.send("GET", url, { ...sent, headers: crossSite })).status)
      const click = { ...sent, headers: { ...navigation, origin } }
      expect([400, 401, 404]).toContain((await target.send("POST", url, click)).status)
      const arrived = await target.send("GET", callback, { ...sent, headers: crossSite })
      expect(landing(arrived)).toEqual(refusedAs("state_mismatch"))
    }
    const back = await target.send("GET", callback, { browser, headers: crossSite })
    expect(landing(back)).toContain(id)
    expect(await connections()).toEqual(["acme/ada"])
  })

  it("two browsers that click at once: one is bound", async () => {
    const { url } = await beginElsewhere()
    const clicks = await Promise.all(
      Array.from({ length: 8 }, () => target.send("POST", url, { headers: { ...navigation, origin } })),
    )
    expect(clicks.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400, 400, 400, 400, 400])
  })

  it("its owner may see from elsewhere how it stands, but not carry it on", async () => {
    const { url, id } = await beginElsewhere()
    await target.send("POST", url, { headers: { ...navigation, origin } })
    const look = await target.send("GET", `/attempts/${id}`, { as: ada, headers: bearer })
    expect(await look.json()).toMatchObject({ id, status: "pending" })
    for (const [method, path] of [
      ["DELETE", `/attempts/${id}`],
      ["POST", `/attempts/${id}/poll`],
    ] as const)
      expect((await target.send(method, path, { as: ada, headers: bearer })).status).toBe(404)
  })
})
