import { expect, it } from "vitest"
import { report, simulateSeeds } from "./seeds.js"

it("1,500 further seeds of faults break no promise", { timeout: 300_000 }, async () => {
  const { broken, refreshes } = await simulateSeeds(1_501, 1_500)
  expect(broken && report(broken)).toBeUndefined()
  expect(refreshes).toBeGreaterThan(10_000)
})
