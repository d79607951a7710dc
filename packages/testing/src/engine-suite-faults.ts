import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { expect } from "vitest"
import { createCanary } from "./canary.js"
import type { EngineCase } from "./engine-suite.js"
import { pause, recordTicks } from "./engine-suite-ticks.js"

export const faultCases: readonly EngineCase[] = [
  {
    title: "goes on after ticks that fail, and keeps none of their words",
    async run({ engine, stored, until }) {
      const canary = createCanary()
      const secret = canary.plant("what an error says")
      const ticks = recordTicks((at) => {
        if (at <= 3) throw new Error(`the provider refused ${secret}`)
        return 0
      })
      await (await engine(ticks.scheduler)).start()
      await until("rounds went on after three that failed", () => ticks.beganAt.length >= 5)
      canary.look("the engine's store", JSON.stringify(await stored()))
      expect(canary.found()).toEqual([])
    },
  },
  {
    title: "goes on when the process that worked is killed in the middle of a tick",
    async run({ engine, processArguments, until }) {
      const child = spawn(process.execPath, processArguments, { stdio: ["ignore", "pipe", "inherit"] })
      const ended = once(child, "exit")
      try {
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
        expect(await lines.next()).toMatchObject({ value: "tick" })
      } finally {
        child.kill("SIGKILL")
        await ended
      }
      const ticks = recordTicks()
      await (await engine(ticks.scheduler, { concurrency: 1 })).start()
      await until("another process had taken over for three rounds", () => ticks.beganAt.length >= 3)
    },
  },
  {
    title: "goes on after its connections were cut, and after its server was away",
    async run({ engine, address, everyMs, until }) {
      const ticks = recordTicks()
      await (await engine(ticks.scheduler)).start()
      for (const awayMs of [0, 2 * everyMs]) {
        const before = ticks.beganAt.length
        await until("two rounds had begun", () => ticks.beganAt.length >= before + 2)
        await address.break()
        const then = ticks.beganAt.length
        await pause(awayMs)
        expect(ticks.beganAt.length).toBeLessThanOrEqual(then + 1)
        await address.mend()
      }
      const before = ticks.beganAt.length
      await until("two rounds more had begun", () => ticks.beganAt.length >= before + 2)
    },
  },
  {
    title: "can be stopped while its server is away, once the tick under way has ended",
    async run({ engine, address, until }) {
      let finish: (() => void) | undefined
      const ticks = recordTicks(
        () =>
          new Promise((resolve) => {
            finish = () => resolve(0)
          }),
      )
      const stop = await (await engine(ticks.scheduler, { concurrency: 1 })).start()
      await until("a tick was under way", () => finish !== undefined)
      await address.break()
      let stopped = false
      const stopping = stop().then(() => {
        stopped = true
      })
      await pause(1_500)
      expect(stopped).toBe(false)
      finish?.()
      await stopping
      expect(ticks.beganAt).toHaveLength(1)
      await address.mend()
    },
  },
  {
    title: "goes on after its store has lost everything of the queue",
    async run({ engine, wipe, until }) {
      const ticks = recordTicks()
      await (await engine(ticks.scheduler)).start()
      await until("a round had begun", () => ticks.beganAt.length >= 1)
      await wipe()
      const before = ticks.beganAt.length
      await until("three rounds more had begun", () => ticks.beganAt.length >= before + 3)
    },
  },
]
