import { expect, it, vi } from "vitest"
import type { Engine } from "../engine/engine.js"
import type { ConnectionRow } from "../store.js"
import { report, simulateSeeds } from "./seeds.js"
import type { Weather } from "./storm.js"

// Ruling R4: the end of a lease is computed from a wall clock, which jumps, instead of being watched.
vi.mock("../engine/lease-watch.js", () => ({
  createLeaseWatch: ({ runtime, settings }: Engine) => {
    const since = new Map<string, number>()
    return {
      remainingMs(row: ConnectionRow) {
        if (!row.lease) return 0
        const key = `${row.lease.id}:${row.lease.beat}`
        const seenAt = since.get(key) ?? runtime.clock.now()
        since.set(key, seenAt)
        return Math.max(0, seenAt + row.lease.forMs + settings.graceMs - runtime.clock.now())
      },
    }
  },
}))

const jumpy: Weather = { clockJumps: 300, slow: 0.7 }

it("R4: finds a lease judged over by a clock that jumped", { timeout: 300_000 }, async () => {
  const { broken } = await simulateSeeds(1, 500, jumpy)
  expect(broken?.violation?.message).toBeDefined()
})

it("R4: the same seed holds when the lease is watched", { timeout: 300_000 }, async () => {
  const { broken } = await simulateSeeds(1, 500, jumpy)
  vi.doUnmock("../engine/lease-watch.js")
  vi.resetModules()
  const { simulateSeeds: simulateWatched } = await import("./seeds.js")
  const { broken: again } = await simulateWatched(broken?.seed ?? 1, 1, jumpy)
  expect(again && report(again)).toBeUndefined()
})
