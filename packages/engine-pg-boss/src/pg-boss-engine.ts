import { HoldfastError, type Logger, type Scheduler, silentLogger } from "@holdfast/core"
import type { Boss } from "./boss.js"
import { bossQueue } from "./boss-queue.js"
import { codeOf } from "./code-of.js"
import { ensureQueue } from "./ensure-queue.js"
import { startJobLoop } from "./job-loop.js"

export interface PgBossEngineOptions {
  /** What is due lives in its store; the queue carries nothing but when to look. */
  readonly holdfast: { readonly scheduler: Pick<Scheduler, "tick"> }
  /** Yours, started. It stays yours: stop the engine first, then it. */
  readonly boss: Boss
  /** Name of the queue, for Holdfast alone; one engine on it in a process. Default: `holdfast`. */
  readonly queue?: string
  /** How often what is due is looked for, by all processes together, milliseconds; whole seconds. Default: 15 000. */
  readonly everyMs?: number
  /** How many ticks run at once in this process. Default: 4. */
  readonly concurrency?: number
  /** How many due rows a tick claims: one slice. Default: 200. */
  readonly limit?: number
  /** How many slices of a backlog wait at once for a free worker of any process. Default: 16. */
  readonly slices?: number
  /** Default: silent. */
  readonly logger?: Logger
}

export interface PgBossEngine {
  /**
   * Works on the queue in this process until it is stopped; a second call while it runs starts nothing more. Makes the queue if there is none.
   * Answers what stops it: nothing new is begun, and the promise settles when the ticks under way have ended. Each ends with the rows that it is working on;
   * what else it claimed comes due again after two minutes.
   * @throws HoldfastError `store_unavailable` when pg-boss cannot be used, as before it is started; `config_invalid` when the queue is one of another policy
   */
  start(): Promise<() => Promise<void>>
}

/**
 * The scheduler's work on pg-boss: one round a period however many processes have started one, and as many slices at once as a backlog needs, in all of them.
 * @throws HoldfastError `config_invalid`
 */
export function pgBossEngine(options: PgBossEngineOptions): PgBossEngine {
  for (const name of ["everyMs", "concurrency", "limit", "slices"] as const) {
    const value = options[name] ?? 1_000
    if (!Number.isInteger(value) || value < 1 || (name === "everyMs" && value % 1_000 !== 0))
      throw new HoldfastError(
        "config_invalid",
        `\`${name}\` of the engine must be a whole number${name === "everyMs" ? " of seconds" : ""} above 0.`,
      )
  }
  let running: Promise<() => Promise<void>> | undefined
  return {
    async start() {
      running ??= begin(options)
      const mine = running
      const forget = () => {
        if (running === mine) running = undefined
      }
      const stop = await mine.catch((error: unknown) => {
        forget()
        throw error
      })
      return async () => {
        forget()
        await stop()
      }
    },
  }
}

async function begin(options: PgBossEngineOptions): Promise<() => Promise<void>> {
  const { holdfast, boss, queue: name = "holdfast", logger = silentLogger } = options
  const { everyMs = 15_000, concurrency = 4, limit = 200, slices = 16 } = options
  await ensureQueue(boss, name)
  const stopping = new AbortController()
  const queue = bossQueue(boss, name, warn)
  const sliceKeys = Array.from({ length: slices }, (_, at) => `slice-${at}`)

  function warn(message: string, code: string): void {
    if (!stopping.signal.aborted) logger.warn(message, { queue: name, code })
  }

  /** One slice of what is due. What it answers and throws is kept in the database: numbers and a code, no more. */
  async function work(id: string): Promise<void> {
    if (stopping.signal.aborted) return await queue.end(id, "fail", { code: "stopped" })
    try {
      const report = await holdfast.scheduler.tick({ limit, signal: stopping.signal })
      // A full slice means that there is more: every free worker is to take one at once.
      if (report.claimed >= limit && !stopping.signal.aborted) {
        await queue.add(sliceKeys)
        jobs.poke()
      }
      await queue.end(id, "complete", report)
    } catch (error) {
      const code = codeOf(error)
      warn("a tick failed; the next round goes on", code)
      await queue.end(id, "fail", { code })
    }
  }

  // Not `boss.work`: version 10 lets the process die when the database is away just as a job ends.
  const jobs = startJobLoop({ concurrency, pollMs: Math.min(2_000, everyMs / 4), take: queue.take, work })

  // Every process proposes a round, and the database takes one for each slot of its own clock. Twice a period, so that no slot goes by.
  const propose = () => queue.add(["round"], everyMs / 1_000)
  void propose()
  const beat = setInterval(propose, everyMs / 2)

  return () => {
    stopping.abort()
    clearInterval(beat)
    return jobs.stop()
  }
}
