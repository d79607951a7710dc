import { HoldfastError } from "@holdfast/core"
import type { Statement } from "./statement.js"

export interface SqlResult {
  readonly rows: readonly (readonly unknown[])[]
  /** Rows that were changed. */
  readonly changed: number
  /** What MySQL calls the id of an insert. */
  readonly insertId?: number
}

type Values = Readonly<Record<string, unknown>>

/** One session at the server, ours alone for a while. */
export interface SqlSession {
  run(statement: Statement, values: Values): Promise<SqlResult>
  exec(sql: string): Promise<SqlResult>
}

/** A database behind a network. Each `run` is a transaction of its own; driver's errors come through untranslated. */
export interface SqlClient {
  run(statement: Statement, values: Values): Promise<SqlResult>
  /** Committed when `work` is through, rolled back when it throws. */
  transaction<Result>(work: (session: SqlSession) => Promise<Result>, timeoutMs?: number): Promise<Result>
  close(): Promise<void>
}

/** A session taken out of a pool. */
export interface Lease extends SqlSession {
  /** Gives it back; a broken one is closed, since an answer may still be under way on it. */
  release(isBroken: boolean): void
}

export interface LeasedClientOptions {
  acquire(): Promise<Lease>
  /** Begins a transaction in which each statement sees what was committed before it. */
  readonly begin: readonly string[]
  /** Whether the server itself answered with this error, so that its session is still good. */
  isAnswer(error: unknown): boolean
  readonly timeoutMs: number
  close(): Promise<void>
}

/** A client on a pool. Nothing in it waits for longer than it is told: not for a session, not for an answer. */
export function leasedClient({ acquire, begin, isAnswer, timeoutMs, close }: LeasedClientOptions): SqlClient {
  async function use<Result>(limitMs: number, work: (lease: Lease) => Promise<Result>): Promise<Result> {
    const limit = deadline(limitMs)
    try {
      const lease = await limit.race(acquire(), (late) => late.release(false))
      let isBroken = true
      try {
        const result = await limit.race(work(lease))
        isBroken = false
        return result
      } catch (error) {
        isBroken = !isAnswer(error)
        throw error
      } finally {
        lease.release(isBroken)
      }
    } finally {
      limit.clear()
    }
  }

  return {
    run: (statement, values) => use(timeoutMs, (lease) => lease.run(statement, values)),
    transaction: (work, limitMs = timeoutMs) =>
      use(limitMs, async (lease) => {
        try {
          for (const sql of begin) await lease.exec(sql)
          const result = await work(lease)
          await lease.exec("commit")
          return result
        } catch (error) {
          if (isAnswer(error)) await lease.exec("rollback")
          throw error
        }
      }),
    close,
  }
}

function deadline(ms: number) {
  let fail: (error: HoldfastError) => void
  const passed = new Promise<never>((_, reject) => {
    fail = reject
  })
  passed.catch(() => {})
  const timer = setTimeout(() => {
    const message = `The database gave no session or no answer within ${ms} ms: it is away, busy, or the pool is used up.`
    fail(new HoldfastError("store_unavailable", message, { details: { reason: "timeout" } }))
  }, ms)
  return {
    /** What comes too late is handed to `late`. */
    async race<Value>(work: Promise<Value>, late?: (value: Value) => void): Promise<Value> {
      let isOver = false
      const watched = work.then((value) => {
        if (isOver) late?.(value)
        return value
      })
      watched.catch(() => {})
      try {
        return await Promise.race([watched, passed])
      } catch (error) {
        isOver = true
        throw error
      }
    },
    clear: () => clearTimeout(timer),
  }
}
