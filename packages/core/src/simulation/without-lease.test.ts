import { expect, it, vi } from "vitest"
import { simulateSeeds } from "./seeds.js"

vi.mock("../engine/lease-watch.js", () => ({ createLeaseWatch: () => ({ remainingMs: () => 0 }) }))

it("finds a lease that nobody waits for", { timeout: 300_000 }, async () => {
  const { broken } = await simulateSeeds(1, 500)
  expect(broken?.violation?.message).toMatch(/^1: two processes refresh/)
})
