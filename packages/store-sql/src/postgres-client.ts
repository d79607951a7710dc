import { createHash } from "node:crypto"
import { HoldfastError } from "@holdfast/core"
import { isAnswer } from "./postgres-faults.js"
import { type Lease, leasedClient, type SqlClient, type SqlResult, type SqlSession } from "./sql-client.js"
import type { Statement } from "./statement.js"

/** The part of a `pg` Pool that is used. */
export interface PostgresPool {
  connect(): Promise<PostgresSession>
  end(): Promise<void>
}

export interface PostgresSession {
  query(query: PostgresQuery): Promise<{ readonly rows: unknown[][]; readonly rowCount: number | null }>
  release(destroy?: boolean): void
  on(event: "error", listener: (error: Error) => void): unknown
  removeListener(event: "error", listener: (error: Error) => void): unknown
}

export interface PostgresQuery {
  readonly text: string
  readonly values?: unknown[]
  readonly rowMode: "array"
  readonly name?: string
}

/** The part of a PGlite database that is used. */
export interface PGliteDatabase extends PGliteSession {
  transaction<Result>(work: (session: PGliteSession) => Promise<Result>): Promise<Result>
}

export interface PGliteSession {
  query(
    sql: string,
    parameters: unknown[],
    options: { rowMode: "array" },
  ): Promise<{ readonly rows: unknown[]; readonly affectedRows?: number | undefined }>
}

/** Where a Postgres server is; as `pg` takes it, and whatever else `pg` takes. */
export interface PostgresConnection {
  readonly connectionString?: string
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database?: string
  readonly ssl?: boolean | object
  /** Sessions at most. Default 10. */
  readonly max?: number
}

interface ClientOptions {
  readonly timeoutMs: number
  readonly mustLast: boolean
  readonly isNamed: boolean
}

/** @see https://www.postgresql.org/docs/current/sql-begin.html */
const begin = ["begin isolation level read committed"]

export function poolClient(
  open: () => PostgresPool | Promise<PostgresPool>,
  isOurs: boolean,
  options: ClientOptions,
): SqlClient {
  const checked = new WeakSet<PostgresSession>()
  const names = new Map<string, string>()
  let pool: PostgresPool | Promise<PostgresPool> | undefined

  const nameOf = (sql: string) => {
    // By content: stores of other prefixes may share the pool, and a name is the session's.
    const name = names.get(sql) ?? `holdfast_${createHash("sha256").update(sql).digest("hex").slice(0, 32)}`
    names.set(sql, name)
    return name
  }

  async function acquire(): Promise<Lease> {
    pool ??= open()
    const session = await (await pool).connect()
    // A session that is cut off says so twice, and pg's pool listens to those at rest only. Sessions of ours have their listener from the start.
    if (!isOurs) session.on("error", ignore)
    const release = (isBroken: boolean) => {
      if (!isOurs && !isBroken) session.removeListener("error", ignore)
      session.release(isBroken)
    }
    const query = async (text: string, values: unknown[], name?: string): Promise<SqlResult> => {
      const { rows, rowCount } = await session.query({ text, values, rowMode: "array", ...(name && { name }) })
      return { rows, changed: rowCount ?? 0 }
    }
    if (options.mustLast && !checked.has(session)) {
      try {
        await makeDurable((text) => query(text, []), isOurs)
      } catch (error) {
        release(!isAnswer(error))
        throw error
      }
      checked.add(session)
    }
    return {
      run: ({ sql, parameters, isReused }, values) =>
        query(sql, parameters(values), options.isNamed && isReused ? nameOf(sql) : undefined),
      exec: (sql) => query(sql, []),
      release,
    }
  }

  return leasedClient({
    acquire,
    begin,
    isAnswer,
    timeoutMs: options.timeoutMs,
    async close() {
      if (isOurs) await (await pool)?.end()
    },
  })
}

/** Postgres in this process: one session, which does one thing after another. */
export function pgliteClient(database: PGliteDatabase, mustLast: boolean): SqlClient {
  let checked: Promise<void> | undefined
  const sessionOn = (on: PGliteSession): SqlSession => {
    const query = async (sql: string, values: unknown[]): Promise<SqlResult> => {
      const { rows, affectedRows = 0 } = await on.query(sql, values, { rowMode: "array" })
      return { rows: rows as unknown[][], changed: affectedRows }
    }
    return {
      run: ({ sql, parameters }: Statement, values) => query(sql, parameters(values)),
      exec: (sql) => query(sql, []),
    }
  }
  const session = sessionOn(database)
  const check = () => {
    checked ??= mustLast ? makeDurable((sql) => session.exec(sql), false) : Promise.resolve()
    return checked
  }
  return {
    async run(statement, values) {
      await check()
      return session.run(statement, values)
    },
    async transaction(work) {
      await check()
      return database.transaction((on) => work(sessionOn(on)))
    },
    async close() {},
  }
}

/** Opens a pool of `pg`. Loaded only here: who brings a pool or PGlite decides what is installed. */
export async function openPool(to: string | PostgresConnection, timeoutMs: number): Promise<PostgresPool> {
  const { default: pg } = (await import("pg").catch(() => {
    throw new HoldfastError("config_invalid", 'postgresStore needs the package "pg": install it, or pass a pool.')
  })) as unknown as { default: { Pool: new (options: object) => PostgresPool & PoolEvents } }
  const where = typeof to === "string" ? { connectionString: to } : to
  const pool = new pg.Pool({ connectionTimeoutMillis: timeoutMs, ...where })
  // Sessions at rest that are cut off are replaced by the pool; nobody else needs to hear of it.
  pool.on("error", ignore)
  // One may be cut off in the very answer that says it is ready, before anybody who waits for it can listen.
  pool.on("connect", (session) => session.on("error", ignore))
  return pool
}

interface PoolEvents {
  on(event: "error", listener: () => void): unknown
  on(event: "connect", listener: (session: PostgresSession) => void): unknown
}

/**
 * An acknowledged commit must be on the disk (R21). Our own sessions are set so; a caller's are only looked at.
 * @see https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT
 */
async function makeDurable(query: (sql: string) => Promise<SqlResult>, isOurs: boolean): Promise<void> {
  const settings = "select current_setting('synchronous_commit'), current_setting('fsync')"
  const [synchronous, flushed] = (await query(settings)).rows[0] ?? []
  if (flushed !== "on") throw loses("fsync", "on, in postgresql.conf")
  if (synchronous !== "off") return
  if (!isOurs) throw loses("synchronous_commit", "on, for the role, the database or the pool's sessions")
  await query("set synchronous_commit = on")
}

function loses(setting: string, advice: string): HoldfastError {
  return new HoldfastError(
    "config_invalid",
    `This Postgres may lose acknowledged writes (${setting} = off): set it ${advice}.`,
    { details: { reason: "not_durable" } },
  )
}

function ignore(): void {}
