import { expect, it, vi } from "vitest"
import { simulateSeeds } from "./seeds.js"

// What the answer leaves out is gone.
vi.mock("../methods/token-set.js", async (original) => {
  const real = await original<typeof import("../methods/token-set.js")>()
  return {
    ...real,
    renewedTokens: (_previous: unknown, ...rest: [never, never]) => real.renewedTokens({ accessToken: "" }, ...rest),
  }
})

it("finds a refresh token lost because an answer left it out", async () => {
  const { broken } = await simulateSeeds(1, 500)
  expect(broken?.violation?.message).toMatch(/^2: .* the store does not have it/)
})
