import { HoldfastError } from "@holdfast/core"
import { sql } from "kysely"
import { connectionStatements, listConnections } from "./connection-statements.js"
import { fromColumns } from "./connection-table.js"
import { documentStatements } from "./document-statements.js"
import { type MysqlCallbackPool, type MysqlConnection, type MysqlPool, mysqlClient, openPool } from "./mysql-client.js"
import { isThereAlready, mysqlFault } from "./mysql-faults.js"
import { mysqlMoves } from "./mysql-moves.js"
import { mysqlQueries } from "./mysql-queries.js"
import type { ColumnTypes } from "./schema.js"
import { persistently } from "./server-faults.js"
import { type Migrated, type MigrationDialect, migrateTables, schemaText } from "./server-migrate.js"
import { type Server, type ServerStore, type ServerStoreOptions, serverStore } from "./server-store.js"
import { statement } from "./statement.js"
import { namesFor } from "./tables.js"

export type { MysqlCallbackPool, MysqlConnection, MysqlPool, MysqlQuery, MysqlSession } from "./mysql-client.js"
export type { Migrated } from "./server-migrate.js"
export type { ServerStore, ServerStoreOptions } from "./server-store.js"

/** A server's URL, how mysql2 is to connect, or a pool of mysql2 or mysql2/promise. */
export type MysqlTarget = string | MysqlConnection | MysqlPool | MysqlCallbackPool

/**
 * A store in MySQL 8.0.13 or MariaDB 10.6, or newer, for any number of processes and hosts. Nothing is opened before it is first used, or
 * {@link ServerStore.ready} is called; then the schema must be there, and acknowledged writes must survive a crash:
 * `innodb_flush_log_at_trx_commit = 1`, and `sync_binlog = 1` where there is a binary log. Only the server's operator can set those.
 * @throws HoldfastError (by its methods) `config_invalid` when tables are missing, writes may be lost or cut short; `store_unavailable` when the database
 * is away, or busy for longer than `timeoutMs`
 */
export function mysqlStore(database: MysqlTarget, options: ServerStoreOptions = {}): ServerStore {
  return serverStore(mysqlServer(database, options), options)
}

/**
 * Makes the tables, or brings them up to date. Any number of processes may try at once.
 * @throws HoldfastError `config_invalid`, `store_unavailable`
 */
export async function migrateMysql(database: MysqlTarget, options: ServerStoreOptions = {}): Promise<Migrated> {
  const server = mysqlServer(database, options)
  try {
    return await persistently(mysqlFault, () => migrateTables(server, options.now ?? Date.now))
  } finally {
    await server.client.close()
  }
}

/** The SQL that makes the tables, for people who run their own migrations. */
export function mysqlSchema(options: Pick<ServerStoreOptions, "tablePrefix"> = {}): string {
  return schemaText(mysqlQueries(), namesFor(options.tablePrefix), types)
}

// Its text takes "a " for "a", and its collations that do not are called otherwise in MariaDB: names are bytes. 255 characters fit.
const name = "varbinary(1020)"
const short = "varbinary(255)"
const identity = ["tenant_id", "coalesce(user_id, '')", "connector", "app_id", "account_key"]

const types: ColumnTypes = {
  name,
  short,
  long: "longtext character set utf8mb4 collate utf8mb4_bin",
  integer: "bigint",
  // No index is over 3,072 bytes or, in MariaDB, over an expression.
  account: {
    generated: [
      { name: "scope", type: name, as: "coalesce(user_id, '')" },
      {
        name: "identity",
        type: "binary(32)",
        as: `unhex(sha2(concat(${identity.map((part) => `length(${part}), ':', ${part}`).join(", ")}), 256))`,
      },
    ],
    unique: "identity",
    lookup: "tenant_id, scope, connector, app_id(255), account_key(255)",
  },
}
const scope = sql.ref<string>("scope")

// Its DDL commits by itself, so the lock is the session's, not the transaction's.
const lockName = "'holdfast migrate'"

const migration: MigrationDialect = {
  types,
  async lock(session) {
    const { rows } = await session.exec(`select get_lock(${lockName}, 300)`)
    if (Number(rows[0]?.[0]) === 1) return
    throw new HoldfastError(
      "store_unavailable",
      "Another migrator is at work on this server for more than five minutes.",
    )
  },
  async unlock(session) {
    await session.exec("commit")
    await session.exec(`select release_lock(${lockName})`)
  },
  isThereAlready,
}

function mysqlServer(database: MysqlTarget, options: ServerStoreOptions): Server {
  const { durability = "required", timeoutMs = 10_000 } = options
  const db = mysqlQueries()
  const tables = namesFor(options.tablePrefix)
  const given = poolOf(database)
  const open = () => given ?? openPool(database as string | MysqlConnection, timeoutMs)
  const client = mysqlClient(open, given === undefined, { timeoutMs, mustLast: durability === "required" })
  const connections = connectionStatements(db, tables, scope)
  const documents = documentStatements(db, tables)
  return {
    client,
    db,
    tables,
    connections,
    documents,
    reading: { statement: connections.get, toRow: fromColumns },
    listing: (query) => statement(listConnections(db, tables, query, undefined, scope)),
    moves: mysqlMoves({ client, db, tables, connections, documents }),
    classify: mysqlFault,
    migration,
  }
}

function poolOf(database: MysqlTarget): MysqlPool | undefined {
  if (typeof database === "string") return undefined
  if ("promise" in database) return database.promise()
  return "getConnection" in database ? database : undefined
}
