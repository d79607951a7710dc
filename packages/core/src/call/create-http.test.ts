import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { Connector, ErrorTable } from "../connector.js"
import type { Http } from "../http.js"
import { createHttp } from "./create-http.js"
import { grantedCredentials, storedCredentials } from "./credential-source.js"
import {
  acmeConnector,
  bearerMethod,
  json,
  recordingLogger,
  rejectionOf,
  rowOf,
  type WorldOptions,
  world,
} from "./test-support.js"

function setUp(options: WorldOptions) {
  const made = world(options)
  const { tokens, contextFor } = made.parts
  const http = createHttp(made.parts, { source: storedCredentials({ connectionId: "conn_1", tokens, contextFor }) })
  return { ...made, http }
}

const withErrors = (errors: Partial<ErrorTable>, more: Partial<Connector> = {}) =>
  acmeConnector({ errors: { codes: {}, ...errors }, ...more })
const slackErrors: Partial<ErrorTable> = {
  read: ({ body }) => {
    const { ok, error } = (body ?? {}) as { ok?: boolean; error?: string }
    return ok === false ? (error ?? "unknown") : undefined
  },
  codes: {
    channel_not_found: "resource_not_found",
    token_expired: "token_expired",
    token_revoked: "grant_ended",
    missing_scope: "scope_missing",
    ratelimited: "rate_limited",
  },
}
const newToken = () => ({ accessToken: "second-access-token" })
const bearerOf = (request: { headers: Headers } | undefined) => request?.headers.get("authorization")

describe("a request", () => {
  it("carries the credential, the API's headers and the caller's, body and query", async () => {
    const connector = acmeConnector({
      api: { baseUrl: "https://api.acme.example/v1", headers: { "acme-version": "2026-01" }, authorization: "Bearer" },
    })
    const { http, sent } = setUp({ connector, answer: () => json({ id: 1 }) })
    await http.post("/items/{id}", {
      path: { id: "a/b" },
      query: { q: "x y", tag: ["1", "2"], no: undefined },
      json: { a: 1 },
      headers: { "x-more": "1" },
    })
    expect(sent[0]).toMatchObject({
      method: "POST",
      url: "https://api.acme.example/v1/items/a%2Fb?q=x+y&tag=1&tag=2",
      body: '{"a":1}',
    })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
      accept: "application/json",
      "acme-version": "2026-01",
      authorization: "Bearer first-access-token",
      "content-type": "application/json",
      "x-more": "1",
    })
  })

  it("sends forms and bytes as they are", async () => {
    const { http, sent } = setUp({ answer: () => json({}) })
    await http.post("/f", { form: { a: "1 2", b: undefined, c: 3 } })
    await http.put("/b", { body: new TextEncoder().encode("bytes"), headers: { "content-type": "text/plain" } })
    expect(sent.map(({ body, headers }) => [body, headers.get("content-type")])).toEqual([
      ["a=1+2&c=3", "application/x-www-form-urlencoded"],
      ["bytes", "text/plain"],
    ])
  })

  it("answers parsed JSON, and undefined for nothing", async () => {
    const { http } = setUp({
      answer: (_, count) => (count === 1 ? json({ id: 1 }) : new Response(null, { status: 204 })),
    })
    expect(await http.get("/a", { output: z.object({ id: z.number() }) })).toEqual({ id: 1 })
    expect(await http.delete("/a")).toBeUndefined()
  })

  it("calls HTML and other shapes what they are, without quoting them", async () => {
    const { http } = setUp({
      answer: (_, count) => (count === 1 ? new Response("<p>canary</p>") : json({ id: "canary" })),
    })
    const html = await rejectionOf(http.get("/a"))
    expect(html).toMatchObject({ code: "response_invalid", details: { reason: "not_json", providerStatus: 200 } })
    const shape = await rejectionOf(http.get("/a", { output: z.object({ id: z.number() }) }))
    expect(shape).toMatchObject({ code: "response_invalid", details: { fields: ["id"] } })
    expect(inspect([html, shape])).not.toContain("canary")
  })

  it("that cannot be made is the caller's mistake", async () => {
    const { http, sent } = setUp({ answer: () => json({}) })
    expect(await rejectionOf(http.get("/a", { body: "x" }))).toMatchObject({ code: "input_invalid" })
    expect(await rejectionOf(http.get("/a", { headers: { bad: "a\nb" } }))).toMatchObject({ code: "input_invalid" })
    expect(await rejectionOf(http.post("/a", { json: 1n }))).toMatchObject({ code: "input_invalid" })
    expect(sent).toEqual([])
  })

  it("uses the slot that is named, or the method's first", async () => {
    const method = bearerMethod({ slots: ["bot", "user"] })
    const row = rowOf({ slots: { bot: {}, user: {} } })
    const { http, asked } = setUp({ method, row, answer: () => json({}) })
    await http.get("/a")
    await http.get("/a", { as: "user" })
    expect(asked.map((each) => each.slot)).toEqual([undefined, "user"])
  })
})

