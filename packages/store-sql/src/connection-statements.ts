import type { ConnectionQuery } from "@holdfast/core"
import { type Expression, type Kysely, sql } from "kysely"
import { type ConnectionTable, connectionColumns } from "./connection-table.js"
import { integer, statement, text } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

// Columns that seldom change and that indexes are over.
export const settled = [
  "tenant_id",
  "user_id",
  "connector",
  "app_id",
  "account_key",
  "alias",
  "number",
  "key_id",
  "status",
] as const
export const moving = ["method", "due_at", "generation", "lease", "intents", "sealed", "spares", "detail"] as const

/** The user of a row, or nothing where it is shared: what the index is over. */
const scopeOfUser = sql<string>`(coalesce(user_id, ''))`

/** What all dialects run over connections, and need no value to build. Holes are named as the columns. */
export function connectionStatements(
  db: Kysely<Tables>,
  { connections }: TableNames,
  scope: Expression<string> = scopeOfUser,
) {
  const select = db.selectFrom(connections).select(connectionColumns)
  return {
    get: statement(select.where("id", "=", text("id"))),
    byAccount: statement(
      select
        .where("tenant_id", "=", text("tenant_id"))
        .where(scope, "=", sql<string>`coalesce(${text("user_id")}, '')`)
        .where("connector", "=", text("connector"))
        .where("app_id", "=", text("app_id"))
        .where("account_key", "=", text("account_key")),
    ),
    byAlias: statement(
      db
        .selectFrom(connections)
        .select("id")
        .where("tenant_id", "=", text("tenant_id"))
        .where("alias", "=", text("alias")),
    ),
    insert: statement(db.insertInto(connections).values(holesFor(connectionColumns))),
    update: statement(changeConnection(db, connections).set(holesFor(settled))),
    delete: statement(
      db.deleteFrom(connections).where("id", "=", text("id")).where("version", "=", integer("version")),
    ),
    due: statement(dueConnections(db, connections).select(connectionColumns)),
  }
}

export type ConnectionStatements = ReturnType<typeof connectionStatements>

/** The rows that are due at `now`, soonest first. */
export function dueConnections(db: Kysely<Tables>, connections: TableNames["connections"]) {
  return db
    .selectFrom(connections)
    .where("due_at", "<=", integer("now"))
    .orderBy("due_at")
    .orderBy("id")
    .limit(integer("limit"))
}

/** Writes what moves, under the version it was read with. */
export function changeConnection(db: Kysely<Tables>, connections: TableNames["connections"]) {
  return db
    .updateTable(connections)
    .where("id", "=", text("id"))
    .where("version", "=", integer("version"))
    .set((eb) => ({ version: eb("version", "+", 1) }))
    .set(holesFor(moving))
}

/** The tenant's next number; where there is an upsert that answers. */
export function nextNumber(db: Kysely<Tables>, { numbers }: TableNames) {
  return db
    .insertInto(numbers)
    .values({ tenant_id: text("tenant_id"), last: 1 })
    .onConflict((conflict) =>
      conflict.column("tenant_id").doUpdateSet((eb) => ({ last: eb(sql.ref<number>(`${numbers}.last`), "+", 1) })),
    )
    .returning("last")
}

/**
 * The query of a listing, built for the filters it has.
 * @param order the id, or an expression of it where a planner must be kept from walking a whole tenant in that order
 */
export function listConnections(
  db: Kysely<Tables>,
  { connections }: TableNames,
  query: ConnectionQuery,
  order: Expression<string> = sql.ref<string>("id"),
  scope: Expression<string> = scopeOfUser,
) {
  let select = db.selectFrom(connections).select(connectionColumns).orderBy(order).limit(query.limit)
  for (const [name, column] of filters) {
    const value = query[name]
    if (value !== undefined) select = select.where(column, "=", value)
  }
  if (query.userId === null) select = select.where(scope, "=", "")
  else if (query.userId !== undefined) select = select.where(scope, "in", ["", query.userId])
  return query.after === undefined ? select : select.where("id", ">", query.after)
}

const filters = [
  ["tenantId", "tenant_id"],
  ["connector", "connector"],
  ["accountKey", "account_key"],
  ["appId", "app_id"],
  ["alias", "alias"],
  ["number", "number"],
  ["keyId", "key_id"],
  ["status", "status"],
] as const satisfies readonly (readonly [keyof ConnectionQuery, keyof ConnectionTable])[]

/** A hole for each column, of its name. */
export function holesFor<Column extends keyof ConnectionTable>(
  columns: readonly Column[],
): Pick<ConnectionTable, Column> {
  return Object.fromEntries(columns.map((column) => [column, text(column)])) as unknown as Pick<ConnectionTable, Column>
}
