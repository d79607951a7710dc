import { describe, expect, it } from "vitest"
import { report } from "./seeds.js"
import { simulate } from "./simulate.js"

describe("a seed", () => {
  it("gives the same trace twice, and another gives another", async () => {
    const [first, again, other] = [await simulate(42), await simulate(42), await simulate(43)]
    expect(again.digest).toBe(first.digest)
    expect(other.digest).not.toBe(first.digest)
  })

  it("gives the same trace whatever ran beside it", async () => {
    const alone = await simulate(7)
    const [beside] = await Promise.all([simulate(7), simulate(8), simulate(9)])
    expect(beside?.digest).toBe(alone.digest)
  })

  const asked = Number(process.env.HOLDFAST_SEED ?? 1)
  it(`${asked} replays`, async () => {
    const result = await simulate(asked)
    expect(result.violation && report(result)).toBeUndefined()
  })
})
