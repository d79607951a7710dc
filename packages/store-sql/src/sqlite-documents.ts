import type { DocumentStore } from "@holdfast/core"
import type { Kysely } from "kysely"
import { endOf } from "./document-statements.js"
import { documentOf } from "./document-table.js"
import type { Run } from "./sqlite-errors.js"
import type { SqliteHandle } from "./sqlite-handle.js"
import { sqliteDocumentStatements } from "./sqlite-statements.js"
import type { TableNames, Tables } from "./tables.js"

/** Documents in SQLite. Each call runs to its end before any other of this process begins. */
export function sqliteDocuments(
  handle: SqliteHandle,
  db: Kysely<Tables>,
  tables: TableNames,
  now: () => number,
  run: Run,
): DocumentStore {
  const statements = sqliteDocumentStatements(db, tables)
  const read = handle.reader(statements.get)
  const found = (columns: readonly unknown[] | undefined) => columns && documentOf(columns)

  return Object.freeze({
    get: (key) => run(() => found(read(key))),

    put: ({ key, value, expiresAt }, expected) =>
      run(() => {
        const values = { key, value, expires_at: expiresAt, expected, now: now() }
        return handle.transaction(() => {
          if (expected !== 0) return handle.run(statements.putOver, values) > 0 ? expected + 1 : undefined
          const written = handle.first(statements.putNew, values)
          return written && Number(written[0])
        })
      }),

    take: (key) => run(() => read(key) && found(handle.transaction(() => handle.first(statements.take, { key })))),

    delete: (key) =>
      run(() => {
        if (read(key)) handle.transaction(() => handle.run(statements.delete, { key }))
      }),

    list: (prefix, after, limit) =>
      run(() => {
        const one = after === undefined ? statements.list : statements.listAfter
        return handle.all(one, { prefix, end: endOf(prefix), after, limit }).map(documentOf)
      }),

    sweep: (time, limit) => run(() => handle.transaction(() => handle.run(statements.sweep, { now: time, limit }))),
  } satisfies DocumentStore)
}
