import { HoldfastError } from "@holdfast/core"
import type { Kysely } from "kysely"
import { type ColumnTypes, migrations, migrationsTable, overExpression } from "./schema.js"
import type { SqliteHandle } from "./sqlite-handle.js"
import { integer, type Statement, statement } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

const types: ColumnTypes = { name: "text", short: "text", long: "text", integer: "integer", account: overExpression }

const findTable: Statement = {
  sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?",
  isReused: false,
  isRead: true,
  parameters: ({ name }) => [name],
}

/**
 * Brings the schema up to date, in one transaction under the write lock: of several processes that start at once one does it.
 * @throws HoldfastError `config_invalid` when a newer Holdfast has written the database
 */
export function migrate(handle: SqliteHandle, db: Kysely<Tables>, tables: TableNames, now: () => number): void {
  const latest = statement(db.selectFrom(tables.migrations).select((eb) => eb.fn.max("version").as("version")))
  const record = statement(
    db.insertInto(tables.migrations).values({ version: integer("version"), applied_at: integer("applied_at") }),
  )
  const stored = () =>
    handle.first(findTable, { name: tables.migrations }) ? Number(handle.first(latest, {})?.[0] ?? 0) : 0

  const version = stored()
  if (version > migrations.length) {
    throw new HoldfastError(
      "config_invalid",
      `The database has schema version ${version}, and this @holdfast/store-sql knows ${migrations.length}: update the package.`,
    )
  }
  // Looked at without the lock first: most starts have nothing to do.
  if (version === migrations.length) return
  handle.transaction(() => {
    handle.exec(migrationsTable(db, tables, types))
    for (let at = stored(); at < migrations.length; at++) {
      for (const step of migrations[at]?.(db, tables, types) ?? []) handle.exec(step)
      handle.run(record, { version: at + 1, applied_at: now() })
    }
  })
}
