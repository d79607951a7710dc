import { afterEach, describe, expect, it } from "vitest"
import { alloy } from "../alloy.js"
import { atom } from "../atom.js"
import { credentialRoutes } from "../dialects/alloy/credentials.js"
import { callbackRoutes } from "../dialects/atom/callback.js"
import type { Dialect } from "../options.js"
import type { Route } from "../router.js"
import { ada, bob, createTarget, crossSite, eve, foreign, front, origin, root, type Target } from "./target.js"

const surfaces: readonly (readonly [
  name: string,
  make: () => Dialect,
  table: readonly Route[],
  open: readonly string[],
])[] = [
  ["alloy", () => alloy(), credentialRoutes, ["GET /{connector}/credentials/arrived"]],
  [
    "atom",
    () => atom({ page: "/integrations" }),
    callbackRoutes("/integrations"),
    ["GET /{provider}/callback", "GET /{provider}/arrived"],
  ],
]
const body = { code: "code", redirectUri: `${front}/done?tab=1` }
const addressOf = (path: string) => path.replace(/\{\w+\}/, "slack")

describe.each(surfaces)("the dialect %s", (_, make, table, open) => {
  let target: Target
  afterEach(async () => {
    await target.close()
    expect(target.canary.found()).toEqual([])
  })
  const guarded = table.filter((route) => !route.open).map((route) => [`${route.method} ${route.path}`, route] as const)
  const bodyOf = ({ method }: Route) => (method === "POST" ? { body } : {})

  it("is reached from anywhere where people come back, and nowhere else", () => {
    target = createTarget({ dialect: make() })
    expect(table.filter((route) => route.open).map(({ method, path }) => `${method} ${path}`)).toEqual(open)
  })

  it.each(guarded)("%s does nothing that a foreign page makes a browser send (S2)", async (_name, route) => {
    target = createTarget({ dialect: make() })
    const before = await target.state()
    const path = addressOf(route.path)
    for (const from of [foreign, "null", `${origin}.evil.example`]) {
      const headers = { origin: from, "sec-fetch-site": "cross-site" }
      const sent = { as: ada, browser: "B".repeat(43), headers, ...bodyOf(route) }
      expect((await target.send(route.method, path, sent)).status, from).toBe(403)
    }
    if (route.method === "POST") {
      const headers = { ...crossSite, "content-type": "application/x-www-form-urlencoded", cookie: "session=s" }
      expect((await target.send("POST", path, { as: ada, headers, body: "code=code" })).status).toBe(403)
    }
    expect(await target.state()).toEqual(before)
  })

  it.each(guarded)("%s asks who it is, and takes no key that is none", async (_name, route) => {
    target = createTarget({ dialect: make() })
    const path = addressOf(route.path)
    expect((await target.call(route.method, path, bodyOf(route))).status).toBe(401)
    const { holdfast } = target
    const read = await holdfast.access.createKey(ada, { name: "read", scopes: ["read"] })
    const ended = await holdfast.access.createKey(ada, { name: "ended" })
    await holdfast.access.revokeKey(ada, ended.id)
    const kept = await target.state()
    for (const [key, status] of [
      ["hfk_nothing", 401],
      [`${ended.key.slice(0, -1)}A`, 401],
      [ended.key, 401],
      [read.key, 403],
    ] as const) {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await target.send(route.method, path, { headers, ...bodyOf(route) })
      // A link is for people; no key is good for it.
      expect([key.slice(0, 8), answer.status]).toEqual([key.slice(0, 8), route.scope ? status : 403])
    }
    expect(await target.state()).toEqual(kept)
  })

  it("a code is worth nothing to another owner's key, whoever they are", async () => {
    target = createTarget({ dialect: make() })
    const { access } = target.holdfast
    const keyOf = async (owner: typeof ada) => (await access.createKey(owner, { name: "theirs" })).key
    const path = table.map((route) => addressOf(route.path)).find((one) => one.endsWith("callback")) ?? ""
    const { id } = await target.begin()
    for (const owner of [bob, root, eve]) {
      const headers = { authorization: `Bearer ${await keyOf(owner)}` }
      const answer = await target.send("POST", path, { headers, body: { code: id } })
      expect([answer.status, (await answer.json()).error]).toEqual([400, "state_mismatch"])
    }
    expect(await target.store.connections.list({ limit: 10 })).toEqual([])
  })
})
