import { expect, it, vi } from "vitest"
import type { Arrived } from "../engine/commit.js"
import type { Engine } from "../engine/engine.js"
import type { HeldLease } from "../engine/lease.js"
import { report, simulateSeeds } from "./seeds.js"
import type { Weather } from "./storm.js"

const versions = vi.hoisted(() => new Map<string, number>())

// Ruling R1: the commit is fenced by the version of the row, which a rename moves, and the tokens are dropped when it moved.
vi.mock("../engine/lease.js", async (original) => {
  const real = await original<typeof import("../engine/lease.js")>()
  return {
    ...real,
    async takeLease(...given: Parameters<typeof real.takeLease>): Promise<HeldLease | undefined> {
      const held = await real.takeLease(...given)
      if (held) versions.set(held.id, held.row.version)
      return held
    },
  }
})
vi.mock("../engine/commit.js", async (original) => {
  const real = await original<typeof import("../engine/commit.js")>()
  return {
    ...real,
    async commitRenewed(engine: Engine, arrived: Arrived) {
      const row = await engine.store.connections.get(arrived.connectionId)
      return row?.version === versions.get(arrived.leaseId)
        ? await real.commitRenewed(engine, arrived)
        : { is: "superseded", row }
    },
  }
})

const renamed: Weather = { renames: 2_000 }

it("R1: finds tokens dropped because a rename moved the version", { timeout: 300_000 }, async () => {
  const { broken } = await simulateSeeds(1, 500, renamed)
  expect(broken?.violation?.message).toBeDefined()
})

it("R1: the same seed holds with the fence on the generation", { timeout: 300_000 }, async () => {
  const { broken } = await simulateSeeds(1, 500, renamed)
  vi.doUnmock("../engine/commit.js")
  vi.doUnmock("../engine/lease.js")
  vi.resetModules()
  const { simulateSeeds: simulateFenced } = await import("./seeds.js")
  const { broken: again } = await simulateFenced(broken?.seed ?? 1, 1, renamed)
  expect(again && report(again)).toBeUndefined()
})
