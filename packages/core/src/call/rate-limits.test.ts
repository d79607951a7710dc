import { describe, expect, it } from "vitest"
import { createHttp } from "./create-http.js"
import { storedCredentials } from "./credential-source.js"
import { budgetOf } from "./rate-limit-headers.js"
import { createRateLimits } from "./rate-limits.js"
import { acmeConnector, json, rejectionOf, rowOf, virtualTime, world } from "./test-support.js"

const named = { remaining: "x-left", reset: "x-reset", resetIs: "epoch_seconds" } as const
const now = Date.UTC(2026, 0, 1)

describe("headers that tell what is left", () => {
  it.each([
    ["epoch_seconds", `${now / 1_000 + 30}`, 30_000],
    ["epoch_ms", `${now + 1_500}`, 1_500],
    ["seconds", "2.5", 2_500],
    ["milliseconds", "10000", 10_000],
    ["epoch_seconds", `${now / 1_000 - 30}`, 0],
    ["seconds", "9999999999", 3_600_000],
  ] as const)("hold %s as %s", (resetIs, reset, resetAfterMs) => {
    const headers = new Headers({ "x-left": "7", "x-reset": reset })
    expect(budgetOf({ ...named, resetIs }, headers, now)).toEqual({ left: 7, resetAfterMs })
  })

  it("say nothing where one is missing or is no number, or where they are about another limit", () => {
    const read = (headers: Record<string, string>, when?: Record<string, string>) =>
      budgetOf({ ...named, ...(when && { when }) }, new Headers(headers), now)
    expect(read({ "x-left": "7" })).toBeUndefined()
    expect(read({ "x-left": "many", "x-reset": "1" })).toBeUndefined()
    const both = { "x-left": "7", "x-reset": `${now / 1_000}`, "x-resource": "search" }
    expect(read(both, { "x-resource": "core" })).toBeUndefined()
    expect(read(both, { "x-resource": "search" })).toMatchObject({ left: 7 })
  })
})

describe("calls by what is left", () => {
  const limitsAt = () => {
    const time = virtualTime()
    return { time, limits: createRateLimits({ runtime: time }) }
  }

  it("go until nothing is left, then wait for the end of the window", async () => {
    const { time, limits } = limitsAt()
    limits.learn("k", { left: 2, resetAfterMs: 1_500 })
    await limits.turn("k")
    await limits.turn("k")
    expect(time.elapsedMs()).toBe(0)
    await time.settle(limits.turn("k"))
    expect(time.elapsedMs()).toBe(1_500)
    await limits.turn("k")
  })

  it("do not wait longer than two seconds, and say for how long to wait", async () => {
    const { limits } = limitsAt()
    limits.learn("k", { left: 0, resetAfterMs: 60_000 })
    const error = await rejectionOf(limits.turn("k"))
    expect(error).toMatchObject({ code: "rate_limited", details: { retryAfterMs: 60_000, reason: "waiting" } })
    await limits.turn("another account")
  })

  it("count those on their way, which an answer does not know of yet", async () => {
    const { limits } = limitsAt()
    limits.learn("k", { left: 3, resetAfterMs: 60_000 })
    await Promise.all([limits.turn("k"), limits.turn("k"), limits.turn("k")])
    limits.learn("k", { left: 2, resetAfterMs: 60_000 })
    expect(await rejectionOf(limits.turn("k"))).toMatchObject({ code: "rate_limited" })
  })

  it("follow a window that slides with every answer", async () => {
    const { time, limits } = limitsAt()
    for (let call = 0; call < 30; call++) {
      limits.learn("k", { left: 5, resetAfterMs: 10_000 })
      await limits.turn("k")
      time.advance(1_000)
    }
    expect(time.elapsedMs()).toBe(30_000)
  })

  it("heed Retry-After over a window that says otherwise", async () => {
    const { limits } = limitsAt()
    limits.note("k", 60_000)
    limits.learn("k", { left: 10, resetAfterMs: 1_000 })
    expect(await rejectionOf(limits.turn("k"))).toMatchObject({ details: { retryAfterMs: 60_000 } })
  })
})

it("a call is not sent while the last answer said that nothing is left", async () => {
  const connector = acmeConnector({
    api: { baseUrl: "https://api.acme.example", authorization: "Bearer", rateLimit: named },
  })
  const made = world({
    connector,
    row: rowOf(),
    answer: (_, count) =>
      json({ count }, { headers: { "x-left": count === 1 ? "0" : "9", "x-reset": `${now / 1_000 + 1}` } }),
  })
  const { tokens, contextFor } = made.parts
  const http = createHttp(made.parts, { source: storedCredentials({ connectionId: "conn_1", tokens, contextFor }) })
  expect(await made.time.settle(http.get("/me"))).toEqual({ count: 1 })
  expect(made.time.elapsedMs()).toBe(0)
  expect(await made.time.settle(http.get("/me"))).toEqual({ count: 2 })
  expect(made.time.elapsedMs()).toBe(1_000)
})
