import { expect } from "vitest"
import type { EngineCase } from "./engine-suite.js"
import { pause, recordTicks } from "./engine-suite-ticks.js"

export const roundCases: readonly EngineCase[] = [
  {
    title: "runs one round a period for four instances together, and asks no more while nothing is due",
    async run({ engine, everyMs, until }) {
      const ticks = recordTicks()
      for (let instance = 0; instance < 4; instance++) await (await engine(ticks.scheduler)).start()
      await until("ten rounds had begun", () => ticks.beganAt.length >= 10)
      const [, , third = 0, , , , , , , tenth = 0] = ticks.beganAt
      // Seven periods where the machine is quick. Four schedules would have taken less than two, a second look at each round half.
      expect((tenth - third) / everyMs).toBeGreaterThan(4)
    },
  },
  {
    title: "hands its limit and a signal to each tick",
    async run({ engine, until }) {
      const ticks = recordTicks()
      await (await engine(ticks.scheduler, { limit: 7 })).start()
      await until("a round had begun", () => ticks.options.length >= 1)
      expect(ticks.options[0]).toEqual({ limit: 7, signal: expect.any(AbortSignal) })
      expect(ticks.options[0]?.signal?.aborted).toBe(false)
    },
  },
  {
    title: "ends the tick under way when it is stopped, and starts nothing new",
    async run({ engine, everyMs, until }) {
      let finish = () => {}
      let seen: AbortSignal | undefined
      const ticks = recordTicks((at, signal) => {
        if (at > 1) return 0
        seen = signal
        return new Promise((resolve) => {
          // A full slice: one that would ask for more.
          finish = () => resolve(4)
        })
      })
      const stop = await (await engine(ticks.scheduler, { concurrency: 1 })).start()
      await until("a tick was under way", () => seen !== undefined)
      let stopped = false
      const stopping = stop().then(() => {
        stopped = true
      })
      expect(seen?.aborted).toBe(true)
      await pause(everyMs / 2)
      expect(stopped).toBe(false)
      finish()
      await stopping
      await pause(2.5 * everyMs)
      expect(ticks.beganAt).toHaveLength(1)
    },
  },
  {
    title: "is started once however often it is asked, and stopped by one stop",
    async run({ engine, everyMs, until }) {
      const ticks = recordTicks()
      const one = await engine(ticks.scheduler)
      const [stop] = await Promise.all([one.start(), one.start()])
      await until("a round had begun", () => ticks.beganAt.length >= 1)
      await stop()
      const before = ticks.beganAt.length
      await pause(2.5 * everyMs)
      expect(ticks.beganAt).toHaveLength(before)
    },
  },
  {
    title: "goes on when it is started again after a stop",
    async run({ engine, until }) {
      const ticks = recordTicks()
      const one = await engine(ticks.scheduler)
      const stop = await one.start()
      await until("a round had begun", () => ticks.beganAt.length >= 1)
      await stop()
      const before = ticks.beganAt.length
      await one.start()
      await until("two rounds more had begun", () => ticks.beganAt.length >= before + 2)
      // The stop of the run before has nothing left to stop.
      await stop()
      await until("another two had begun", () => ticks.beganAt.length >= before + 4)
    },
  },
]