describe("where it may go (ruling X6)", () => {
  it.each(["https://evil.example/steal", "https://api.acme.example.evil.example/", "//evil.example/"])(
    "sends nothing to %s",
    async (path) => {
      const { http, sent } = setUp({ answer: () => json({}) })
      expect(await rejectionOf(http.get(path))).toMatchObject({ code: "host_forbidden" })
      expect(await rejectionOf(http.fetch(path.replace(/^\/\//, "https://")))).toMatchObject({ code: "host_forbidden" })
      expect(sent).toEqual([])
    },
  )

  it("shows the headers of a good answer, and of no other", async () => {
    const { http } = setUp({
      answer: (request) =>
        request.url.endsWith("/items")
          ? json([], { headers: { "x-total": "7" } })
          : json({}, { status: 404, headers: { "x-total": "0" } }),
    })
    const totals: (string | null)[] = []
    const onHeaders = (headers: Headers) => void totals.push(headers.get("x-total"))
    await http.get("/items", { onHeaders })
    await rejectionOf(http.get("/others", { onHeaders }))
    expect(totals).toEqual(["7"])
  })

  it("follows pagination links on the connector's hosts", async () => {
    const { http, sent } = setUp({ answer: () => json({}) })
    await http.get("https://files.acme.example/next?cursor=1")
    expect(bearerOf(sent[0])).toBe("Bearer first-access-token")
  })

  it("follows redirects on the same origin, by hand, and no others", async () => {
    const to = (location: string) => new Response(null, { status: 302, headers: { location } })
    const { http, sent } = setUp({
      answer: (request) =>
        request.url.endsWith("/a") ? to("/v1/b") : request.url.endsWith("/b") ? to("https://evil.example/c") : json({}),
    })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({
      code: "host_forbidden",
      details: { reason: "redirected" },
    })
    expect((await http.fetch("/a")).status).toBe(302)
    expect(sent.map((each) => each.url)).not.toContain("https://evil.example/c")
  })

  it("does not follow across to another host of its own either, and gives up on circles", async () => {
    const { http, sent } = setUp({
      answer: (request) => new Response(null, { status: 307, headers: { location: request.url } }),
    })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({ code: "host_forbidden" })
    expect(sent).toHaveLength(6)
    const across = setUp({
      answer: () => new Response(null, { status: 307, headers: { location: "https://files.acme.example/" } }),
    })
    expect(await rejectionOf(across.http.get("/a"))).toMatchObject({ code: "host_forbidden" })
    expect(across.sent).toHaveLength(1)
  })

  it("turns a POST into a GET where fetch would", async () => {
    const { http, sent } = setUp({
      answer: (request) =>
        request.method === "POST"
          ? new Response(null, { status: 303, headers: { location: "/v1/done" } })
          : json({ done: true }),
    })
    expect(await http.post("/a", { json: {} })).toEqual({ done: true })
    expect(sent.map(({ method, body }) => [method, body])).toEqual([
      ["POST", "{}"],
      ["GET", ""],
    ])
  })

  it("refuses a method that moves the request elsewhere", async () => {
    const method = bearerMethod({ authorize: () => new Request("https://evil.example/") })
    const { http, sent } = setUp({ method, answer: () => json({}) })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({ code: "host_forbidden" })
    expect(sent).toEqual([])
  })

  it("asks the guard where the host is chosen, also about the account's own host", async () => {
    const api = { baseUrl: "{site}/wp-json", authorization: "Basic", hostIsChosen: true }
    const hosts: string[] = []
    const detail = { ...rowOf().detail, account: { id: "1", label: "x", data: { site: "https://blog.example" } } }
    const { http, sent } = setUp({
      connector: acmeConnector({ api }),
      row: rowOf({ detail }),
      guard: async (host, port) => void hosts.push(`${host}:${port}`),
      answer: () => json({}),
    })
    await http.get("/posts")
    expect([hosts, sent[0]?.url]).toEqual([["blog.example:443"], "https://blog.example/wp-json/posts"])
  })
})

describe("a refused token (ruling R14)", () => {
  const answerBy = (token: string) => (request: { headers: Headers }) =>
    bearerOf(request) === `Bearer ${token}` ? json({ ok: true }) : json({ error: "expired" }, { status: 401 })

  it("is replaced and the request sent once more, also a POST", async () => {
    const { http, sent, asked } = setUp({ renew: newToken, answer: answerBy("second-access-token") })
    expect(await http.post("/items", { json: { a: 1 } })).toEqual({ ok: true })
    expect(sent.map((each) => [each.body, bearerOf(each)])).toEqual([
      ['{"a":1}', "Bearer first-access-token"],
      ['{"a":1}', "Bearer second-access-token"],
    ])
    expect(asked.map((each) => each.rejected)).toEqual([false, true])
  })

  it("is seen in a body with status 200 too (quirk 1)", async () => {
    const connector = withErrors(slackErrors)
    const answer = (request: { headers: Headers }) =>
      bearerOf(request)?.includes("second") ? json({ ok: true }) : json({ ok: false, error: "token_expired" })
    const { http, sent } = setUp({ connector, renew: newToken, answer })
    expect(await http.get("/a")).toEqual({ ok: true })
    expect(sent).toHaveLength(2)
    const raw = setUp({ connector, renew: newToken, answer })
    expect(await (await raw.http.fetch("/a")).json()).toEqual({ ok: true })
    expect(raw.sent).toHaveLength(2)
  })

  it("in a 401 with an array for a body leads to one refresh and one repeat (quirk 15)", async () => {
    const errors: Partial<ErrorTable> = {
      read: ({ body }) => (Array.isArray(body) ? (body[0] as { errorCode: string }).errorCode : undefined),
      codes: { INVALID_SESSION_ID: "token_expired" },
    }
    const answer = (_: unknown, count: number) =>
      count === 1 ? json([{ errorCode: "INVALID_SESSION_ID" }], { status: 401 }) : json({ ok: true })
    const { http, sent, asked } = setUp({ connector: withErrors(errors), renew: newToken, answer })
    expect(await http.get("/a")).toEqual({ ok: true })
    expect([sent.length, asked.length]).toEqual([2, 2])
  })

  it("that nothing replaces is judged by check, and dead only when check says so too", async () => {
    const { http, sent, refused } = setUp({ answer: () => json({ error: "no" }, { status: 401 }) })
    const error = await rejectionOf(http.get("/a"))
    expect(error).toMatchObject({
      code: "reauth_required",
      details: { connector: "acme", connectionId: "conn_1", slot: "main", providerStatus: 401 },
    })
    expect(sent.map((each) => new URL(each.url).pathname)).toEqual(["/v1/a", "/v1/me"])
    expect(refused).toEqual([undefined])
  })

  it("is not dead where check finds it well: the 401 was about something else", async () => {
    const { http, refused } = setUp({
      answer: (request) => (request.url.endsWith("/me") ? json({}) : json({}, { status: 401 })),
    })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({
      code: "provider_rejected",
      details: { reason: "token_is_valid" },
    })
    expect(refused).toEqual([])
  })

  it("is not dead where check could not tell", async () => {
    const { http, refused, time } = setUp({
      answer: (request) => (request.url.endsWith("/me") ? json({}, { status: 503 }) : json({}, { status: 401 })),
    })
    expect(await rejectionOf(time.settle(http.get("/a")))).toMatchObject({ code: "provider_unavailable" })
    expect(refused).toEqual([])
  })

  it("is not renewed a second time: a fresh token that is refused goes to check", async () => {
    const { http, sent, asked, refused } = setUp({
      renew: newToken,
      answer: (request) => (request.url.endsWith("/me") ? json({}) : json({}, { status: 401 })),
    })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({ code: "provider_rejected" })
    expect(sent.map((each) => new URL(each.url).pathname)).toEqual(["/v1/a", "/v1/a", "/v1/me"])
    expect(asked.filter((each) => each.rejected)).toHaveLength(1)
    expect(refused).toEqual([])
  })

  it("whose grant the provider says is gone needs no check", async () => {
    const { http, sent, refused } = setUp({
      connector: withErrors(slackErrors),
      answer: () => json({ ok: false, error: "token_revoked" }),
    })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({
      code: "reauth_required",
      details: { providerCode: "token_revoked" },
    })
    expect([sent.length, refused]).toEqual([1, ["token_revoked"]])
  })

  it("is asked about once by a thousand callers", async () => {
    const { http, sent } = setUp({ answer: () => json({}, { status: 401 }) })
    const errors = await Promise.all(Array.from({ length: 1_000 }, () => rejectionOf(http.get("/a"))))
    expect(new Set(errors.map((error) => error.code))).toEqual(new Set(["reauth_required"]))
    expect(sent.filter((each) => each.url.endsWith("/me")).length).toBeLessThan(20)
  })

  it("with the raw fetch: replaced and repeated alike, and the answer handed on as it is", async () => {
    const renewed = setUp({ renew: newToken, answer: answerBy("second-access-token") })
    const body = new Blob(["hello"]).stream()
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" }
    expect((await renewed.http.fetch("https://api.acme.example/v1/a", init)).status).toBe(200)
    expect(renewed.sent.map((each) => each.body)).toEqual(["hello", "hello"])

    const dead = setUp({ answer: () => json({ error: "no" }, { status: 401 }) })
    const response = await dead.http.fetch(new Request("https://api.acme.example/v1/a"))
    expect([response.status, await response.json(), dead.refused.length]).toEqual([401, { error: "no" }, 1])
  })

  it("is looked for in the raw answer without holding a long one back", async () => {
    const chunk = new TextEncoder().encode(`"${"x".repeat(50_000)}",`)
    let left = 100
    const body = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          if (left-- > 0) controller.enqueue(chunk)
          else controller.close()
        },
      })
    const { http } = setUp({
      connector: withErrors(slackErrors),
      answer: () => new Response(body(), { headers: { "content-type": "application/json" } }),
    })
    const response = await http.fetch("/long")
    expect(left).toBeGreaterThan(80)
    expect((await response.text()).length).toBe(100 * chunk.length)
  })

  it("with a body too large to hold: renewed for the next request, this one answered as it was", async () => {
    const { http, sent, asked } = setUp({ renew: newToken, answer: answerBy("second-access-token") })
    const body = new Blob([new Uint8Array(5 * 1024 * 1024)]).stream()
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" }
    expect((await http.fetch("/upload", init)).status).toBe(401)
    expect([sent.length, sent[0]?.body.length, asked.at(-1)?.rejected]).toEqual([1, 5 * 1024 * 1024, true])
    expect((await http.fetch("/a")).status).toBe(200)
  })
})

describe("errors are read from data (style 9)", () => {
  it.each([
    [404, {}, "resource_not_found"],
    [403, {}, "provider_rejected"],
    [400, {}, "provider_rejected"],
    [500, {}, "provider_unavailable"],
    [200, { ok: false, error: "channel_not_found" }, "resource_not_found"],
    [403, { ok: false, error: "missing_scope" }, "scope_missing"],
    [200, { ok: false, error: "constructor" }, "provider_rejected"],
    [200, { ok: false, error: "__proto__" }, "provider_rejected"],
    [200, { ok: false, error: "never_heard_of" }, "provider_rejected"],
  ])("%s %j is %s", async (status, body, code) => {
    const { http } = setUp({ connector: withErrors(slackErrors), answer: () => json(body, { status }) })
    expect((await rejectionOf(http.post("/a"))).code).toBe(code)
  })

  it("a sentence is no code: it goes nowhere", async () => {
    const { http } = setUp({
      connector: withErrors(slackErrors),
      answer: () => json({ ok: false, error: "Token canary-123 is not allowed" }),
    })
    const error = await rejectionOf(http.get("/a"))
    expect(error.details).not.toHaveProperty("providerCode")
    expect(inspect(error)).not.toContain("canary")
  })

  it("nothing of the request is in an error: printing it prints no token (style 20, trap 2)", async () => {
    const { http } = setUp({ answer: () => json({ secret: "canary" }, { status: 400 }) })
    const error = await rejectionOf(http.post("/a?token=canary", { json: { password: "canary" } }))
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/canary|first-access-token/)
  })

  it("nor does a token that stands in a path reach a debug line (quirk 18)", async () => {
    const { logger, lines } = recordingLogger()
    const { http } = setUp({ secret: { accessToken: "plain-word-token" }, log: logger, answer: () => json({}) })
    await http.get("/access-tokens/{token}", { path: { token: "plain-word-token" } })
    expect(lines[0]?.message).toBe("Request: GET https://api.acme.example/v1/access-tokens/[redacted]")
  })

  it("a table that throws is a table that says nothing", async () => {
    const { http } = setUp({
      connector: withErrors({
        read: () => {
          throw new Error("x")
        },
      }),
      answer: () => json({}, { status: 404 }),
    })
    expect((await rejectionOf(http.get("/a"))).code).toBe("resource_not_found")
  })
})

