import { expect, it } from "vitest"
import { report, simulateSeeds } from "./seeds.js"

it("1,500 seeds of faults break no promise", { timeout: 300_000 }, async () => {
  const { broken, statuses, refreshes, counts } = await simulateSeeds(1, 1_500)
  expect(broken && report(broken)).toBeUndefined()
  // The storm was one: tokens were rotated, and not everything came out well.
  expect(refreshes).toBeGreaterThan(10_000)
  expect(statuses.active).toBeGreaterThan(1_000)
  // What was left in doubt was asked again, behind its pauses.
  expect(statuses.ambiguous ?? 0).toBeLessThan(10)
  expect(statuses.needs_reauth).toBeGreaterThan(0)
  // Each kind of thing that may go wrong did, and often.
  for (const kind of [
    "answers lost",
    "app secrets changed",
    "client secrets refused",
    "clock jumps",
    "clocks off for good",
    "disconnects",
    "host cut off between answer and commit",
    "key rotations done",
    "pauses",
    "processes killed",
    "processes killed between answer and commit",
    "reconnects done",
    "renewals slower than a lease",
    "store away between answer and commit",
    "storms over 8 processes",
    "tokens that the API refused",
  ])
    expect([kind, counts[kind] ?? 0]).toEqual([kind, expect.toSatisfy((count: number) => count >= 20)])
})
