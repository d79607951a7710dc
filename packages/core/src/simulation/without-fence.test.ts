import { expect, it, vi } from "vitest"
import type { Arrived } from "../engine/commit.js"
import type { Engine } from "../engine/engine.js"
import { report, simulateSeeds } from "./seeds.js"
import type { Weather } from "./storm.js"

// A late answer that takes whatever generation it finds for its own.
vi.mock("../engine/commit.js", async (original) => {
  const real = await original<typeof import("../engine/commit.js")>()
  return {
    ...real,
    async commitRenewed(engine: Engine, arrived: Arrived) {
      const row = await engine.store.connections.get(arrived.connectionId).catch(() => undefined)
      return await real.commitRenewed(engine, {
        ...arrived,
        generation: row?.detail.slots[arrived.slot]?.generation ?? arrived.generation,
      })
    },
  }
})

// Answers that come after others have taken over, at a provider that takes the same value again.
const lateAnswers: Weather = {
  slow: 0.7,
  pauses: 12,
  habits: { rotation: "single-use", reuse: { seconds: 600 }, accessTokenSeconds: 90 },
}

it("finds a late answer that overwrites a newer one", { timeout: 300_000 }, async () => {
  const { broken } = await simulateSeeds(1, 2_000, lateAnswers)
  expect(broken?.violation?.message).toBeDefined()
})

it("and in the same storm the fence holds", { timeout: 300_000 }, async () => {
  vi.doUnmock("../engine/commit.js")
  vi.resetModules()
  const { simulateSeeds: simulateFenced } = await import("./seeds.js")
  const { broken } = await simulateFenced(1, 200, lateAnswers)
  expect(broken && report(broken)).toBeUndefined()
})
