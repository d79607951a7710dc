import { approve, type Fault } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { ada, arrivalOf, bench } from "./bench.js"

const faults: [string, Fault, string][] = [
  ["HTML", { kind: "html", status: 200 }, "response_invalid"],
  ["204", { kind: "empty" }, "response_invalid"],
  ["half a body", { kind: "truncated" }, "response_invalid"],
  ["500", { kind: "status", status: 500 }, "provider_unavailable"],
  ["nothing, ever", { kind: "hang" }, "provider_unavailable"],
  ["a reset", { kind: "drop_after" }, "provider_unavailable"],
]

describe.each([
  ["the code exchange", "token.code"],
  ["the question who is there", "GET /me"],
])("a provider that answers %s with", (_, on) => {
  it.each(faults)("%s ends the attempt with a clear error, and leaves no row", async (_name, fault, code) => {
    const { connect, provider, rows } = bench()
    provider.faults.next({ on, fault, times: 5 })
    const attempt = await connect()
    expect(attempt).toMatchObject({ status: "failed", error: { code } })
    expect(await rows()).toEqual([])
    // The same person tries again, and nothing is in the way.
    provider.faults.clear()
    expect((await connect()).status).toBe("connected")
  })
})

describe("an attempt", () => {
  it("R24: whose process died in the exchange is told as interrupted, and a second callback meanwhile waits", async () => {
    const { holdfast, make, provider, time, rows } = bench()
    const begun = await time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b" }))
    const back = await approve(provider.fetch, begun.step.kind === "redirect" ? begun.step.url : "", { account: "U1" })
    // A process whose answer never comes, as after a kill.
    const dying = make({
      runtime: { clock: time.clock, timers: { after: () => () => {} }, fetch: () => new Promise(() => {}) },
    })
    void dying.attempts.callback(arrivalOf(back), { browser: "b", owner: ada }).catch(() => {})
    await time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
    const visitor = { browser: "b", owner: ada }
    expect(await time.settle(holdfast.attempts.callback(arrivalOf(back), visitor))).toMatchObject({
      status: "exchanging",
      step: { kind: "wait" },
    })
    time.advance(61_000)
    expect(await time.settle(holdfast.attempts.view(begun.id, visitor))).toMatchObject({
      status: "failed",
      error: { code: "attempt_interrupted" },
    })
    expect(await rows()).toEqual([])
  })

  it("expires after ten minutes", async () => {
    const { holdfast, time } = bench()
    const begun = await time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b" }))
    time.advance(10 * 60_000)
    await expect(time.settle(holdfast.attempts.view(begun.id, { browser: "b", owner: ada }))).rejects.toMatchObject({
      code: "attempt_expired",
    })
  })

  it("X17: is begun so many times a minute, and no more", async () => {
    const { holdfast, time } = bench()
    const begin = () => time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b" }))
    for (let attempt = 0; attempt < 30; attempt++) await begin()
    await expect(begin()).rejects.toMatchObject({
      code: "too_many_attempts",
      details: { retryAfterMs: expect.any(Number) },
    })
    time.advance(60_000)
    await expect(begin()).resolves.toBeTruthy()
  })

  it("X11: sends nobody to a page that is not in the list", async () => {
    const { holdfast, time } = bench({ holdfast: { returnUrls: ["https://front.example/done"] } })
    const begin = (returnTo: string) =>
      time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b", returnTo }))
    for (const bad of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "javascript:alert(1)",
      "https://front.example/done?x=1",
    ]) {
      await expect(begin(bad), bad).rejects.toMatchObject({ code: "input_invalid", details: { fields: ["returnTo"] } })
    }
    await expect(begin("/settings?tab=1")).resolves.toBeTruthy()
    await expect(begin("https://front.example/done")).resolves.toBeTruthy()
  })
})
