import type { Owner } from "@holdfast/core"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { nativeRoutes } from "../handler.js"
import { createSite } from "../site.js"
import {
  ada,
  bob,
  browserOf,
  createTarget,
  crossSite,
  foreign,
  front,
  origin,
  root,
  type Target,
} from "../web-security/target.js"

const owner = vi.fn((): Owner | null => null)
let target: Target
let stripeId: string

beforeEach(async () => {
  owner.mockReset().mockImplementation(() => ada)
  target = createTarget({ owner })
  stripeId = await target.connect()
  owner.mockReset().mockImplementation(() => null)
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const token = (...asked: Parameters<Target["holdfast"]["access"]["browserToken"]>) =>
  target.holdfast.access.browserToken(...asked)
const keyOf = async (...scopes: ("connect" | "read" | "run")[]) => {
  const { key } = await target.holdfast.access.createKey(ada, { name: "test", scopes })
  target.canary.watch(key, "API key")
  return key
}

async function get(path: string, headers: Record<string, string>) {
  const answer = await target.send("GET", path, { headers })
  return { status: answer.status, body: await answer.json() }
}

describe("a browser token on the native routes (X9)", () => {
  it("is its owner's, and the host is not asked who that is", async () => {
    const { status, body } = await get("/connections", bearer(await token(ada)))
    expect([status, body.connections.map(({ id }: { id: string }) => id)]).toEqual([200, [stripeId]])
    expect(await get(`/connections/${stripeId}`, bearer(await token(bob)))).toMatchObject({ status: 404 })
    expect(owner).not.toHaveBeenCalled()
  })

  it("is refused when it is not good, without asking the host; other bearer tokens are the host's", async () => {
    const good = await token(ada)
    target.clock.advance(400_000)
    for (const bad of [good, `${good}x`, `hfk_${"x".repeat(67)}`, "hfk_"])
      expect(await get("/connections", bearer(bad))).toMatchObject({ status: 401, body: { error: "unauthenticated" } })
    expect(owner).not.toHaveBeenCalled()
    owner.mockImplementation(() => ada)
    for (const other of ["opaque", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.x"])
      expect(await get("/connections", bearer(other))).toMatchObject({ status: 200 })
    expect(owner).toHaveBeenCalledTimes(3)
  })

  it("is never an admin's (X8)", async () => {
    expect(await get("/apps", bearer(await token(root)))).toMatchObject({ status: 403, body: { error: "forbidden" } })
  })

  it("sees the connectors that it names, and nothing of the others", async () => {
    const headers = bearer(await token(ada, { connectors: ["slack"] }))
    const { body } = await get("/connectors", headers)
    expect(body.connectors.map(({ id }: { id: string }) => id)).toEqual(["slack"])
    expect((await get("/connections", headers)).body).toEqual({ connections: [] })
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/statistics"],
      ["POST", "/test"],
      ["POST", "/reconnect"],
      ["POST", "/run"],
    ] as const) {
      const sent = method === "POST" ? { headers, body: { operation: "list_customers" } } : { headers }
      expect((await target.send(method, `/connections/${stripeId}${path}`, sent)).status, path).toBe(404)
    }
    const begin = (connector: string) => target.send("POST", "/attempts", { headers, body: { connector } })
    expect((await begin("stripe")).status).toBe(403)
    expect((await begin("slack")).status).toBe(201)
    const run = { provider: "stripe", operation: "list_customers" }
    expect((await target.send("POST", "/execute", { headers, body: run })).status).toBe(403)
    const whole = bearer(await token(ada))
    const begun = await target.send("POST", "/attempts", { headers: whole, body: { connector: "stripe" } })
    const { id } = await begun.json()
    expect((await get(`/attempts/${id}`, headers)).status).toBe(404)
    expect((await target.send("DELETE", `/attempts/${id}`, { headers })).status).toBe(404)
    expect(await get(`/attempts/${id}`, whole)).toMatchObject({ status: 200, body: { status: "pending" } })
  })

  it("begins no attempt for the browser that sends it: that starts at the page that asks (X4)", async () => {
    const victim = "v".repeat(43)
    const headers = { ...bearer(await token(ada)), origin, "sec-fetch-site": "same-origin" }
    const begun = await target.send("POST", "/attempts", { headers, browser: victim, body: { connector: "slack" } })
    expect(browserOf(begun)).toBeUndefined()
    const { url } = await begun.json()
    const asked = await target.send("GET", url, { headers: crossSite, browser: victim })
    expect(await asked.text()).toContain("<strong>Person ada</strong> asks to use your Slack account")
  })
})

describe("pages of other origins (S2)", () => {
  const from = (page: string, token: string) => ({ ...bearer(token), origin: page, "sec-fetch-site": "cross-site" })
  const read = async (page: string, token: string, path = "/connections") => {
    const answer = await target.send("GET", path, { headers: from(page, token) })
    const { headers, status } = answer
    return [status, headers.get("access-control-allow-origin"), headers.get("access-control-allow-credentials")]
  }

  it("may send a token that names their origin, and read what it is answered, without cookies", async () => {
    const named = await token(ada, { origin: foreign })
    expect(await read(foreign, named)).toEqual([200, foreign, null])
    expect(await read(foreign, named, "/connections/conn_none")).toEqual([404, foreign, null])
    expect(await read(front, named)).toEqual([401, front, "true"])
    expect(await read("null", named)).toEqual([401, "null", null])
    expect((await get("/connections", bearer(named))).status).toBe(401)
    // A page of our own origin does not name it when it reads.
    const ours = { ...bearer(await token(ada, { origin })), "sec-fetch-site": "same-origin" }
    expect((await get("/connections", ours)).status).toBe(200)
    target.clock.advance(400_000)
    expect(await read(foreign, named)).toEqual([401, foreign, null])
  })

  it("may send one that names none only if they are listed; keys neither", async () => {
    const unnamed = await token(ada)
    expect(await read(front, unnamed)).toEqual([200, front, "true"])
    expect(await read(foreign, unnamed)).toEqual([403, foreign, null])
    const key = await keyOf("read")
    expect(await read(foreign, key)).toEqual([403, foreign, null])
    expect((await get("/connections", bearer(key))).status).toBe(200)
  })

  it("cannot pass with a token that they made up for the host", async () => {
    owner.mockImplementation(() => ada)
    expect(await read(foreign, "made-up")).toEqual([403, null, null])
    expect(owner).not.toHaveBeenCalled()
  })

  it("are answered preflights for a token without cookies, and for nothing else", async () => {
    const ask = async (headers: string | undefined) => {
      const answer = await target.send("OPTIONS", "/attempts", {
        headers: {
          origin: foreign,
          "access-control-request-method": "POST",
          ...(headers !== undefined && { "access-control-request-headers": headers }),
        },
      })
      return [
        answer.status,
        answer.headers.get("access-control-allow-origin"),
        answer.headers.get("access-control-allow-credentials"),
      ]
    }
    expect(await ask("authorization,content-type")).toEqual([204, foreign, null])
    for (const wanted of ["content-type", undefined, "authorization,x-test-owner"])
      expect(await ask(wanted)).toEqual([403, null, null])
  })
})

describe("an API key on the native routes (X9)", () => {
  it("may call what its scope says, and no route that says none", async () => {
    const keys = { connect: await keyOf("connect"), read: await keyOf("read"), run: await keyOf("run") }
    const site = createSite(target.holdfast, { owner })
    const answers: Record<string, string> = {}
    for (const { method, path, scope } of nativeRoutes(site)) {
      if (method === "*" || path === "/ui") continue
      const address = path.replace(/\{\w+\}/g, "conn_none")
      for (const [name, key] of Object.entries(keys)) {
        const { status } = await target.send(method, address, { headers: bearer(key) })
        if (status !== 403) answers[`${method} ${path}`] = name
        expect(status === 403, `${method} ${path} with ${name}`).toBe(name !== scope)
      }
    }
    expect(answers).toEqual({
      "GET /connectors": "read",
      "POST /attempts": "connect",
      "GET /attempts/{id}": "connect",
      "POST /attempts/{id}": "connect",
      "POST /attempts/{id}/poll": "connect",
      "DELETE /attempts/{id}": "connect",
      "GET /connections": "read",
      "GET /connections/{id}": "read",
      "DELETE /connections/{id}": "connect",
      "GET /connections/{id}/statistics": "read",
      "GET /connections/{id}/diagnosis": "read",
      "POST /connections/{id}/test": "run",
      "POST /connections/{id}/rename": "connect",
      "POST /connections/{id}/reconnect": "connect",
      "POST /connections/{id}/run": "run",
      "GET /connections/{id}/targets": "read",
      "POST /execute": "run",
    })
  })

  it("is its owner's until it is revoked", async () => {
    const key = await keyOf("read")
    expect((await get(`/connections/${stripeId}`, bearer(key))).status).toBe(200)
    const other = await target.holdfast.access.createKey(bob, { name: "b", scopes: ["read"] })
    expect((await get(`/connections/${stripeId}`, bearer(other.key))).status).toBe(404)
    const [{ id } = { id: "" }] = await target.holdfast.access.listKeys(ada)
    await target.holdfast.access.revokeKey(ada, id)
    expect((await get(`/connections/${stripeId}`, bearer(key))).status).toBe(401)
  })
})
