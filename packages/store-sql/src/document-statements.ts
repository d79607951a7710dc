import { type Kysely, sql } from "kysely"
import { documentColumns } from "./document-table.js"
import { integer, statement, text } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

/** What all dialects run over documents. */
export function documentStatements(db: Kysely<Tables>, { documents }: TableNames) {
  const select = db.selectFrom(documents).select(documentColumns)
  const inOrder = select.orderBy("key").limit(integer("limit")).where("key", ">=", text("prefix"))
  const listed = inOrder.where("key", "<", text("end"))

  return {
    get: statement(select.where("key", "=", text("key"))),
    putOver: statement(
      db
        .updateTable(documents)
        .set((eb) => ({ value: text("value"), expires_at: integer("expires_at"), version: eb("version", "+", 1) }))
        .where("key", "=", text("key"))
        .where("version", "=", integer("expected")),
    ),
    delete: statement(db.deleteFrom(documents).where("key", "=", text("key"))),
    list: statement(listed),
    listAfter: statement(listed.where("key", ">", text("after"))),
  }
}

export type DocumentStatements = ReturnType<typeof documentStatements>

/** For the dialects whose writes answer the rows they wrote. */
export function answeringStatements(db: Kysely<Tables>, { documents }: TableNames) {
  const value = text("value")
  const expires_at = integer("expires_at")
  return {
    /** Writes where there is none, or one that expired before `now`, whose version it goes on from. */
    putNew: statement(
      db
        .insertInto(documents)
        .values({ key: text("key"), value, version: 1, expires_at })
        .onConflict((conflict) =>
          conflict
            .column("key")
            .doUpdateSet({ value, expires_at, version: sql`${sql.ref(`${documents}.version`)} + 1` })
            .where(sql.ref<number>(`${documents}.expires_at`), "<", integer("now")),
        )
        .returning("version"),
    ),
    take: statement(db.deleteFrom(documents).where("key", "=", text("key")).returning(documentColumns)),
  }
}

/** The keys of what expired before `now`, longest ago first. */
export function expiredDocuments(db: Kysely<Tables>, { documents }: TableNames) {
  return db
    .selectFrom(documents)
    .select("key")
    .where("expires_at", "<", integer("now"))
    .orderBy("expires_at")
    .limit(integer("limit"))
}

/** Behind every key that starts with the prefix, in the order of bytes. */
export const endOf = (prefix: string) => `${prefix}\u{10FFFF}`
