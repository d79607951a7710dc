import { HoldfastError, type TokenStore } from "@holdfast/core"
import { sqliteConnections } from "./sqlite-connections.js"
import { sqliteDocuments } from "./sqlite-documents.js"
import { patiently, unavailable } from "./sqlite-errors.js"
import { openDatabase, type SqliteDatabase, sqliteHandle } from "./sqlite-handle.js"
import { migrate } from "./sqlite-migrate.js"
import { makeDurable, standStillNoLonger } from "./sqlite-open.js"
import { sqliteQueries } from "./sqlite-queries.js"
import { namesFor } from "./tables.js"

export type { SqliteDatabase, SqliteStatement } from "./sqlite-handle.js"

export interface SqliteStoreOptions {
  /** Before the names of the tables. Default `holdfast_`. */
  readonly tablePrefix?: string
  /** How long a write waits for another process's, in milliseconds. Other work of the process goes on meanwhile. Default 5 000. */
  readonly busyTimeoutMs?: number
  /** Milliseconds since the epoch, by which a document counts as expired when it is put again. Default: the wall clock. */
  readonly now?: () => number
}

export interface SqliteStore extends TokenStore {
  /** Closes the file; a handle that was given stays open. Later calls are `store_unavailable`. */
  close(): void
}

/**
 * A store in one SQLite file, for any number of processes on one machine (not on a network file system).
 * Opens it, brings its schema up to date, and checks that acknowledged writes survive a crash of the machine: `synchronous = FULL`.
 * @param database path of the file (`:memory:` keeps nothing), or an open better-sqlite3, libsql or `node:sqlite` handle
 * of which Holdfast is the only user while it has no transaction open
 * @throws HoldfastError `config_invalid` when it cannot be opened, may lose writes, or is of a newer version;
 * `store_unavailable` when it is busy for too long
 */
export function sqliteStore(database: string | SqliteDatabase, options: SqliteStoreOptions = {}): SqliteStore {
  const { busyTimeoutMs = 5_000, now = Date.now, tablePrefix } = options
  const isOurs = typeof database === "string"
  const db = sqliteQueries()
  const tables = namesFor(tablePrefix)
  const handle = sqliteHandle(isOurs ? openDatabase(database) : database, isOurs)
  try {
    makeDurable(handle, isOurs, Math.max(0, Math.trunc(busyTimeoutMs)))
    migrate(handle, db, tables, now)
    if (isOurs) standStillNoLonger(handle)
  } catch (error) {
    handle.close()
    throw error instanceof HoldfastError ? error : unavailable(error)
  }
  const run = patiently(busyTimeoutMs)
  return Object.freeze({
    connections: sqliteConnections(handle, db, tables, run),
    documents: sqliteDocuments(handle, db, tables, now, run),
    close: () => handle.close(),
  })
}
