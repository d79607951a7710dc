import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { addressOf, methodOf, nameOf, type RouteCase, routeCases, routes } from "./route-cases.js"
import { ada, createTarget, crossSite, front, origin, root, type Target } from "./target.js"

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
const json = { origin, "sec-fetch-site": "same-origin", "content-type": "application/json" }
const acting = new Set(routes.flatMap(({ method, path, acts }) => (acts ? [`${method} ${path}`] : [])))

async function victim(one: RouteCase) {
  const { id, browser } = await target.begin({}, { as: root })
  return { id: one.about === "attempt" ? id : await target.connect(root), browser }
}

describe("an address takes the methods of the table, and no other", () => {
  const paths = [...new Set(cases.filter(({ method }) => method !== "*").map(({ path }) => path))]
  it.each(paths)("%s", async (path) => {
    const all = cases.filter((one) => one.path === path)
    const [one] = all as [RouteCase]
    const reads = all.filter((found) => found.method === "GET" && !acting.has(nameOf(found)))
    const allowed = [...all.map(({ method }) => method), ...reads.map(() => "HEAD")]
    const { id, browser } = await victim(one)
    const before = await target.state()
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get"]) {
      if (allowed.includes(method.toUpperCase())) continue
      const answer = await target.send(method, addressOf(one, id), { as: root, browser, headers: { origin } })
      expect(answer.status, method).toBe(405)
      expect(answer.headers.get("allow")?.split(", ").sort(), method).toEqual([...allowed].sort())
    }
    expect(await target.state()).toEqual(before)
  })
})

describe("HEAD answers as GET does, without the body", () => {
  it.each(named((one) => one.method === "GET" && !acting.has(nameOf(one))))("%s", async (_, one) => {
    const { id, browser } = await victim(one)
    const sent = { as: root, browser, headers: { origin } }
    const [got, looked] = [
      await target.send("GET", addressOf(one, id), sent),
      await target.send("HEAD", addressOf(one, id), sent),
    ]
    expect([looked.status, [...looked.headers]]).toEqual([got.status, [...got.headers]])
    expect(await looked.text()).toBe("")
  })
})

const deep = `${'{"values":'.repeat(1_500)}1${"}".repeat(1_500)}`
const garbage: readonly (readonly [what: string, body: string | Uint8Array])[] = [
  ["half of an object", '{"connector":"sl'],
  ["a list", "[]"],
  ["a text", '"slack"'],
  ["null", "null"],
  ["a number", "1e999"],
  ["what is not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ["fields of other types", '{"connector":7,"values":[1],"name":{},"operation":null,"provider":[],"fields":7}'],
  ["an object far down", deep],
  [
    "a prototype",
    '{"__proto__":{"connector":"slack","admin":true},"constructor":{"prototype":{"admin":true}},"values":"no","fields":"no"}',
  ],
]

describe("what is no body of the route is refused, and changes nothing", () => {
  it.each(named(({ body, asks }) => body !== undefined && asks !== "nobody" && Object.keys(body).length > 0))(
    "%s",
    async (_, one) => {
      const { id, browser } = await victim(one)
      const before = await target.state()
      const send = (body: unknown, headers: Record<string, string> = json) =>
        target.send(methodOf(one), addressOf(one, id), { as: root, browser, body, headers })
      for (const [what, body] of garbage) {
        const answer = await send(body)
        expect(answer.status, what).toBe(400)
        expect(await answer.json(), what).toMatchObject({ error: "input_invalid" })
      }
      for (const type of [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json5",
        "",
      ]) {
        const answer = await send(JSON.stringify(one.body), { ...json, "content-type": type })
        expect(answer.status, type).toBe(400)
      }
      expect(await target.state()).toEqual(before)
      expect(({} as { admin?: boolean }).admin).toBeUndefined()
    },
  )
})

describe("a body beyond the limit is refused before it is understood, and changes nothing", () => {
  it.each(named(({ body }) => body !== undefined))("%s", async (_, one) => {
    const { id, browser } = await victim(one)
    const before = await target.state()
    const long = { ...one.body, name: "ü".repeat(12_000) }
    const answer = await target.send(methodOf(one), addressOf(one, id), {
      as: root,
      browser,
      body: long,
      headers: json,
    })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ error: "payload_too_large" })
    expect(await target.state()).toEqual(before)
  })
})

describe("addresses that are none, or hold more than they should", () => {
  const odd = [
    "/connections/%2e%2e%2fapps",
    "/connections/..%2fapps",
    "/connections/%00",
    "/connections/%ff",
    "/connections/%",
    "/connections/%E0%A4%A",
    `/connections/${"A".repeat(8_000)}`,
    "/connections/__proto__",
    "/connectors/",
    "//connectors",
    "/CONNECTORS",
    "/apps/constructor",
    "/apps/__proto__",
    "/assets/__proto__",
    "/assets/..%2f..%2fpackage.json",
    "/oauth/error/__proto__",
    "/oauth/error/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/attempts/constructor",
    "/connect/__proto__",
    "/webhooks/__proto__/__proto__",
    "/connections?limit=1&limit=2&status[]=active",
    "/connections?after=%00",
  ]
  it.each(odd)("%s", async (path) => {
    const before = await target.state()
    for (const as of [root, undefined]) {
      const answer = await target.call("GET", path, { as })
      expect(answer.status).toBeLessThan(500)
      expect(await answer.text()).not.toContain("<script>alert")
    }
    expect(await target.state()).toEqual(before)
  })

  it("the public origin is configuration: no Host and no forwarding header moves an address of ours", async () => {
    const headers = {
      origin,
      "sec-fetch-site": "same-origin",
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "http",
      forwarded: "host=evil.example;proto=http",
      "x-original-url": "/apps",
      "x-rewrite-url": "/apps",
    }
    const sent = { as: ada, headers, body: { connector: "slack" } }
    const begun = await target.send("POST", `https://evil.example/api/integrations/attempts`, sent)
    const said = await begun.text()
    expect(begun.status).toBe(201)
    expect(said).toContain(`${origin}/api/integrations/attempts/`)
    expect(decodeURIComponent(said)).toContain(`redirect_uri=${origin}/api/integrations/oauth/callback/slack`)
    expect(said).not.toContain("evil.example")
    const program = { as: ada, headers: { authorization: "Bearer x" }, body: { connector: "slack" } }
    const { id } = (await (await target.send("POST", "/attempts", program)).json()) as { id: string }
    for (const path of [`/attempts/${id}/start`, "/connect/slack", "/oauth/error/access_denied", "/ui"]) {
      const page = await target.send("GET", `https://evil.example/api/integrations${path}`, {
        ...(path !== `/attempts/${id}/start` && { as: ada }),
        headers: { ...headers, ...crossSite },
      })
      expect(await page.text(), path).not.toContain("evil.example")
    }
  })

  it("a listed origin is trusted as it is written: with its scheme and port", async () => {
    const ask = (from: string) => target.send("DELETE", "/connections/c", { as: ada, headers: { origin: from } })
    expect((await ask(front)).status).toBe(404)
    expect((await ask(front.replace("https:", "http:"))).status).toBe(403)
    expect((await ask(`${front}:444`)).status).toBe(403)
  })
})
