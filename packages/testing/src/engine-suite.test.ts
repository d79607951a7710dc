import type { TickReport } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { type EngineInstance, engineCases, engineSuite, type StartableEngine, tryEngine } from "./engine-suite.js"
import { pause } from "./engine-suite-ticks.js"

interface Job {
  readonly key: string
  readonly data: unknown
}

/** What an engine's server would hold. */
interface Held {
  readonly waiting: Job[]
  readonly underWay: Set<string>
  readonly ended: unknown[]
  lastRoundAt: number
}

/** Ways in which an engine can be wrong. */
interface Flaws {
  readonly hasItsOwnSchedule?: boolean
  readonly neverSlices?: boolean
  readonly slicesWithoutBound?: boolean
  /** So that none is left when all under way end at once. */
  readonly countsSlicesUnderWay?: boolean
  readonly looksTwice?: boolean
  readonly ignoresLimit?: boolean
  readonly stopsAtOnce?: boolean
  readonly goesOnWhenStopped?: boolean
  readonly startsTwice?: boolean
  readonly startsOnlyOnce?: boolean
  readonly diesOfErrors?: boolean
  readonly keepsErrors?: boolean
  readonly schedulesAtStartOnly?: boolean
}

/** An engine whose queue is a few lists of this process. */
function memoryEngine(held: Held, { holdfast, everyMs, concurrency, limit, slices }: EngineInstance, flaws: Flaws) {
  const own: Held = { waiting: [], underWay: new Set(), ended: [], lastRoundAt: Number.NEGATIVE_INFINITY }
  const rounds = flaws.hasItsOwnSchedule ? own : held
  let running: (() => Promise<void>) | undefined
  let starts = 0

  function begin(): () => Promise<void> {
    const stopping = new AbortController()
    const underWay = new Set<Promise<void>>()
    let isDead = false

    async function work({ key: own, data }: Job): Promise<void> {
      const isThere = (key: string) =>
        held.waiting.some((job) => job.key === key) || (flaws.countsSlicesUnderWay === true && held.underWay.has(key))
      try {
        held.underWay.add(own)
        const tick = (): Promise<TickReport> =>
          holdfast.scheduler.tick({ limit: flaws.ignoresLimit ? 1_000 : limit, signal: stopping.signal })
        const report = await tick()
        if (flaws.looksTwice) await tick()
        held.ended.push({ ...report, data })
        if (report.claimed < limit || stopping.signal.aborted || flaws.neverSlices) return
        for (let at = 0; at < slices; at++) {
          const key = `slice-${flaws.slicesWithoutBound ? Math.random() : at}`
          if (!isThere(key)) held.waiting.push({ key, data: {} })
        }
      } catch (error) {
        held.ended.push(flaws.keepsErrors ? (error as Error).message : "failed")
        if (flaws.diesOfErrors) isDead = true
      } finally {
        // A server hears of a job's end a moment later.
        await pause(1)
        held.underWay.delete(own)
      }
    }

    function look(): void {
      if (isDead) return
      const now = performance.now()
      if (now - rounds.lastRoundAt >= everyMs * 0.95 && !(flaws.schedulesAtStartOnly && held.lastRoundAt > 0)) {
        rounds.lastRoundAt = now
        held.waiting.push({ key: "round", data: {} })
      }
      while (underWay.size < concurrency) {
        const job = held.waiting.shift()
        if (!job) return
        const done = work(job).finally(() => underWay.delete(done))
        underWay.add(done)
      }
    }

    look()
    const timer = setInterval(look, 10)
    return async () => {
      stopping.abort()
      if (!flaws.goesOnWhenStopped) clearInterval(timer)
      if (!flaws.stopsAtOnce) await Promise.all(underWay)
    }
  }

  return {
    async start() {
      if (flaws.startsOnlyOnce && starts++ > 0) return async () => {}
      if (running && !flaws.startsTwice) return running
      const stop = begin()
      const mine = async () => {
        if (running === mine) running = undefined
        await stop()
      }
      running = mine
      return mine
    },
  } satisfies StartableEngine
}

function options(flaws: Flaws = {}) {
  return {
    name: "an engine in memory",
    server: "tcp://127.0.0.1:9",
    everyMs: 100,
    create() {
      const held: Held = { waiting: [], underWay: new Set(), ended: [], lastRoundAt: Number.NEGATIVE_INFINITY }
      return {
        engine: (instance: EngineInstance) => memoryEngine(held, instance, flaws),
        processArguments: [],
        waiting: async () => held.waiting.length,
        stored: async () => held,
        async wipe() {
          held.waiting.length = 0
        },
        close: () => pause(0),
      }
    },
  }
}

const reason = "it is in this process alone"
engineSuite({
  ...options(),
  skip: [
    { test: "goes on when the process that worked is killed in the middle of a tick", reason },
    { test: "goes on after its connections were cut, and after its server was away", reason },
    { test: "can be stopped while its server is away, once the tick under way has ended", reason },
  ],
})

describe("engineSuite", () => {
  it("refuses to skip a test it does not have", () => {
    expect(() => engineSuite({ ...options(), skip: [{ test: "no such test", reason }] })).toThrow("no such test")
  })
})

describe.concurrent("engineSuite finds an engine that", () => {
  it.each<[keyof Flaws, string]>([
    ["hasItsOwnSchedule", "runs one round a period for four instances together, and asks no more while nothing is due"],
    ["looksTwice", "runs one round a period for four instances together, and asks no more while nothing is due"],
    ["ignoresLimit", "hands its limit and a signal to each tick"],
    ["stopsAtOnce", "ends the tick under way when it is stopped, and starts nothing new"],
    ["goesOnWhenStopped", "ends the tick under way when it is stopped, and starts nothing new"],
    ["startsTwice", "is started once however often it is asked, and stopped by one stop"],
    ["startsOnlyOnce", "goes on when it is started again after a stop"],
    [
      "neverSlices",
      "works a backlog off by slices in two instances at once, refreshes each connection once, and keeps nothing of them",
    ],
    ["countsSlicesUnderWay", "goes on with a backlog when all slices under way end at the same moment"],
    ["slicesWithoutBound", "has no more jobs than slices waiting, however long the backlog is"],
    ["diesOfErrors", "goes on after ticks that fail, and keeps none of their words"],
    ["keepsErrors", "goes on after ticks that fail, and keeps none of their words"],
    ["schedulesAtStartOnly", "goes on after its store has lost everything of the queue"],
  ])("%s", async (flaw, title) => {
    const found = engineCases.find((one) => one.title === title)
    await expect(tryEngine(options({ [flaw]: true }), found?.run ?? (() => Promise.resolve()))).rejects.toThrow()
  })
})
