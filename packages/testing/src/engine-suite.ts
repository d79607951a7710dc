import type { Scheduler } from "@holdfast/core"
import { describe, it } from "vitest"
import { type BreakableAddress, breakableAddress } from "./engine-suite-address.js"
import { backlogCases } from "./engine-suite-backlog.js"
import { faultCases } from "./engine-suite-faults.js"
import { roundCases } from "./engine-suite-rounds.js"
import { patience, pause, type Until } from "./engine-suite-ticks.js"

/** What one instance of an engine is made with. */
export interface EngineInstance {
  readonly holdfast: { readonly scheduler: Pick<Scheduler, "tick"> }
  readonly everyMs: number
  readonly concurrency: number
  readonly limit: number
  /** The most slices of a backlog that wait or are worked on at once. */
  readonly slices: number
}

/** An engine as a third party's package exports it. */
export interface StartableEngine {
  /** Answers what stops it. */
  start(): Promise<() => Promise<void>>
}

/** A queue with nothing in it, made for one test. */
export interface EngineUnderTest {
  /** Makes an instance on the queue, as another process has it: on connections of its own, which end with `close`. */
  engine(instance: EngineInstance): Promise<StartableEngine> | StartableEngine
  /**
   * What Node is started with so that a process of its own runs an instance on the queue with `concurrency: 1` and the suite's `everyMs`, whose tick writes
   * `tick` and a line feed to standard output and never ends.
   */
  readonly processArguments: readonly string[]
  /** How many jobs wait for a worker. */
  waiting(): Promise<number>
  /** Everything that the engine's own store holds of the queue, jobs that have ended included. */
  stored(): Promise<unknown>
  /** Takes everything that the queue has out of the engine's store. */
  wipe(): Promise<void>
  /** Called once, after every instance was stopped. */
  close(): Promise<void>
}

export interface EngineSuiteOptions {
  readonly name: string
  /** URL of the server on which the engine keeps its jobs, with its port. */
  readonly server: string
  /** The period of every instance, milliseconds. Default: 1 000. The tests take several. */
  readonly everyMs?: number
  /** `url` leads to the server: every instance connects through it, so that the suite can take the server away. */
  create(url: string): Promise<EngineUnderTest> | EngineUnderTest
  /** What this engine does not hold, by title, and why. An unknown title fails. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[]
}

/** What a case is tried with. */
export interface EngineTrial extends Omit<EngineUnderTest, "close" | "engine"> {
  readonly everyMs: number
  /** Where its server is found, until it is taken away. */
  readonly address: BreakableAddress
  readonly until: Until
  /** Makes an instance; whatever it started is stopped after the test. */
  engine(scheduler: Pick<Scheduler, "tick">, facts?: Partial<EngineInstance>): Promise<StartableEngine>
}

/** One sentence of what an engine promises, and how it is tried. */
export interface EngineCase {
  readonly title: string
  run(given: EngineTrial): Promise<void>
}

/** Everything that an engine promises. */
export const engineCases: readonly EngineCase[] = [...roundCases, ...backlogCases, ...faultCases]

/**
 * Registers vitest tests that hold an engine to what ours promise: one round a period for all processes, slices of a backlog in parallel, and a schedule that
 * no crash, outage or error ends. They run side by side and in real time, since an engine's clock is that of its store.
 * @example
 * engineSuite({ name: "bullmqEngine", server: "redis://127.0.0.1:6379", create: (url) => aQueueOfItsOwn(url) })
 */
export function engineSuite(options: EngineSuiteOptions): void {
  const reasons = new Map(options.skip?.map(({ test, reason }) => [test, reason]))
  for (const title of reasons.keys()) {
    if (!engineCases.some((one) => one.title === title)) throw new Error(`engineSuite has no test "${title}" to skip.`)
  }
  describe.concurrent(`${options.name} is an engine that`, { timeout: 60_000 }, () => {
    for (const { title, run } of engineCases) {
      const reason = reasons.get(title)
      if (reason === undefined) it(title, () => tryEngine(options, run))
      else it.skip(`${title} (skip: ${reason})`, () => {})
    }
  })
}

/** Runs one case on a queue of its own, and leaves nothing running. */
export async function tryEngine(options: EngineSuiteOptions, run: EngineCase["run"]): Promise<void> {
  const { everyMs = 1_000 } = options
  const address = await breakableAddress(options.server)
  const under = await options.create(address.url)
  const stops: (() => Promise<void>)[] = []
  try {
    await run({
      ...under,
      everyMs,
      address,
      until: patience(Math.max(10_000, 20 * everyMs)),
      async engine(scheduler, facts) {
        const ordinary = { holdfast: { scheduler }, everyMs, concurrency: 2, limit: 4, slices: 4 }
        const engine = await under.engine({ ...ordinary, ...facts })
        return {
          async start() {
            const stop = await engine.start()
            stops.push(stop)
            return stop
          },
        }
      },
    })
  } finally {
    await Promise.race([Promise.allSettled(stops.map((stop) => stop())), pause(10_000)])
    await under.close()
    await address.break()
  }
}
