import { openPool as openMysql } from "../../packages/store-sql/src/mysql-client.js"
import { openPool as openPostgres } from "../../packages/store-sql/src/postgres-client.js"
import { openDatabase } from "../../packages/store-sql/src/sqlite-handle.js"
import type { Place, StoreName } from "./stores.js"

// The drivers as they are, for what Holdfast is measured against and for filling tables.

export type Row = readonly unknown[]

/** One session, its statements prepared once each. */
export interface Raw {
  /** `?` stands where a value comes. */
  run(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Text that cannot be prepared, or is run once. */
  exec(sql: string): Promise<readonly Row[]>
}

export interface RawPool {
  /** What the driver calls its pool, or its database. */
  readonly driver: object
  /** A session that stays with whoever asked until the pool is closed. */
  session(): Promise<Raw>
  /** A session for the length of `work`. */
  use<Result>(work: (session: Raw) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** @param sessions at most */
export function openRaw({ store, url }: Pick<Place, "store" | "url">, sessions = 10): Promise<RawPool> {
  return openers[store](url, sessions)
}

const openers: Readonly<Record<StoreName, (url: string, sessions: number) => Promise<RawPool>>> = {
  async sqlite(url) {
    const database = openDatabase(url)
    database.exec("PRAGMA synchronous = FULL")
    database.exec("PRAGMA busy_timeout = 10000")
    const raw = sqliteSession(database)
    return {
      driver: database,
      session: async () => raw,
      use: (work) => work(raw),
      close: async () => void database.close(),
    }
  },

  async postgres(url, max) {
    const pool = await openPostgres({ connectionString: url, max }, 10_000)
    const held: { release(): void }[] = []
    const sessions = new WeakMap<object, Raw>()
    const take = async () => {
      const client = await pool.connect()
      const known = sessions.get(client)
      if (known) return { client, raw: known }
      const names = new Map<string, { name: string; text: string }>()
      const raw: Raw = {
        async run(sql, values = []) {
          let query = names.get(sql)
          if (!query) {
            let at = 0
            query = { name: `raw_${names.size}`, text: sql.replace(/\?/g, () => `$${++at}`) }
            names.set(sql, query)
          }
          return (await client.query({ ...query, values: [...values], rowMode: "array" })).rows
        },
        exec: async (text) => (await client.query({ text, rowMode: "array" })).rows,
      }
      sessions.set(client, raw)
      return { client, raw }
    }
    return {
      driver: pool,
      async session() {
        const { client, raw } = await take()
        held.push(client)
        return raw
      },
      async use(work) {
        const { client, raw } = await take()
        try {
          return await work(raw)
        } finally {
          client.release()
        }
      },
      async close() {
        for (const client of held) client.release()
        await pool.end()
      },
    }
  },

  async mysql(url, connectionLimit) {
    const pool = await openMysql({ uri: url, connectionLimit }, 10_000)
    const sessionOn = (on: Awaited<ReturnType<typeof pool.getConnection>>): Raw => ({
      async run(sql, values = []) {
        const parameters = values.map((value) =>
          value === null ? null : value instanceof Uint8Array ? value : String(value),
        )
        return rowsOf((await on.execute({ sql, rowsAsArray: true }, parameters as string[]))[0])
      },
      exec: async (sql) => rowsOf((await on.query({ sql, rowsAsArray: true }))[0]),
    })
    const held: { release(): void }[] = []
    return {
      driver: pool,
      async session() {
        const on = await pool.getConnection()
        held.push(on)
        return sessionOn(on)
      },
      async use(work) {
        const on = await pool.getConnection()
        try {
          return await work(sessionOn(on))
        } finally {
          on.release()
        }
      },
      async close() {
        for (const on of held) on.release()
        await pool.end()
      },
    }
  },
}

const rowsOf = (result: unknown): readonly Row[] => (Array.isArray(result) ? (result as Row[]) : [])

function sqliteSession(database: ReturnType<typeof openDatabase>): Raw {
  const statements = new Map<
    string,
    { isReading: boolean; all(values: unknown[]): Row[]; run(values: unknown[]): unknown }
  >()
  const prepare = (sql: string) => {
    const made = database.prepare(sql) as unknown as {
      readonly reader?: boolean
      raw(): unknown
      all(values: unknown[]): Row[]
      run(values: unknown[]): unknown
    }
    const isReading = made.reader !== false
    if (isReading) made.raw()
    return { isReading, all: (values: unknown[]) => made.all(values), run: (values: unknown[]) => made.run(values) }
  }
  const run = (sql: string, values: readonly unknown[]): readonly Row[] => {
    const statement = statements.get(sql) ?? prepare(sql)
    statements.set(sql, statement)
    if (statement.isReading) return statement.all([...values])
    statement.run([...values])
    return []
  }
  return {
    run: async (sql, values = []) => run(sql, values),
    async exec(sql) {
      database.exec(sql)
      return []
    },
  }
}

/** Adds rows, some hundreds at a time. */
export async function insertAll(
  raw: Raw,
  table: string,
  columns: readonly string[],
  rows: Iterable<Row>,
): Promise<void> {
  const atOnce = Math.floor(10_000 / columns.length)
  const one = `(${columns.map(() => "?").join(", ")})`
  let some: Row[] = []
  const flush = async () => {
    if (some.length === 0) return
    await raw.run(`insert into ${table} (${columns.join(", ")}) values ${some.map(() => one).join(", ")}`, some.flat())
    some = []
  }
  await raw.exec("begin")
  for (const row of rows) if (some.push(row) >= atOnce) await flush()
  await flush()
  await raw.exec("commit")
}
