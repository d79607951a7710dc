import { describe, expect, it, vi } from "vitest"
import type { Guard } from "../guard.js"
import { createOutbound } from "./outbound.js"
import { redactingLogger } from "./redacting-logger.js"
import type { Reroute } from "./reroute.js"
import { isUnsent } from "./send-failure.js"
import { json, recordingLogger, rejectionOf, scriptedFetch, virtualTime } from "./test-support.js"

function setUp(answer: Parameters<typeof scriptedFetch>[0], options: { reroute?: Reroute; guard?: Guard } = {}) {
  const time = virtualTime()
  const script = scriptedFetch(answer)
  const { logger, lines } = recordingLogger()
  const outbound = createOutbound({
    runtime: { ...time, fetch: script.fetch },
    log: redactingLogger(logger),
    ...options,
  })
  return { time, outbound, sent: script.sent, lines }
}

const systemError = (code: string) =>
  Object.assign(new TypeError("fetch failed: https://slack.com/?token=canary"), {
    cause: Object.assign(new Error(), { code }),
  })

describe("rerouting, for development", () => {
  const reroute = { "https://slack.com": "http://127.0.0.1:4001" }

  it("sends to loopback what is meant for a public origin, and nothing else", async () => {
    const { outbound, sent } = setUp(() => json({ ok: true }), { reroute })
    await outbound.fetch(
      new Request("https://slack.com/api/x?a=b", {
        method: "POST",
        body: "{}",
        headers: { authorization: "Bearer t" },
      }),
    )
    await outbound.fetch(new Request("https://files.slack.com/x"))
    expect(sent.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "http://127.0.0.1:4001/api/x?a=b", "{}"],
      ["GET", "https://files.slack.com/x", ""],
    ])
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer t")
  })

  it("rewrites the address of a first step, and an answer's redirect back", async () => {
    const { outbound } = setUp(
      () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:4001/next" } }),
      { reroute },
    )
    expect(outbound.rerouteUrl("https://slack.com/oauth?x=1")).toBe("http://127.0.0.1:4001/oauth?x=1")
    expect(outbound.rerouteUrl("https://slack.com.evil.example/")).toBe("https://slack.com.evil.example/")
    const response = await outbound.fetch(new Request("https://slack.com/x"))
    expect(response.headers.get("location")).toBe("https://slack.com/next")
  })

  it.each([
    { "https://slack.com": "https://127.0.0.1:4001" },
    { "https://slack.com": "http://proxy.example" },
    { "https://slack.com": "http://127.0.0.1.evil.example" },
    { "https://slack.com": "http://10.0.0.1" },
    { "https://slack.com": "http://127.0.0.1:4001/path" },
    { "https://*.slack.com": "http://127.0.0.1:4001" },
    { "slack.com": "http://127.0.0.1:4001" },
  ])("refuses %j at the start", (table) => {
    expect(() => setUp(() => json({}), { reroute: table as unknown as Reroute })).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    )
  })
})

describe("what may be contacted", () => {
  it("asks the guard about hosts that others chose, and sends nothing when it refuses", async () => {
    const guard = vi.fn<Guard>(async () => {
      throw Object.assign(new Error("no"), { code: "ENOTFOUND" })
    })
    const { outbound, sent } = setUp(() => json({}), { guard })
    const error = await rejectionOf(outbound.fetch(new Request("https://blog.example:8443/x"), { hostIsChosen: true }))
    expect(error).toMatchObject({ code: "provider_unavailable", details: { reason: "unsent" } })
    expect(guard).toHaveBeenCalledExactlyOnceWith("blog.example", 8443)
    expect(sent).toEqual([])
  })

  it("without a guard, refuses hosts that others chose and plain http on loopback", async () => {
    const { outbound, sent } = setUp(() => json({}))
    expect(
      await rejectionOf(outbound.fetch(new Request("https://blog.example/"), { hostIsChosen: true })),
    ).toMatchObject({ code: "host_forbidden" })
    expect(await rejectionOf(outbound.fetch(new Request("http://127.0.0.1:1/")))).toMatchObject({
      code: "host_forbidden",
    })
    expect(sent).toEqual([])
  })

  it("refuses plain http elsewhere whatever the guard says", async () => {
    const { outbound } = setUp(() => json({}), { guard: async () => {} })
    expect(await rejectionOf(outbound.fetch(new Request("http://blog.example/")))).toMatchObject({
      code: "host_forbidden",
    })
    expect((await outbound.fetch(new Request("http://[::1]:8080/"))).status).toBe(200)
  })
})

