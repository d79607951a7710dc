import {
  HoldfastError,
  isHoldfastError,
  type Logger,
  type Scheduler,
  silentLogger,
  type TickReport,
} from "@holdfast/core"
import type { Boss } from "./boss.js"
import { codeOf } from "./code-of.js"
import { ensureQueue } from "./ensure-queue.js"

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
  const { holdfast, boss, queue = "holdfast", logger = silentLogger } = options
  const { everyMs = 15_000, concurrency = 4, limit = 200, slices = 16 } = options
  const stopping = new AbortController()
  const workers: string[] = []
  const underWay = new Set<Promise<unknown>>()

  /** One slice of what is due. What comes back and what is thrown is kept in the database: numbers and a code, no more. */
  async function work(): Promise<TickReport> {
    const report = await holdfast.scheduler.tick({ limit, signal: stopping.signal }).catch((error: unknown) => {
      warn("a tick failed; the next round goes on", error)
      throw new Error(`the tick failed: ${codeOf(error)}`)
    })
    // A full slice means that there is more: every free worker is to take one at once.
    if (report.claimed >= limit && !stopping.signal.aborted) {
      await Promise.all(sliceKeys.map((singletonKey) => send({ singletonKey })))
      for (const id of workers) boss.notifyWorker(id)
    }
    return report
  }

  const sliceKeys = Array.from({ length: slices }, (_, at) => `slice-${at}`)

  async function send(job: { singletonKey: string; singletonSeconds?: number }): Promise<void> {
    await boss
      .send(queue, {}, { ...job, retryLimit: 0 })
      .catch((error: unknown) => warn("the engine could not send a job", error))
  }

  // Every process proposes a round, and the database takes one for each slot of its own clock. Twice a period, so that no slot goes by.
  let proposal: Promise<void> | undefined
  function propose(): void {
    proposal ??= send({ singletonKey: "round", singletonSeconds: everyMs / 1_000 }).finally(() => {
      proposal = undefined
    })
  }

  function warn(message: string, error: unknown): void {
    if (!stopping.signal.aborted) logger.warn(message, { queue, code: codeOf(error) })
  }

  const tracked = () => {
    const tick = work().finally(() => underWay.delete(tick))
    underWay.add(tick)
    return tick
  }
  const pollingIntervalSeconds = Math.min(2, Math.max(0.5, everyMs / 4_000))
  try {
    await ensureQueue(boss, queue)
    for (let at = 0; at < concurrency; at++) workers.push(await boss.work(queue, { pollingIntervalSeconds }, tracked))
  } catch (error) {
    if (isHoldfastError(error)) throw error
    const details = { reason: codeOf(error) }
    throw new HoldfastError("store_unavailable", "pg-boss could not be used: is it started?", { details })
  }
  propose()
  const beat = setInterval(propose, everyMs / 2)

  let stopped: Promise<void> | undefined
  async function stop(): Promise<void> {
    stopping.abort()
    clearInterval(beat)
    await boss.offWork(queue).catch((error: unknown) => warn("the engine's workers could not be stopped", error))
    await Promise.allSettled([...underWay, proposal])
  }
  return () => {
    stopped ??= stop()
    return stopped
  }
}
