import { HoldfastError, type Logger, type Scheduler, silentLogger, type TickReport } from "@holdfast/core"
import { type ConnectionOptions, type DeduplicationOptions, type KeepJobs, Queue, Worker } from "bullmq"
import { close } from "./close.js"
import { codeOf } from "./code-of.js"

export interface BullmqEngineOptions {
  /** What is due lives in its store; the queue carries nothing but when to look. */
  readonly holdfast: { readonly scheduler: Pick<Scheduler, "tick"> }
  /** As BullMQ takes it: options of ioredis, or an instance of yours (with `maxRetriesPerRequest: null`). */
  readonly connection: ConnectionOptions
  /** Name of the queue, for Holdfast alone. Default: `holdfast`. */
  readonly queue?: string
  /** Before the names of BullMQ's keys. Default: BullMQ's own, `bull`. */
  readonly prefix?: string
  /** How often what is due is looked for, by all processes together, milliseconds. Default: 15 000. */
  readonly everyMs?: number
  /** How many ticks run at once in this process. Default: 4. */
  readonly concurrency?: number
  /** How many due rows a tick claims: one slice. Default: 200. */
  readonly limit?: number
  /** How many slices of a backlog are worked on at once, by all processes together. Default: 16. */
  readonly slices?: number
  /** Default: silent. */
  readonly logger?: Logger
}

export interface BullmqEngine {
  /**
   * Works on the queue in this process until it is stopped; a second call while it runs starts nothing more. Does not wait for Redis, which may come later.
   * Answers what stops it: nothing new is begun, and the promise settles when the ticks under way have ended. Each ends with the rows that it is working on;
   * what else it claimed comes due again after two minutes.
   */
  start(): Promise<() => Promise<void>>
}

/** The last of each are kept for whoever looks at the queue. */
const kept: { readonly removeOnComplete: KeepJobs; readonly removeOnFail: KeepJobs } = {
  removeOnComplete: { count: 100 },
  removeOnFail: { count: 100 },
}

/**
 * The scheduler's work on BullMQ: one round a period however many processes have started one, and as many slices at once as a backlog needs, in all of them.
 * @throws HoldfastError `config_invalid`
 */
export function bullmqEngine(options: BullmqEngineOptions): BullmqEngine {
  for (const name of ["everyMs", "concurrency", "limit", "slices"] as const) {
    const value = options[name] ?? 1
    if (!Number.isInteger(value) || value < 1)
      throw new HoldfastError("config_invalid", `\`${name}\` of the engine must be a whole number above 0.`)
  }
  let running: Promise<() => Promise<void>> | undefined
  return {
    async start() {
      running ??= begin(options)
      const mine = running
      const stop = await mine
      return async () => {
        if (running === mine) running = undefined
        await stop()
      }
    },
  }
}

async function begin(options: BullmqEngineOptions): Promise<() => Promise<void>> {
  const { holdfast, connection, prefix, queue: name = "holdfast" } = options
  const { everyMs = 15_000, concurrency = 4, limit = 200, slices = 16, logger = silentLogger } = options
  const stopping = new AbortController()
  const shared = { connection, ...(prefix !== undefined && { prefix }) }
  const queue = new Queue(name, { ...shared, defaultJobOptions: kept })
  const underWay = new Set<Promise<unknown>>()
  const worker = new Worker(name, track, { ...shared, concurrency })
  // BullMQ would write to the console what has no listener.
  queue.on("error", (error) => warn("the engine has trouble with Redis", error))
  worker.on("error", (error) => warn("the engine has trouble with Redis", error))

  async function track(): Promise<TickReport | undefined> {
    if (stopping.signal.aborted) return undefined
    const job = work().finally(() => underWay.delete(job))
    underWay.add(job)
    return await job
  }

  /** One slice of what is due. What it answers and throws is kept in Redis: numbers and a code, no more. */
  async function work(): Promise<TickReport> {
    const report = await holdfast.scheduler.tick({ limit, signal: stopping.signal }).catch((error: unknown) => {
      warn("a tick failed; the next round goes on", error)
      throw new Error(`the tick failed: ${codeOf(error)}`)
    })
    // A full slice means that there is more: every free worker is to take one at once. One under way is added again, or those that end together would leave none.
    if (report.claimed >= limit) await add("slice", sliceIds, { keepLastIfActive: true })
    return report
  }

  /** Adds jobs, but for those that are there already. */
  async function add(job: string, ids: readonly string[], unless: Omit<DeduplicationOptions, "id">): Promise<void> {
    if (stopping.signal.aborted) return
    const opts = (id: string) => ({ deduplication: { id, ...unless } })
    await queue
      .addBulk(ids.map((id) => ({ name: job, data: {}, opts: opts(id) })))
      .catch((error: unknown) => warn("the engine could not add a job", error))
  }

  const sliceIds = Array.from({ length: slices }, (_, at) => `slice-${at}`)

  // Every process proposes rounds, and Redis takes one a period. With a job scheduler of BullMQ each job makes the next: one that is lost would end them all.
  let proposing = false
  async function propose(): Promise<void> {
    if (proposing) return
    proposing = true
    await add("round", ["round"], { ttl: Math.ceil(everyMs * 0.9) })
    proposing = false
  }
  void propose()
  const beat = setInterval(propose, everyMs / 2)

  function warn(message: string, error: unknown): void {
    if (!stopping.signal.aborted) logger.warn(message, { queue: name, code: codeOf(error) })
  }

  let stopped: Promise<void> | undefined
  return () => {
    stopping.abort()
    clearInterval(beat)
    stopped ??= close(worker, queue, underWay)
    return stopped
  }
}
