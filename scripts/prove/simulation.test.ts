import { describe, expect, it } from "vitest"
import { resultOf } from "./simulation.js"
import { emptyTally, tallied } from "./simulation-tally.js"

const well = { seeds: 50, refreshes: 600, counts: { "answers lost": 7 }, violations: [] }

describe("the simulation's count", () => {
  it("adds up what the processes met", () => {
    const twice = tallied(tallied(emptyTally, well), { ...well, counts: { pauses: 2 } })
    expect(twice).toEqual({ seeds: 100, refreshes: 1_200, counts: { "answers lost": 7, pauses: 2 }, violations: [] })
    expect(resultOf(twice, 100)).toMatchObject({ losses: 0, row: "100 seeds, 1,200 refreshes" })
    expect(resultOf(twice, 100)).not.toHaveProperty("unfinished")
  })

  // That the simulation finds what is broken is tested beside it: packages/core/src/simulation/without-*.test.ts.
  it("counts each broken promise as a loss, whichever process met it", () => {
    const broken = tallied(well, { ...well, violations: ["seed 7 breaks 1: a token was shown 3 times"] })
    expect(resultOf(broken, 100)).toMatchObject({ losses: 1, figures: { seeds: 100, violations: 1 } })
  })

  it("says when it were fewer seeds than it had to be", () => {
    expect(resultOf(well, 4_000).unfinished).toBe("50 of 4,000 seeds")
  })
})