describe("too many requests", () => {
  const limited = (retryAfter?: string) =>
    json({}, { status: 429, ...(retryAfter && { headers: { "retry-after": retryAfter } }) })

  it.each([
    ["30", 30_000],
    ["0.5", 500],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["-5", 0],
    ["99999999", 86_400_000],
    ["soon", undefined],
  ])("Retry-After %s waits %s ms", async (value, retryAfterMs) => {
    const { http } = setUp({ answer: () => limited(value) })
    expect((await rejectionOf(http.get("/a"))).details.retryAfterMs).toBe(retryAfterMs)
  })

  it("the connector knows better where it says so", async () => {
    const { http } = setUp({ connector: withErrors({ retryAfterMs: () => 1_234 }), answer: () => limited("30") })
    expect(await rejectionOf(http.get("/a"))).toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 1_234 },
      retryable: true,
    })
  })

  it("later calls fail fast while the wait is long, without asking the provider", async () => {
    const { http, sent, time } = setUp({ answer: (_, count) => (count === 1 ? limited("30") : json({})) })
    await rejectionOf(http.get("/a"))
    expect(await rejectionOf(http.get("/a"))).toMatchObject({ code: "rate_limited", details: { retryAfterMs: 30_000 } })
    expect(sent).toHaveLength(1)
    time.advance(30_000)
    await http.get("/a")
  })

  it("and wait their turn while it is short", async () => {
    const { http, time } = setUp({ answer: (_, count) => (count === 1 ? limited("1") : json({ ok: true })) })
    await rejectionOf(http.get("/a"))
    expect(await time.settle(http.get("/a"))).toEqual({ ok: true })
    expect(time.elapsedMs()).toBe(1_000)
  })
})

