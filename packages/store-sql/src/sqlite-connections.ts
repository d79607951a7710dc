import {
  type ConnectionQuery,
  type ConnectionRow,
  type ConnectionStore,
  type InsertResult,
  type UpdateResult,
  verifyBatch,
} from "@holdfast/core"
import { type Expression, type Kysely, sql } from "kysely"
import { listConnections } from "./connection-statements.js"
import { fromColumns, toColumns } from "./connection-table.js"
import { identityTaken } from "./identity-taken.js"
import type { Run } from "./sqlite-errors.js"
import type { SqliteHandle } from "./sqlite-handle.js"
import { sqliteConnectionStatements } from "./sqlite-statements.js"
import { statement } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

/** SQLite would rather walk all of a tenant's rows in order than sort the few of one user: `+` keeps it from that. */
export function orderFor({ userId }: Pick<ConnectionQuery, "userId">): Expression<string> {
  return userId === undefined ? sql.ref("id") : sql`+id`
}

/** Connections in SQLite. Each call runs to its end before any other of this process begins. */
export function sqliteConnections(
  handle: SqliteHandle,
  db: Kysely<Tables>,
  tables: TableNames,
  run: Run,
): ConnectionStore {
  const statements = sqliteConnectionStatements(db, tables)
  const read = handle.reader(statements.get)

  function insert(row: Omit<ConnectionRow, "number" | "version">): InsertResult {
    const columns = toColumns({ ...row, number: 0, version: 1 })
    const there = read(row.id) ?? handle.first(statements.byAccount, { ...columns })
    if (there) return { is: "exists", row: fromColumns(there) }
    if (row.alias !== null && handle.first(statements.byAlias, { ...columns })) return { is: "alias_taken" }
    const number = Number(handle.first(statements.nextNumber, { ...columns })?.[0])
    handle.run(statements.insert, { ...columns, number })
    return { is: "inserted", row: fromColumns(read(row.id) ?? []) }
  }

  function update(row: ConnectionRow): UpdateResult {
    const columns = { ...toColumns(row) }
    if (handle.run(statements.updateMoving, columns) > 0) return "updated"
    if (handle.first(statements.ofVersion, columns) === undefined) return "stale"
    const byAlias = row.alias === null ? undefined : handle.first(statements.byAlias, columns)
    if (byAlias && byAlias[0] !== row.id) return "alias_taken"
    const byAccount = handle.first(statements.byAccount, columns)
    if (byAccount && byAccount[0] !== row.id) throw identityTaken(row.id)
    handle.run(statements.update, columns)
    return "updated"
  }

  function updateOneOfMany(row: ConnectionRow): UpdateResult {
    return handle.run(statements.updateUnderKey, { ...toColumns(row) }) > 0 ? "updated" : update(row)
  }

  return Object.freeze({
    async get(id) {
      try {
        const columns = read(id)
        return columns && fromColumns(columns)
      } catch (error) {
        return run(() => {
          throw error
        })
      }
    },

    insert: (row) =>
      run(() => {
        // A reconnect of what is there needs no write lock.
        const there = read(row.id)
        return there ? { is: "exists", row: fromColumns(there) } : handle.transaction(() => insert(row))
      }),

    update: (row) => run(() => handle.transaction(() => update(row))),

    async updateMany(rows) {
      verifyBatch(rows)
      return rows.length === 0 ? [] : run(() => handle.transaction(() => rows.map(updateOneOfMany)))
    },

    delete: (id, version) =>
      run(() => {
        if (read(id) === undefined) return true
        return handle.transaction(() => handle.run(statements.delete, { id, version }) > 0 || read(id) === undefined)
      }),

    list: (query) => run(() => handle.all(statement(listConnections(db, tables, query)), {}).map(fromColumns)),

    claimDue: (now, limit, hideMs) =>
      run(() => {
        const values = { now, limit, hidden_until: now + hideMs }
        // Ticks that find nothing, and most do, leave the write lock to others.
        if (handle.first(statements.due, { ...values, limit: Math.min(1, limit) }) === undefined) return []
        return handle.transaction(() => {
          const due = handle.all(statements.due, values)
          handle.run(statements.hideDue, values)
          return due.map((columns) => ({ ...fromColumns(columns), dueAt: values.hidden_until }))
        })
      }),
  } satisfies ConnectionStore)
}
