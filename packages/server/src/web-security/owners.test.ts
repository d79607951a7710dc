import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { addressOf, methodOf, nameOf, type RouteCase, routeCases } from "./route-cases.js"
import { ada, bob, createTarget, eve, navigation, origin, root, type Target } from "./target.js"

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

/** Everything of an answer that a caller can tell apart. */
async function seen(answer: Response, ...ids: string[]) {
  const body = ids.reduce((text, id) => text.replaceAll(id, "{id}"), await answer.text())
  return { status: answer.status, headers: [...answer.headers], body }
}

function ask(one: RouteCase, id: string, as?: typeof ada, browser?: string) {
  const headers = { origin, "sec-fetch-site": "same-origin", ...(one.isPage && navigation) }
  return target.send(methodOf(one), addressOf(one, id), { as, browser, headers, body: one.body })
}

describe("another owner's id looks like one that was never given out, and nothing happens to it (X1)", () => {
  it.each(named(({ about }) => about === "connection"))("%s", async (_, one) => {
    const id = await target.connect()
    const before = await target.state()
    for (const stranger of [bob, root, eve]) {
      const unknown = `conn_${"A".repeat(id.length - "conn_".length)}`
      const refused = await seen(await ask(one, id, stranger), id)
      expect(refused).toEqual(await seen(await ask(one, unknown, stranger), unknown))
      expect(refused.status).toBe(404)
      for (const reference of ["ada-stripe", "1"]) expect((await ask(one, reference, stranger)).status).toBe(404)
    }
    expect(await target.state()).toEqual(before)
    expect((await ask(one, id, ada)).status).toBeLessThan(404)
  })

  it.each(named(({ about }) => about === "attempt"))("%s", async (_, one) => {
    const { id, browser } = await target.begin()
    const before = await target.state()
    const unknown = `att_${"A".repeat(id.length - "att_".length)}`
    for (const stranger of [bob, root, eve]) {
      // With a browser of their own, with none, and with the very one: all that is known must fit.
      for (const theirs of ["B".repeat(43), undefined, browser]) {
        const refused = await seen(await ask(one, id, stranger, theirs), id)
        expect(refused).toEqual(await seen(await ask(one, unknown, stranger, theirs), unknown))
        expect(refused.status).toBe(404)
      }
    }
    expect(await target.state()).toEqual(before)
  })

  it("where the id stands in a body or a query", async () => {
    const id = await target.connect()
    const before = await target.state()
    for (const stranger of [bob, root, eve]) {
      const call = { provider: "stripe", operation: "list_customers", connectionId: id }
      expect((await target.call("POST", "/execute", { as: stranger, body: call })).status).toBe(404)
      const link = `/connect/stripe?reconnect=${id}&method=connect`
      expect((await target.send("GET", link, { as: stranger, headers: navigation })).status).toBe(404)
      const posted = { as: stranger, body: { reconnect: id, method: "connect" } }
      expect((await target.call("POST", "/connect/stripe", posted)).status).toBe(404)
      for (const query of ["", "?connector=stripe", `?after=${id.slice(0, -1)}`]) {
        const listed = await target.call("GET", `/connections${query}`, { as: stranger })
        expect(await listed.json()).toEqual({ connections: [] })
      }
      const catalogue = await (await target.call("GET", "/connectors", { as: stranger })).text()
      expect(catalogue).not.toContain(id)
      expect(catalogue).not.toContain("First shop")
    }
    expect(await target.state()).toEqual(before)
  })
})

describe("who is not signed in is asked to sign in, and nothing happens", () => {
  it.each(named(({ asks }) => asks === "owner" || asks === "admin"))("%s", async (_, one) => {
    const id = await target.connect()
    const before = await target.state()
    const answer = await ask(one, id)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain("Sign in first.")
    expect(await target.state()).toEqual(before)
  })

  it.each(named(({ asks }) => asks === "visitor"))("%s, with nothing that says whose browser it is", async (_, one) => {
    const { id } = await target.begin()
    const before = await target.state()
    const answer = await ask(one, id)
    expect([400, 401]).toContain(answer.status)
    expect(await target.state()).toEqual(before)
  })
})

describe("what belongs to admins is refused to all others, and nothing happens (X8)", () => {
  it.each(named(({ asks }) => asks === "admin"))("%s", async (_, one) => {
    const before = await target.state()
    const nearly = [ada, { ...ada, admin: false }, { ...ada, userId: "root" }]
    for (const person of nearly) {
      const answer = await ask(one, "", person)
      expect(answer.status).toBe(403)
      expect(await answer.json()).toEqual({ error: "forbidden", message: "You are not allowed to do this." })
    }
    expect(await target.state()).toEqual(before)
    expect((await ask(one, "", root)).status).toBeLessThan(300)
  })

  it("also where the request says of itself that it is an admin's", async () => {
    const says = { "x-admin": "true", "x-forwarded-user": "root", cookie: "admin=true" }
    const answer = await target.call("GET", "/apps?admin=true", { as: ada, headers: says })
    expect(answer.status).toBe(403)
    const body = { fields: { clientId: "a", clientSecret: "b", signingSecret: "c" }, admin: true, owner: root }
    expect((await target.call("PUT", "/apps/slack", { as: ada, body })).status).toBe(403)
  })

  it("and one tenant's admin sees and changes nothing of another's", async () => {
    const body = { fields: { clientId: "app-of-acme", clientSecret: "our-secret-1", signingSecret: "our-secret-2" } }
    expect((await target.call("PUT", "/apps/slack", { as: root, body })).status).toBe(200)
    const theirs = { as: { ...eve, admin: true } }
    expect(await (await target.call("GET", "/apps", theirs)).text()).not.toContain("app-of-acme")
    expect((await target.call("DELETE", "/apps/slack", theirs)).status).toBe(204)
    expect(await (await target.call("GET", "/apps/slack", { as: root })).json()).toMatchObject({
      clientId: "app-of-acme",
    })
  })
})