describe("answers that were lost", () => {
  const reset = () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNRESET" } }))
  const refusedConnection = () =>
    Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } }))
  const thenOk = (bad: () => Response | Promise<Response>) => (_: unknown, count: number) =>
    count === 1 ? bad() : json({ ok: true })

  it.each([
    ["a reset", reset],
    ["502", () => json({}, { status: 502 })],
    ["503", () => json({}, { status: 503 })],
    ["504", () => json({}, { status: 504 })],
  ])("after %s a GET is tried again, after a pause", async (_, bad) => {
    const { http, time, sent } = setUp({ answer: thenOk(bad) })
    expect(await time.settle(http.get("/a"))).toEqual({ ok: true })
    expect(sent).toHaveLength(2)
    expect(time.elapsedMs()).toBeGreaterThan(0)
  })

  it.each([
    ["a reset", reset],
    ["503", () => json({}, { status: 503 })],
  ])("after %s a POST is not: it may have been done", async (_, bad) => {
    const { http, time, sent } = setUp({ answer: thenOk(bad) })
    expect(await rejectionOf(time.settle(http.post("/a")))).toMatchObject({ code: "provider_unavailable" })
    expect(sent).toHaveLength(1)
  })

  it("a POST that surely never left, or that its caller calls idempotent, is", async () => {
    const unsent = setUp({ answer: thenOk(refusedConnection) })
    expect(await unsent.time.settle(unsent.http.post("/a"))).toEqual({ ok: true })
    const idempotent = setUp({ answer: thenOk(reset) })
    expect(await idempotent.time.settle(idempotent.http.post("/a", { idempotent: true }))).toEqual({ ok: true })
  })

  it("three times and no more, and never past the deadline", async () => {
    const thrice = setUp({ answer: reset })
    await rejectionOf(thrice.time.settle(thrice.http.get("/a")))
    expect(thrice.sent).toHaveLength(3)
    const late = setUp({ answer: () => json({}, { status: 503, headers: { "retry-after": "4" } }) })
    expect(await rejectionOf(late.time.settle(late.http.get("/a", { timeoutMs: 3_000 })))).toMatchObject({
      code: "provider_unavailable",
      details: { reason: "timed_out" },
    })
    expect(late.time.elapsedMs()).toBe(3_000)
  })

  it("a provider that asks for a long wait is not waited for", async () => {
    const { http, sent, time } = setUp({ answer: () => json({}, { status: 503, headers: { "retry-after": "120" } }) })
    expect(await rejectionOf(time.settle(http.get("/a")))).toMatchObject({
      code: "provider_unavailable",
      details: { retryAfterMs: 120_000 },
    })
    expect(sent).toHaveLength(1)
  })

  it("a provider that never answers ends with the deadline, a caller with its signal, and no timer is left", async () => {
    const { http, time } = setUp({ answer: () => new Promise<never>(() => {}) })
    expect(await rejectionOf(time.settle(http.get("/a")))).toMatchObject({
      code: "provider_unavailable",
      details: { reason: "timed_out" },
    })
    expect(time.elapsedMs()).toBe(30_000)
    const caller = new AbortController()
    const asked = rejectionOf(http.get("/a", { signal: caller.signal }))
    caller.abort()
    expect(await asked).toMatchObject({ code: "aborted" })
    expect(time.pending()).toBe(0)
  })
})

