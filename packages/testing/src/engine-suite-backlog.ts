import type { Scheduler } from "@holdfast/core"
import { expect } from "vitest"
import { createCanary } from "./canary.js"
import type { EngineCase } from "./engine-suite.js"
import { connectMany } from "./engine-suite-connections.js"
import { pause, recordTicks } from "./engine-suite-ticks.js"

export const backlogCases: readonly EngineCase[] = [
  {
    title:
      "works a backlog off by slices in two instances at once, refreshes each connection once, and keeps nothing of them",
    async run({ engine, everyMs, stored, until }) {
      const { worlds, connections, rows, counters, beginToBeDue } = await connectMany(64)
      const canary = createCanary()
      const watch = async () => {
        for (const connection of connections) canary.watch(await connection.accessToken(), "access token")
      }
      await watch()
      for (const { id } of await rows()) canary.watch(id, "connection id")
      beginToBeDue()
      const work = worlds.map(({ holdfast }) => watchSlices(holdfast.scheduler))
      // A period so long that rounds alone would never do it.
      for (const { scheduler } of work) await (await engine(scheduler, { everyMs: 30 * everyMs, limit: 2 })).start()
      await until("all were refreshed", () => counters().issued >= connections.length)
      await until("no tick was under way", () => work.every(({ seen }) => seen.underWay === 0))

      expect(counters()).toMatchObject({ shown: connections.length, issued: connections.length, mostForOne: 1 })
      for (const { seen } of work) expect(seen.slices, "slices of one of the instances").toBeGreaterThan(0)
      expect(Math.max(...work.map(({ seen }) => seen.mostAtOnce))).toBeGreaterThan(1)
      await watch()
      const text = JSON.stringify(await stored())
      expect(text.length).toBeGreaterThan(2)
      canary.look("the engine's store", text)
      expect(canary.found()).toEqual([])
    },
  },
  {
    title: "goes on with a backlog when all slices under way end at the same moment",
    async run({ engine, everyMs, until }) {
      let together: ((claimed: number) => void)[] = []
      let isOver = false
      const endAll = (claimed: number) => {
        for (const end of together) end(claimed)
        together = []
      }
      const ticks = recordTicks((at) => {
        if (isOver) return 0
        if (at === 1) return 4
        return new Promise((resolve) => {
          together.push(resolve)
          if (together.length === 2) endAll(4)
        })
      })
      await (await engine(ticks.scheduler, { everyMs: 30 * everyMs, concurrency: 4, slices: 2 })).start()
      try {
        await until("five pairs of slices had begun after the round", () => ticks.beganAt.length >= 11)
      } finally {
        isOver = true
        endAll(0)
      }
    },
  },
  {
    title: "has no more jobs than slices waiting, however long the backlog is",
    async run({ engine, everyMs, waiting, until }) {
      const ticks = recordTicks(async () => {
        await pause(10)
        return 4
      })
      for (let instance = 0; instance < 2; instance++)
        await (await engine(ticks.scheduler, { everyMs: 30 * everyMs, concurrency: 1, slices: 3 })).start()
      let most = 0
      await until("sixty slices had been worked off", async () => {
        most = Math.max(most, await waiting())
        return ticks.beganAt.length >= 60
      })
      expect(most).toBeGreaterThan(0)
      // Three slices, and a round.
      expect(most).toBeLessThanOrEqual(4)
    },
  },
]

interface SeenSlices {
  underWay: number
  mostAtOnce: number
  /** How many ticks were given rows. */
  slices: number
}

function watchSlices({ tick }: Scheduler): { scheduler: Pick<Scheduler, "tick">; seen: SeenSlices } {
  const seen: SeenSlices = { underWay: 0, mostAtOnce: 0, slices: 0 }
  return {
    seen,
    scheduler: {
      async tick(options) {
        seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.underWay)
        const report = await tick(options).finally(() => seen.underWay--)
        if (report.claimed > 0) seen.slices++
        return report
      },
    },
  }
}
