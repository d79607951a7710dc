import { expect, it, vi } from "vitest"
import { simulateSeeds } from "./seeds.js"

vi.mock("../engine/permit.js", () => ({ permitToShow: () => ({ is: "show", presentations: 1 }), isSpent: () => false }))

it("finds an intent that nobody heeds", async () => {
  const { broken } = await simulateSeeds(1, 500)
  expect(broken?.violation?.message).toMatch(/^1: .* was shown/)
})
