import { connectionStatements, listConnections } from "./connection-statements.js"
import { fromPacked } from "./connection-table.js"
import { documentStatements } from "./document-statements.js"
import {
  openPool,
  type PGliteDatabase,
  type PostgresConnection,
  type PostgresPool,
  pgliteClient,
  poolClient,
} from "./postgres-client.js"
import { postgresFault } from "./postgres-faults.js"
import { postgresMoves, postgresStatements } from "./postgres-moves.js"
import { postgresQueries } from "./postgres-queries.js"
import { type ColumnTypes, overExpression } from "./schema.js"
import { persistently } from "./server-faults.js"
import { type Migrated, type MigrationDialect, migrateTables, schemaText } from "./server-migrate.js"
import { type Server, type ServerStore, type ServerStoreOptions, serverStore } from "./server-store.js"
import { statement } from "./statement.js"
import { namesFor } from "./tables.js"

export type {
  PGliteDatabase,
  PGliteSession,
  PostgresConnection,
  PostgresPool,
  PostgresQuery,
  PostgresSession,
} from "./postgres-client.js"
export type { Migrated } from "./server-migrate.js"
export type { ServerStore, ServerStoreOptions } from "./server-store.js"

export interface PostgresStoreOptions extends ServerStoreOptions {
  /** Keeps statements prepared in each session. Default true; false behind a pooler that cannot (PgBouncer before 1.21, by transaction). */
  readonly preparedStatements?: boolean
}

/** A server's URL, how `pg` is to connect, a pool of `pg`, or a PGlite database. */
export type PostgresTarget = string | PostgresConnection | PostgresPool | PGliteDatabase

/**
 * A store in Postgres 12 or newer, for any number of processes and hosts. Nothing is opened before it is first used, or {@link ServerStore.ready} is called;
 * then the schema must be there, and acknowledged writes must survive a crash: `fsync = on`, and `synchronous_commit` not off, which its own sessions
 * are set to.
 * @throws HoldfastError (by its methods) `config_invalid` when tables are missing or writes may be lost; `store_unavailable` when the database is away, or
 * busy for longer than `timeoutMs`
 */
export function postgresStore(database: PostgresTarget, options: PostgresStoreOptions = {}): ServerStore {
  return serverStore(postgresServer(database, options), options)
}

/**
 * Makes the tables, or brings them up to date. Any number of processes may try at once.
 * @throws HoldfastError `config_invalid`, `store_unavailable`
 */
export async function migratePostgres(database: PostgresTarget, options: PostgresStoreOptions = {}): Promise<Migrated> {
  const server = postgresServer(database, options)
  try {
    return await persistently(postgresFault, () => migrateTables(server, options.now ?? Date.now))
  } finally {
    await server.client.close()
  }
}

/** The SQL that makes the tables, for people who run their own migrations. */
export function postgresSchema(options: Pick<ServerStoreOptions, "tablePrefix"> = {}): string {
  return schemaText(postgresQueries(), namesFor(options.tablePrefix), types)
}

// "C" compares bytes, whatever the database's own collation is: an index then serves ranges, and names differ if their bytes do.
const name = 'text collate "C"'
const types: ColumnTypes = { name, short: name, long: "text", integer: "bigint", account: overExpression }

const migration: MigrationDialect = {
  types,
  // A number of ours alone, held until the transaction ends.
  async lock(session) {
    await session.exec("select pg_advisory_xact_lock(5210213476)")
  },
  unlock: async () => {},
  isThereAlready: () => false,
}

function postgresServer(database: PostgresTarget, options: PostgresStoreOptions): Server {
  const { durability = "required", preparedStatements = true, timeoutMs = 10_000 } = options
  const db = postgresQueries()
  const tables = namesFor(options.tablePrefix)
  const mustLast = durability === "required"
  const isOurs = !isPool(database) && !isPGlite(database)
  const pooled = { timeoutMs, mustLast, isNamed: preparedStatements }
  const client = isPGlite(database)
    ? pgliteClient(database, mustLast)
    : poolClient(() => (isPool(database) ? database : openPool(database, timeoutMs)), isOurs, pooled)
  return {
    client,
    db,
    tables,
    connections: connectionStatements(db, tables),
    documents: documentStatements(db, tables),
    reading: { statement: postgresStatements(db, tables).getPacked, toRow: fromPacked },
    listing: (query) => statement(listConnections(db, tables, query)),
    moves: postgresMoves(client, db, tables),
    classify: postgresFault,
    migration,
  }
}

function isPool(database: PostgresTarget): database is PostgresPool {
  return typeof database === "object" && "connect" in database
}

function isPGlite(database: PostgresTarget): database is PGliteDatabase {
  return typeof database === "object" && "transaction" in database
}
