import { type Kysely, sql } from "kysely"
import type { ConnectionStatements } from "./connection-statements.js"
import { dueConnections } from "./connection-statements.js"
import { connectionColumns, fromColumns } from "./connection-table.js"
import type { DocumentStatements } from "./document-statements.js"
import { documentColumns } from "./document-table.js"
import { mysqlFault } from "./mysql-faults.js"
import type { Moves } from "./server-store.js"
import type { SqlClient } from "./sql-client.js"
import { integer, type Statement, statement, text } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

/** MySQL answers no rows from a write: some of its writes are short transactions. */
export function mysqlStatements(db: Kysely<Tables>, tables: TableNames) {
  const { connections, documents, numbers } = tables
  const value = text("value")
  const expires_at = integer("expires_at")
  return {
    // LAST_INSERT_ID carries the number to the answer; a first row's is the 1 that was inserted.
    nextNumber: statement(
      db
        .insertInto(numbers)
        .values({ tenant_id: text("tenant_id"), last: sql<number>`last_insert_id(1)` })
        .onDuplicateKeyUpdate({ last: sql<number>`last_insert_id(last + 1)` }),
    ),
    /** Rows that another claimer is just taking are passed over. */
    lockDue: statement(dueConnections(db, connections).select(connectionColumns).forUpdate().skipLocked()),
    hide: (count: number): Statement =>
      statement(
        db
          .updateTable(connections)
          .set({ due_at: integer("hidden_until") })
          .where(
            "id",
            "in",
            Array.from({ length: count }, (_, at) => text(`id${at}`)),
          ),
      ),
    putFirst: statement(db.insertInto(documents).values({ key: text("key"), value, version: 1, expires_at })),
    /** Over one that expired before `now`; the new version comes as the answer's insert id. */
    putOverExpired: statement(
      db
        .updateTable(documents)
        .set({ version: sql<number>`last_insert_id(version + 1)`, value, expires_at })
        .where("key", "=", text("key"))
        .where("expires_at", "<", integer("now")),
    ),
    lockDocument: statement(
      db.selectFrom(documents).select(documentColumns).where("key", "=", text("key")).forUpdate(),
    ),
    sweep: statement(
      db
        .deleteFrom(documents)
        .where("expires_at", "<", integer("now"))
        .orderBy("expires_at")
        .orderBy("key")
        .limit(integer("limit")),
    ),
  }
}

interface Parts {
  readonly client: SqlClient
  readonly db: Kysely<Tables>
  readonly tables: TableNames
  readonly connections: ConnectionStatements
  readonly documents: DocumentStatements
}

export function mysqlMoves({ client, db, tables, connections, documents }: Parts): Moves {
  const statements = mysqlStatements(db, tables)

  return {
    insert: (columns) =>
      client.transaction(async (session) => {
        // Locks the number's row until the commit: inserts of one tenant come one after another.
        const { insertId } = await session.run(statements.nextNumber, { ...columns })
        const number = Number(insertId)
        await session.run(connections.insert, { ...columns, number })
        return number
      }),

    updateMany: (rows) =>
      client.transaction(async (session) => {
        const written = new Set<string>()
        for (const columns of rows) {
          const { changed } = await session.run(connections.update, { ...columns })
          if (changed > 0) written.add(columns.id)
        }
        return written
      }),

    async claimDue(now, limit, hiddenUntil) {
      // Ticks that find nothing, and most do, take no lock.
      const { rows } = await client.run(connections.due, { now, limit: Math.min(1, limit) })
      if (rows.length === 0) return []
      return client.transaction(async (session) => {
        const due = (await session.run(statements.lockDue, { now, limit })).rows.map(fromColumns)
        const last = due.at(-1)
        if (!last) return []
        // Lengths that are powers of two, the last id repeated, so that few statements are prepared.
        const count = 2 ** Math.ceil(Math.log2(due.length))
        const ids = Array.from({ length: count }, (_, at) => [`id${at}`, (due[at] ?? last).id])
        await session.run(statements.hide(count), { ...Object.fromEntries(ids), hidden_until: hiddenUntil })
        return due.map((row) => ({ ...row, dueAt: hiddenUntil }))
      })
    },

    async putNew(values) {
      try {
        await client.run(statements.putFirst, values)
        return 1
      } catch (error) {
        if (mysqlFault(error).is !== "duplicate") throw error
      }
      const { changed, insertId } = await client.run(statements.putOverExpired, values)
      return changed > 0 ? insertId : undefined
    },

    async take(key) {
      const { rows } = await client.run(documents.get, { key })
      if (rows.length === 0) return undefined
      return client.transaction(async (session) => {
        const [document] = (await session.run(statements.lockDocument, { key })).rows
        if (document) await session.run(documents.delete, { key })
        return document
      })
    },

    sweep: async (now, limit) => (await client.run(statements.sweep, { now, limit })).changed,
  }
}