describe("the answer", () => {
  it("is a redirect where the provider redirects: fetch is told not to follow (ruling X6)", async () => {
    const { outbound, sent } = setUp(
      () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }),
    )
    const response = await outbound.fetch(new Request("https://slack.com/", { redirect: "follow" }))
    expect([response.status, response.headers.get("location"), sent[0]?.redirect]).toEqual([
      302,
      "https://evil.example/",
      "manual",
    ])
  })

  it("has its body read within the deadline, whether fetch listens to signals or not", async () => {
    const { outbound, time } = setUp(() => new Response(new ReadableStream({})))
    const error = await rejectionOf(
      time.settle(outbound.fetch(new Request("https://slack.com/"), { timeoutMs: 5_000 })),
    )
    expect(error).toMatchObject({ code: "provider_unavailable", details: { reason: "timed_out" } })
    expect(time.elapsedMs()).toBe(5_000)
    expect(time.pending()).toBe(0)
  })

  it("is bounded, declared or not", async () => {
    const big = () => new Response(new Uint8Array(11))
    const declared = () => new Response("", { headers: { "content-length": "11" } })
    for (const answer of [big, declared]) {
      const { outbound } = setUp(answer)
      const error = await rejectionOf(outbound.fetch(new Request("https://slack.com/"), { maxBytes: 10 }))
      expect(error).toMatchObject({ code: "response_invalid", details: { reason: "too_large" } })
    }
  })

  it("tells a caller's wish from a provider's silence", async () => {
    const { outbound } = setUp(() => new Promise<never>(() => {}))
    const caller = new AbortController()
    const asked = outbound.fetch(new Request("https://slack.com/", { signal: caller.signal }))
    caller.abort(new Error("https://secret.example"))
    const error = await rejectionOf(asked)
    expect([error.code, error.cause]).toEqual(["aborted", undefined])
  })

  it.each([
    ["ECONNREFUSED", true],
    ["ENOTFOUND", true],
    ["ECONNRESET", false],
    ["UND_ERR_SOCKET", false],
  ])("after %s it is certain that nothing was sent: %s (ruling R5)", async (code, unsent) => {
    const { outbound } = setUp(() => Promise.reject(systemError(code)))
    const error = await rejectionOf(outbound.fetch(new Request("https://slack.com/api?token=canary")))
    expect(isUnsent(error)).toBe(unsent)
    expect(JSON.stringify([error.message, error.details, error.cause])).not.toContain("canary")
  })

  it("keeps a status without a body as it is, and forgets how the body travelled", async () => {
    const { outbound } = setUp((_, count) =>
      count === 1 ? new Response(null, { status: 204 }) : json({ a: 1 }, { headers: { "content-encoding": "gzip" } }),
    )
    expect((await outbound.fetch(new Request("https://slack.com/"))).status).toBe(204)
    const second = await outbound.fetch(new Request("https://slack.com/"))
    expect(second.headers.get("content-encoding")).toBeNull()
    expect(await second.json()).toEqual({ a: 1 })
  })
})

describe("debug lines (ruling S13, seed 004)", () => {
  it("have the shape of the seed: method, address without its query, and traced fields alone", async () => {
    const { outbound, lines } = setUp(() => json({ ok: true, ts: "1234567890.123456", token: "canary" }))
    await outbound.fetch(
      new Request("https://slack.com/api/chat.postMessage?token=canary", { method: "POST", body: "canary" }),
      { trace: ["ok", "ts"] },
    )
    expect(lines).toEqual([
      { level: "debug", message: "Request: POST https://slack.com/api/chat.postMessage" },
      { level: "debug", message: 'Response: 200 OK { ok: true, ts: "1234567890.123456" }' },
    ])
  })

  it("show no body where nothing is traced, nor a token that stands in a path (quirk 18)", async () => {
    const { outbound, lines } = setUp(() => json({ error: "canary" }, { status: 404 }))
    await outbound.fetch(new Request("https://api.example/access-tokens/short-tok"), { secrets: ["short-tok"] })
    expect(lines.map((line) => line.message)).toEqual([
      "Request: GET https://api.example/access-tokens/[redacted]",
      "Response: 404 Not Found",
    ])
  })

  it("cut the query themselves, whatever the logger does", async () => {
    const { logger, lines } = recordingLogger()
    const outbound = createOutbound({
      runtime: { ...virtualTime(), fetch: scriptedFetch(() => json({})).fetch },
      log: logger,
    })
    await outbound.fetch(new Request("https://slack.com/api?token=canary#canary"))
    expect(lines[0]?.message).toBe("Request: GET https://slack.com/api")
  })

  it("say when there was no answer", async () => {
    const { outbound, lines } = setUp(() => Promise.reject(systemError("ECONNRESET")))
    await rejectionOf(outbound.fetch(new Request("https://slack.com/")))
    expect(lines.at(-1)?.message).toBe("Response: none (no_answer)")
  })
})

describe("plain http that is signed", () => {
  it("leaves if the guard lets it, and without that word not at all", async () => {
    const asked: string[] = []
    const { outbound, sent } = setUp(() => json({}), {
      guard: async (host, port) => void asked.push(`${host}:${port}`),
    })
    const request = () => new Request("http://shop.example/orders")
    expect(await rejectionOf(outbound.fetch(request()))).toMatchObject({ code: "host_forbidden" })
    await outbound.fetch(request(), { plainHttp: true })
    expect([asked, sent.length]).toEqual([["shop.example:80"], 1])
    const unguarded = setUp(() => json({}))
    expect(await rejectionOf(unguarded.outbound.fetch(request(), { plainHttp: true }))).toMatchObject({
      code: "host_forbidden",
    })
  })
})
