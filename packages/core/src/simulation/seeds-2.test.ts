import { expect, it } from "vitest"
import { report, simulateSeeds } from "./seeds.js"

it("5,000 seeds of faults break no promise", { timeout: 900_000 }, async () => {
  const { broken, statuses, refreshes } = await simulateSeeds(5001, 5_000)
  expect(broken && report(broken)).toBeUndefined()
  // The storm was one: tokens were rotated, and not everything came out well.
  expect(refreshes).toBeGreaterThan(20_000)
  expect(statuses.active).toBeGreaterThan(3_000)
  expect(statuses.ambiguous).toBeGreaterThan(0)
  expect(statuses.needs_reauth).toBeGreaterThan(0)
})
