import { createRequire } from "node:module"
import { HoldfastError } from "@holdfast/core"
import type { Statement } from "./statement.js"

/** The part of a SQLite driver that is used: better-sqlite3, libsql and `node:sqlite` have it. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
  /** Whether a transaction is open; better-sqlite3 and libsql. */
  readonly inTransaction?: boolean
  /** The same; `node:sqlite`. */
  readonly isTransaction?: boolean
}

export interface SqliteStatement {
  all(...parameters: never[]): unknown[]
  get(...parameters: never[]): unknown
  run(...parameters: never[]): { readonly changes: number | bigint }
  /** Rows as arrays from here on. Where it is missing, they come as objects. */
  raw?(toggle?: boolean): unknown
}

type Values = Readonly<Record<string, unknown>>

/** A database, its statements prepared once. All of it is synchronous: what a method does, it does in one go. */
export interface SqliteHandle {
  first(statement: Statement, values: Values): readonly unknown[] | undefined
  all(statement: Statement, values: Values): readonly (readonly unknown[])[]
  /** Answers how many rows changed. */
  run(statement: Statement, values: Values): number
  /** For the statement of every read: no look-up, no naming of values. */
  reader(statement: Statement): (parameter: string) => readonly unknown[] | undefined
  exec(sql: string): void
  pragma(name: string, column?: number): unknown
  /**
   * In one transaction that has the write lock from the start; rolled back when `work` throws. All writes are made in one:
   * a prepared statement that meets a lock stays in progress in libsql, and then no later transaction can be committed.
   */
  transaction<Result>(work: () => Result): Result
  close(): void
}

const preparedLimit = 200

/** Wraps a driver's database. Where it is the caller's, closing leaves it open. */
export function sqliteHandle(database: SqliteDatabase, isOurs: boolean): SqliteHandle {
  const prepared = {
    first: new Map<string, Prepared>(),
    all: new Map<string, Prepared>(),
    run: new Map<string, Prepared>(),
  }
  let isClosed = false
  let isInOurs = false

  // One statement for one use: libsql's `get` on a statement that `all` ran last answers for the values of that time.
  function prepare(use: keyof Prepared, sql: string): Prepared {
    refuseUnusable()
    const known = prepared[use]
    let one = known.get(sql)
    if (!one) {
      if (known.size >= preparedLimit) known.delete(known.keys().next().value ?? "")
      one = wrap(database.prepare(sql))
      known.set(sql, one)
    }
    return one
  }

  function execute<Use extends keyof Prepared>(use: Use, sql: string, parameters: readonly unknown[]) {
    const one = prepare(use, sql)
    try {
      return one[use](parameters) as ReturnType<Prepared[Use]>
    } catch (error) {
      // A statement that met a lock may still be in progress: it is not used again.
      prepared[use].delete(sql)
      throw error
    }
  }

  function refuseUnusable(): void {
    // libsql's statements outlive their database, so this is looked at each time.
    if (isClosed) throw new HoldfastError("store_unavailable", "The SQLite store is closed.")
    if (isOurs || isInOurs || (!database.inTransaction && !database.isTransaction)) return
    throw new HoldfastError(
      "store_unavailable",
      "The SQLite handle given to Holdfast has an open transaction: what is written now could be rolled back. Give it a handle of its own.",
    )
  }

  return {
    first: (statement, values) => execute("first", statement.sql, statement.parameters(values)),
    all: (statement, values) => execute("all", statement.sql, statement.parameters(values)),
    run: (statement, values) => execute("run", statement.sql, statement.parameters(values)),
    reader: (statement) => (parameter) => execute("first", statement.sql, [parameter]),
    exec: (sql) => void database.exec(sql),
    pragma: (name, column = 0) => wrap(database.prepare(`PRAGMA ${name}`)).first([])?.[column],
    transaction(work) {
      refuseUnusable()
      database.exec("BEGIN IMMEDIATE")
      isInOurs = true
      try {
        const result = work()
        database.exec("COMMIT")
        return result
      } catch (error) {
        rollBack(database)
        throw error
      } finally {
        isInOurs = false
      }
    },
    close() {
      if (isClosed) return
      isClosed = true
      for (const known of Object.values(prepared)) known.clear()
      if (isOurs) database.close()
    },
  }
}

/** Opens a file with libsql, which needs no compiler. Loaded only here: who brings a handle needs no libsql. */
export function openDatabase(path: string): SqliteDatabase {
  const Database = createRequire(import.meta.url)("libsql") as new (path: string) => SqliteDatabase
  try {
    return new Database(path)
  } catch {
    throw new HoldfastError(
      "config_invalid",
      `The database ${JSON.stringify(path)} cannot be opened. Check that its folder exists and may be written to.`,
    )
  }
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec("ROLLBACK")
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full.
  }
}

interface Prepared {
  first(parameters: readonly unknown[]): readonly unknown[] | undefined
  all(parameters: readonly unknown[]): readonly (readonly unknown[])[]
  run(parameters: readonly unknown[]): number
}

function wrap(made: SqliteStatement): Prepared {
  const driver = made as unknown as {
    all(...parameters: readonly unknown[]): unknown[]
    get(...parameters: readonly unknown[]): unknown
    run(...parameters: readonly unknown[]): { readonly changes: number | bigint }
    raw?(toggle: boolean): unknown
    readonly reader?: boolean
  }
  // libsql's `get` adds a member of its own to objects, and arrays are cheaper everywhere.
  const isRaw = driver.raw !== undefined && driver.reader !== false
  if (isRaw) driver.raw?.(true)
  const values = (row: unknown) => (isRaw ? (row as unknown[]) : Object.values(row as object))
  return {
    first(parameters) {
      // Drivers that have `raw` take them as one array, which spares libsql from making one.
      const row = isRaw ? driver.get(parameters) : driver.get(...parameters)
      return row === undefined || row === null ? undefined : values(row)
    },
    all: (parameters) => driver.all(...parameters).map(values),
    run: (parameters) => Number(driver.run(...parameters).changes),
  }
}