describe("while nothing is stored", () => {
  function granted(
    answer: WorldOptions["answer"],
    connector: Connector = acmeConnector(),
  ): { http: Http; sent: { url: string }[] } {
    const { parts, sent, method } = world({ connector, answer })
    const source = grantedCredentials({
      connector,
      method,
      slots: {
        main: {
          secret: { accessToken: "granted-token" },
          clock: { issuedAt: 0, expiresAt: "never", rotation: "none" },
        },
      },
      evidence: { input: { shop: "acme" } },
      context: { owner: { tenantId: "t1" } } as never,
    })
    return { http: createHttp(parts, { source }), sent }
  }

  it("uses the secret that was granted, at the place that was typed", async () => {
    const connector = acmeConnector({ api: { baseUrl: "https://{shop}.shops.example", authorization: "Bearer" } })
    const { http, sent } = granted((request) => json({ token: bearerOf(request) }), connector)
    expect(await http.get("/me")).toEqual({ token: "Bearer granted-token" })
    expect(sent[0]?.url).toBe("https://acme.shops.example/me")
  })

  it("a refused key is the key's fault, said once", async () => {
    const { http, sent } = granted(() => json({}, { status: 401 }))
    expect(await rejectionOf(http.get("/me"))).toMatchObject({
      code: "credential_invalid",
      details: { providerStatus: 401 },
    })
    expect(sent).toHaveLength(1)
  })
})

describe("an account without TLS", () => {
  const api = { baseUrl: "{site}", authorization: "signed", hostIsChosen: true, plainHttp: "signed" } as const
  const account = { id: "U1", label: "First", data: { site: "http://shop.example" } }
  const row = rowOf({ detail: { ...rowOf().detail, account } })
  const guard = async () => {}

  it("is sent what is signed", async () => {
    const authorize = (_context: unknown, request: Request) =>
      new Request(request, { headers: { authorization: 'OAuth oauth_signature="s"' } })
    const connector = acmeConnector({ api, methods: [bearerMethod({ authorize })] })
    const { http, sent } = setUp({ connector, row, guard, answer: () => json({}) })
    await http.get("/orders")
    expect(sent.map(({ url }) => url)).toEqual(["http://shop.example/orders"])
  })

  it("is never sent a bearer token, whatever the connector says", async () => {
    const { http, sent } = setUp({ connector: acmeConnector({ api }), row, guard, answer: () => json({}) })
    const error = await rejectionOf(http.get("/orders"))
    expect([error.code, error.details.reason, sent.length]).toEqual(["host_forbidden", "not_https", 0])
  })
})
