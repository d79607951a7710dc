import { type ConnectionQuery, type ConnectionRow, HoldfastError, type TokenStore } from "@holdfast/core"
import type { Kysely } from "kysely"
import type { ConnectionStatements } from "./connection-statements.js"
import type { ConnectionTable } from "./connection-table.js"
import type { DocumentStatements } from "./document-statements.js"
import { serverConnections } from "./server-connections.js"
import { serverDocuments } from "./server-documents.js"
import { type Classify, persistently } from "./server-faults.js"
import { type MigrationDialect, migrateTables, requireTables } from "./server-migrate.js"
import type { SqlClient } from "./sql-client.js"
import type { Statement } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

export interface ServerStoreOptions {
  /** Before the names of the tables. Default `holdfast_`. */
  readonly tablePrefix?: string
  /** Makes missing tables when the store is first used. Default false: run `holdfast migrate` when you deploy. */
  readonly migrate?: boolean
  /** `unchecked`: takes a database that may lose acknowledged writes in a crash, as for tests. Default `required`. */
  readonly durability?: "required" | "unchecked"
  /** How long a call waits for a session of the pool and its answer, in milliseconds; then it is `store_unavailable`. Default 10 000. */
  readonly timeoutMs?: number
  /** Milliseconds since the epoch, by which a document counts as expired when it is put again. Default: the wall clock. */
  readonly now?: () => number
}

export interface ServerStore extends TokenStore {
  /** Checks durability and the schema, as the first call does: call it when the process starts, to hear of trouble then. */
  ready(): Promise<void>
  /** Closes the pool if the store made it; a pool that was given stays open. Later calls are `store_unavailable`. */
  close(): Promise<void>
}

/** A value for each column of a connection. */
export type Columns = { readonly [Column in keyof ConnectionTable]: ConnectionTable[Column] }

/** The writes whose SQL, or number of statements, differs. Each is atomic by itself. */
export interface Moves {
  /** Gives the tenant's next number and adds the row, or throws the driver's error that it is a duplicate. */
  insert(columns: Columns): Promise<number>
  /**
   * Writes each row whose stored version is its own, all in one commit, or throws the driver's error that one of them is a duplicate.
   * Given in order of id, and locked in it, so that no two wait for each other. Answers the ids that were written.
   */
  updateMany(rows: readonly Columns[]): Promise<ReadonlySet<string>>
  claimDue(now: number, limit: number, hiddenUntil: number): Promise<ConnectionRow[]>
  /** The version it wrote, or undefined where a document is in the way. */
  putNew(values: Readonly<Record<string, unknown>>): Promise<number | undefined>
  take(key: string): Promise<readonly unknown[] | undefined>
  sweep(now: number, limit: number): Promise<number>
}

/** A statement over one row, and what makes the row of its columns. */
export interface Reading {
  readonly statement: Statement
  toRow(columns: readonly unknown[]): ConnectionRow
}

/** One dialect, ready for a database. */
export interface Server {
  readonly client: SqlClient
  readonly db: Kysely<Tables>
  readonly tables: TableNames
  readonly connections: ConnectionStatements
  readonly documents: DocumentStatements
  /** How one row is read by its id. */
  readonly reading: Reading
  listing(query: ConnectionQuery): Statement
  readonly moves: Moves
  readonly classify: Classify
  readonly migration: MigrationDialect
}

/** Runs one atomic piece of work; it is done again if the server took it back. */
export type RunWork = <Result>(work: () => Promise<Result>) => Promise<Result>

export function serverStore(server: Server, options: ServerStoreOptions): ServerStore {
  const { now = Date.now } = options
  const { client, classify } = server
  let isReady = false
  let readying: Promise<void> | undefined
  let isClosed = false

  async function makeReady(): Promise<void> {
    if (options.migrate) await migrateTables(server, now)
    else await requireTables(server)
    isReady = true
  }

  const ready = () => {
    // What failed is tried again by the next call: a database that was away comes back.
    readying ??= persistently(classify, makeReady).finally(() => {
      readying = undefined
    })
    return readying
  }

  const run: RunWork = async (work) => {
    if (isClosed) throw new HoldfastError("store_unavailable", "The store is closed.")
    if (!isReady) await ready()
    return persistently(classify, work)
  }

  return Object.freeze({
    connections: serverConnections(server, run),
    documents: serverDocuments(server, now, run),
    ready: () => run(async () => {}),
    async close() {
      if (isClosed) return
      isClosed = true
      await client.close()
    },
  })
}
