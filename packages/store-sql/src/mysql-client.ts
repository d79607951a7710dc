import { HoldfastError } from "@holdfast/core"
import { isAnswer } from "./mysql-faults.js"
import { type Lease, leasedClient, type SqlClient, type SqlResult } from "./sql-client.js"

/** The part of a mysql2 pool that is used; of mysql2/promise, or an older one that has `promise()`. */
export interface MysqlPool {
  getConnection(): Promise<MysqlSession>
  end(): Promise<void>
}

/** A pool of plain mysql2. */
export interface MysqlCallbackPool {
  promise(): MysqlPool
}

export interface MysqlSession {
  /** What mysql2/promise wraps: one object for as long as the session lives. */
  readonly connection: object
  execute(query: MysqlQuery, values: (string | null)[]): Promise<[unknown, unknown]>
  query(query: MysqlQuery): Promise<[unknown, unknown]>
  release(): void
  destroy(): void
}

export interface MysqlQuery {
  readonly sql: string
  readonly rowsAsArray: true
}

/** Where a MySQL or MariaDB server is; as mysql2 takes it, and whatever else mysql2 takes. */
export interface MysqlConnection {
  readonly uri?: string
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database?: string
  readonly ssl?: string | object
  /** Sessions at most. Default 10. */
  readonly connectionLimit?: number
}

interface ClientOptions {
  readonly timeoutMs: number
  readonly mustLast: boolean
}

// For the next transaction alone, so that a caller's session stays as it is.
const begin = ["set transaction isolation level read committed", "start transaction"]

export function mysqlClient(
  open: () => MysqlPool | Promise<MysqlPool>,
  isOurs: boolean,
  options: ClientOptions,
): SqlClient {
  const checked = new WeakSet<object>()
  let pool: MysqlPool | Promise<MysqlPool> | undefined

  async function acquire(): Promise<Lease> {
    pool ??= open()
    const session = await (await pool).getConnection()
    const release = (isBroken: boolean) => (isBroken ? session.destroy() : session.release())
    const lease: Lease = {
      async run({ sql, parameters }, values) {
        const [result] = await session.execute({ sql, rowsAsArray: true }, parameters(values).map(toParameter))
        return toResult(result)
      },
      // Some statements cannot be prepared.
      exec: async (sql) => toResult((await session.query({ sql, rowsAsArray: true }))[0]),
      release,
    }
    if (!checked.has(session.connection)) {
      try {
        await makeFit(lease, isOurs, options.mustLast)
      } catch (error) {
        release(!isAnswer(error))
        throw error
      }
      checked.add(session.connection)
    }
    return lease
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

/** Opens a pool of mysql2. Loaded only here: who brings a pool decides what is installed. */
export async function openPool(to: string | MysqlConnection, timeoutMs: number): Promise<MysqlPool> {
  const { createPool } = (await import("mysql2/promise").catch(() => {
    throw new HoldfastError("config_invalid", 'mysqlStore needs the package "mysql2": install it, or pass a pool.')
  })) as unknown as { createPool(options: object): MysqlPool }
  const where = typeof to === "string" ? { uri: to } : to
  return createPool({ connectTimeout: timeoutMs, ...where, charset: "utf8mb4_bin" })
}

/** Integers as text: mysql2 would send them as floating point, which LIMIT does not take. The server reads them as integers again. */
function toParameter(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** Names are stored as bytes, so that the server compares bytes; here they are text again. */
function toResult(result: unknown): SqlResult {
  if (Array.isArray(result)) {
    const rows = (result as unknown[][]).map((row) =>
      row.map((value) => (value instanceof Uint8Array ? String(value) : value)),
    )
    return { rows, changed: 0 }
  }
  const { affectedRows = 0, insertId = 0 } = (result ?? {}) as { affectedRows?: number; insertId?: number }
  return { rows: [], changed: affectedRows, insertId }
}

const settings = [
  "autocommit",
  "sql_mode",
  "character_set_client",
  "innodb_flush_log_at_trx_commit",
  "log_bin",
  "sync_binlog",
]

/**
 * An acknowledged commit must be on the disk (R21), and a value stored whole or refused. Sessions of ours are set so where a session can be.
 * @see https://dev.mysql.com/doc/refman/8.0/en/innodb-parameters.html#sysvar_innodb_flush_log_at_trx_commit
 * @see https://mariadb.com/kb/en/innodb-system-variables/#innodb_flush_log_at_trx_commit
 */
async function makeFit(lease: Lease, isOurs: boolean, mustLast: boolean): Promise<void> {
  if (isOurs)
    await lease.exec("set autocommit = 1, sql_mode = concat_ws(',', nullif(@@sql_mode, ''), 'STRICT_TRANS_TABLES')")
  const { rows } = await lease.exec(`select ${settings.map((name) => `@@${name}`).join(", ")}`)
  const [autocommit, mode, charset, flush, binlog, syncBinlog] = (rows[0] ?? []).map(String)
  if (autocommit !== "1")
    throw unfit("autocommit is off in its sessions, so nothing would be committed: set autocommit = 1")
  if (!/STRICT_(TRANS|ALL)_TABLES/.test(mode ?? ""))
    throw unfit("it cuts off what is too long: add STRICT_TRANS_TABLES to sql_mode")
  if (charset !== "utf8mb4") throw unfit(`its sessions speak ${charset}: set charset "utf8mb4" on the pool`)
  if (!mustLast) return
  if (flush !== "1")
    throw unfit(`acknowledged writes may be lost: set innodb_flush_log_at_trx_commit = 1 (it is ${flush})`)
  if (binlog === "1" && syncBinlog !== "1")
    throw unfit(`acknowledged writes may be lost: set sync_binlog = 1 (it is ${syncBinlog})`)
}

function unfit(why: string): HoldfastError {
  return new HoldfastError("config_invalid", `This MySQL or MariaDB cannot be used: ${why}.`, {
    details: { reason: "not_durable" },
  })
}
