import type { Kysely } from "kysely"
import { changeConnection, connectionStatements, dueConnections, nextNumber, settled } from "./connection-statements.js"
import { answeringStatements, documentStatements, expiredDocuments } from "./document-statements.js"
import { integer, statement, text } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

/** The statements over connections, with those that SQLite alone runs. */
export function sqliteConnectionStatements(db: Kysely<Tables>, tables: TableNames) {
  const { connections } = tables
  return {
    ...connectionStatements(db, tables),
    ofVersion: statement(
      db.selectFrom(connections).select("id").where("id", "=", text("id")).where("version", "=", integer("version")),
    ),
    nextNumber: statement(nextNumber(db, tables)),
    /** Lands only where no settled column changes: most writes, and they then touch one index at most. */
    updateMoving: statement(
      settled.reduce(
        (query, column) => query.where(column, "is not distinct from", text(column)),
        changeConnection(db, connections),
      ),
    ),
    /** The same where the key may be another: what key rotation writes, row after row. */
    updateUnderKey: statement(
      settled
        .filter((column) => column !== "key_id")
        .reduce(
          (query, column) => query.where(column, "is not distinct from", text(column)),
          changeConnection(db, connections).set({ key_id: text("key_id") }),
        ),
    ),
    hideDue: statement(
      db
        .updateTable(connections)
        .set({ due_at: integer("hidden_until") })
        .where("id", "in", dueConnections(db, connections).select("id")),
    ),
  }
}

/** The same over documents. */
export function sqliteDocumentStatements(db: Kysely<Tables>, tables: TableNames) {
  return {
    ...documentStatements(db, tables),
    ...answeringStatements(db, tables),
    sweep: statement(db.deleteFrom(tables.documents).where("key", "in", expiredDocuments(db, tables))),
  }
}
