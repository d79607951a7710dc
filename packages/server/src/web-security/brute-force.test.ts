import type { AttemptView } from "@holdfast/core"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ada, bob, createTarget, eve, navigation, type Target } from "./target.js"

let target: Target
beforeEach(() => {
  target = createTarget()
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

const perMinute = 30
const minuteMs = 60_000
const isTaken = ({ status }: Response) => status === 201 || status === 303

async function statusesOf(answers: readonly Promise<Response>[]): Promise<number[]> {
  return (await Promise.all(answers)).map(({ status }) => status)
}

describe("beginning is bounded for each owner and connector, in all processes together (X17)", () => {
  const begin = (at: Target, as = ada, connector = "slack") => at.call("POST", "/attempts", { as, body: { connector } })

  it("however many come at once", async () => {
    const other = createTarget({ store: target.store, clock: target.clock })
    const answers = await Promise.all(Array.from({ length: 80 }, (_, index) => begin(index % 2 === 0 ? target : other)))
    let taken = answers.filter(isTaken).length
    for (const answer of answers.filter((one) => !isTaken(one))) {
      expect(answer.status).toBe(429)
      expect(await answer.json()).toMatchObject({ error: "too_many_attempts" })
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
    }
    // Those that got into each other's way are refused rather than let through; what is left can still be had.
    while (isTaken(await begin(other))) taken++
    expect(taken).toBe(perMinute)
    expect(isTaken(await begin(target, bob))).toBe(true)
    expect(isTaken(await begin(target, eve))).toBe(true)
    expect(isTaken(await begin(target, ada, "stripe"))).toBe(true)
    target.clock.advance(minuteMs)
    expect(isTaken(await begin(target))).toBe(true)
    await other.close()
  })

  it("by a link, by a click and by a reconnect as well", async () => {
    const id = await target.connect()
    const ways = [
      () => target.send("GET", "/connect/stripe?method=connect", { as: ada, headers: navigation }),
      () => target.call("POST", "/connect/stripe", { as: ada, body: { method: "connect" } }),
      () => target.call("POST", `/connections/${id}/reconnect`, { as: ada, body: {} }),
      () => target.call("POST", "/attempts", { as: ada, body: { connector: "stripe", method: "connect" } }),
    ]
    let taken = 1
    for (let tries = 0; tries < 2 * perMinute; tries++) {
      const answer = await (ways[tries % ways.length] as () => Promise<Response>)()
      if (isTaken(answer)) taken++
      else expect(answer.status).toBe(429)
    }
    expect(taken).toBe(perMinute)
  })
})

describe("guessing a key in one attempt is bounded", () => {
  const guess = (id: string, browser: string, key: string) =>
    target.call("POST", `/attempts/${id}`, { as: ada, browser, body: { values: { key } } })
  const asked = () => target.stripe.log.length

  it("twelve answers to its forms, one after another", async () => {
    const { id, browser } = await target.begin({ connector: "stripe", method: "api_key" })
    for (let tries = 0; tries < 12; tries++) {
      const view = (await (await guess(id, browser, `sk_test_wrong_${tries}`)).json()) as AttemptView
      expect(view.step).toMatchObject({ kind: "form", error: { code: "credential_invalid" } })
    }
    const before = asked()
    const refused = await guess(id, browser, "sk_test_emulated_first_shop")
    expect([refused.status, (await refused.json()).error]).toEqual([429, "too_many_attempts"])
    expect(asked()).toBe(before)
  })

  it("or all at once: no more reach the provider, and the right one among them wins nothing more", async () => {
    const { id, browser } = await target.begin({ connector: "stripe", method: "api_key" })
    const before = asked()
    for (let round = 0; round < 6; round++) {
      const statuses = await statusesOf(
        Array.from({ length: 10 }, (_, index) => guess(id, browser, `sk_test_wrong_${round}_${index}`)),
      )
      expect(statuses.filter((status) => ![200, 409, 429].includes(status))).toEqual([])
    }
    expect(asked() - before).toBeGreaterThan(0)
    expect(asked() - before).toBeLessThanOrEqual(12)
  })
})
