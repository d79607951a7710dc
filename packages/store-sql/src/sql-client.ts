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

/** A database behind a network; driver's errors come through untranslated. */
export interface SqlClient {
  /** A transaction of its own. A read whose session was cut is asked again on another. */
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

/** Sessions of a pool that a read may find dead, one after another: a server that was started anew leaves all of them so. */
const deadAtMost = 10

/** A client on a pool. Nothing in it waits for longer than it is told: not for a session, not for an answer. */
export function leasedClient({ acquire, begin, isAnswer, timeoutMs, close }: LeasedClientOptions): SqlClient {
  // One promise and one timer a call, since every read of a token is one.
  function use<Result>(limitMs: number, isRead: boolean, work: (lease: Lease) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let lease: Lease | undefined
      let isOver = false
      /** Whether it was not over before. */
      const end = (isBroken: boolean): boolean => {
        if (isOver) return false
        isOver = true
        clearTimeout(timer)
        lease?.release(isBroken)
        return true
      }
      const timer = setTimeout(() => {
        if (end(true)) reject(tooLate(limitMs))
      }, limitMs)
      const run = async (dead: number): Promise<void> => {
        const given = await acquire()
        // Nobody waits for it any more, and it is as good as before.
        if (isOver) return given.release(false)
        lease = given
        try {
          const result = await work(given)
          if (end(false)) resolve(result)
        } catch (error) {
          if (isOver || !isRead || dead >= deadAtMost || isAnswer(error)) throw error
          lease = undefined
          given.release(true)
          return run(dead + 1)
        }
      }
      run(0).catch((error: unknown) => {
        if (end(!isAnswer(error))) reject(error)
      })
    })
  }

  return {
    run: (statement, values) => use(timeoutMs, statement.isRead, (lease) => lease.run(statement, values)),
    transaction: (work, limitMs = timeoutMs) =>
      use(limitMs, false, async (lease) => {
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

function tooLate(ms: number): HoldfastError {
  const message = `The database gave no session or no answer within ${ms} ms: it is away, busy, or the pool is used up.`
  return new HoldfastError("store_unavailable", message, { details: { reason: "timeout" } })
}
