import fc from "fast-check"
import { describe, expect, it, vi } from "vitest"
import { HoldfastError } from "../errors.js"
import { silentLogger } from "../logger.js"
import { consoleLogger } from "./console-logger.js"
import { createRedactor } from "./redact.js"
import { redactingLogger } from "./redacting-logger.js"
import { recordingLogger } from "./test-support.js"

const { text, value } = createRedactor()
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
const random = "q7Zk2LmX9vT4bN8sR1wY6cH3"

describe("text", () => {
  it.each([
    ["a query", "GET https://slack.com/api/x?token=canary#canary", "GET https://slack.com/api/x"],
    ["a user in an address", "https://user:canary@blog.example/a", "https://blog.example/a"],
    ["a bearer", "Authorization: Bearer canary-1", "Authorization: [redacted] [redacted]"],
    ["basic", "sent Basic dXNlcjpjYW5hcnk=", "sent Basic [redacted]"],
    ["a JWT", `got ${jwt} back`, "got [redacted] back"],
    ["a random string", `key ${random} refused`, "key [redacted] refused"],
    ["a random path segment", `/access-tokens/${random}/x`, "/access-tokens/[redacted]/x"],
    ["a form", "client_secret=canary&grant_type=refresh_token", "client_secret=[redacted]&grant_type=refresh_token"],
    ["JSON", '{"access_token":"canary","ok":true}', '{"access_token":"[redacted]","ok":true}'],
    ["a name behind a name", "Error: password=canary", "Error: password=[redacted]"],
    ["a code in a callback", "code=4/0canary&state=abc123", "code=[redacted]&state=[redacted]"],
  ])("loses %s", (_, given, expected) => {
    const out = text(given)
    expect(out).not.toContain("canary")
    expect(out).not.toContain(random)
    if (expected.includes("[redacted] [redacted]")) expect(out).toMatch(/^Authorization: /)
    else expect(out).toBe(expected.replace('"[redacted]"', "[redacted]"))
  })

  it.each([
    "Integration: slack.send_message",
    "Request: POST https://slack.com/api/chat.postMessage",
    'Response: 200 OK { ok: true, ts: "1234567890.123456" }',
    "connection conn_q7Zk2LmX9vT4bN8sR1wY6cH3 needs to be authorised again",
    "a refresh is under way for conn_1, slot main, attempt 2",
    "https://graph.example/v1.0/users/first.person@acme.example/messages",
  ])("keeps %j", (line) => {
    expect(text(line)).toBe(line)
  })

  it("loses a planted value wherever it stands (property)", () => {
    const planted = createRedactor({ secrets: ["plain word"] })
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(planted.text(`${before}plain word${after}`)).not.toContain("plain word")
      }),
    )
  })

  it("loses tokens of any alphabet under any of their names (property)", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~+/-]{11,60}$/)
    const name = fc.constantFrom(
      "access_token",
      "refresh_token",
      "client_secret",
      "password",
      "apiKey",
      "X-Api-Key",
      "X-Shopify-Access-Token",
      "id_token",
      "code_verifier",
      "cookie",
    )
    fc.assert(
      fc.property(name, token, (field, secret) => {
        expect(JSON.stringify(value({ deep: [{ [field]: secret }] }))).not.toContain(secret)
        expect(text(`${field}=${secret}`)).not.toContain(secret)
        expect(text(JSON.stringify({ [field]: secret }))).not.toContain(secret)
        expect(text(`https://api.example/x?${field}=${secret}`)).not.toContain(secret)
        expect(text(`Bearer ${secret}0`)).not.toContain(secret)
      }),
      { numRuns: 500 },
    )
  })
})

describe("fields", () => {
  it("lose what their names call secret, and keep what is about it", () => {
    const given = {
      accessToken: "canary",
      clientSecret: "canary",
      headers: { Authorization: "canary", "set-cookie": "canary", "x-request-id": "r1" },
      code: "reauth_required",
      providerCode: "invalid_auth",
      tokenEndpoint: "https://slack.com/api/oauth.v2.access",
      refreshTokenMissing: true,
      accountKey: "U1",
      keyId: "k1",
      connectionId: "conn_1",
    }
    expect(value(given)).toEqual({
      ...given,
      accessToken: "[redacted]",
      clientSecret: "[redacted]",
      headers: { Authorization: "[redacted]", "set-cookie": "[redacted]", "x-request-id": "r1" },
    })
    expect(value({ code: "4/0AY-canary", state: "x9canary", otp: 123456 })).toEqual({
      code: "[redacted]",
      state: "[redacted]",
      otp: "[redacted]",
    })
  })

  it("are never whole requests, answers, bodies or foreign errors", () => {
    const request = new Request("https://slack.com/x?token=canary", {
      method: "POST",
      body: "canary",
      headers: { authorization: "canary" },
    })
    const foreign = Object.assign(new Error("failed: https://slack.com/?token=canary"), {
      request,
      options: { token: "canary" },
      response: new Response("canary"),
    })
    foreign.cause = Object.assign(new Error("password=canary"), { body: "canary" })
    const given = {
      request,
      foreign,
      bytes: new TextEncoder().encode("canary"),
      map: new Map([["canary", "canary"]]),
      run: () => "canary",
      url: new URL("https://a.example/?canary"),
    }
    expect(JSON.stringify(value(given))).not.toContain("canary")
    expect(
      value({ error: new HoldfastError("rate_limited", undefined, { details: { retryAfterMs: 5 } }) }),
    ).toMatchObject({ error: { code: "rate_limited", details: { retryAfterMs: 5 } } })
  })

  it.each(["a", "-", "a=", "a:", "=", '"', "'", "a b", "https://", "eyJhb.", "\\", "token ", "/"])(
    "of %j repeated cost no time",
    (part) => {
      // What backtracks without bound would run into the test's timeout.
      expect(text(part.repeat(50_000)).length).toBeLessThan(10_000)
    },
  )
})

describe("loggers", () => {
  it("nothing planted gets through on any level", () => {
    const { logger, lines } = recordingLogger()
    const log = redactingLogger(logger, { secrets: ["canary"] })
    for (const level of ["debug", "info", "warn", "error"] as const)
      log[level]("a canary", { canary: "canary", nested: [{ note: "a canary here" }] })
    expect(lines.map((line) => line.level)).toEqual(["debug", "info", "warn", "error"])
    expect(JSON.stringify(lines)).not.toContain("canary")
  })

  it("a logger that fails ends no call, and silence stays cheap", () => {
    const failing = () => {
      throw new Error("disk full")
    }
    const log = redactingLogger({ debug: failing, info: failing, warn: failing, error: failing })
    expect(() => log.error("x", { a: 1 })).not.toThrow()
    expect(redactingLogger(silentLogger)).toBe(silentLogger)
  })

  it("the console gets the seed's lines, from its level on", () => {
    const console = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
    const log = consoleLogger({ level: "debug", console })
    log.debug("Integration: slack.send_message")
    log.warn("slow", { ms: 1 })
    expect(console.debug).toHaveBeenCalledExactlyOnceWith("[DEBUG] Integration: slack.send_message")
    expect(console.warn).toHaveBeenCalledExactlyOnceWith("[WARN] slow", { ms: 1 })
    consoleLogger({ console }).debug("not shown")
    expect(console.debug).toHaveBeenCalledOnce()
  })
})
