import { type Compilable, type Kysely, sql } from "kysely"
import { dueConnections, holesFor, moving, nextNumber, settled } from "./connection-statements.js"
import { connectionColumns, fromColumns, packedColumns } from "./connection-table.js"
import { answeringStatements, expiredDocuments } from "./document-statements.js"
import type { Moves } from "./server-store.js"
import type { SqlClient } from "./sql-client.js"
import { integer, statement, text } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

/** Every write of Postgres is one statement, so that nothing can be cut off in the middle of it. */
export function postgresStatements(db: Kysely<Tables>, tables: TableNames) {
  const { connections, documents } = tables
  return {
    ...answeringStatements(db, tables),
    /** The short columns as one, in the order of {@link packedColumns}: what a read costs the driver grows with their number. */
    getPacked: statement(
      db
        .selectFrom(connections)
        .select([
          sql<string>`json_build_array(${sql.join(packedColumns.map((column) => sql.ref(column)))})::text`.as("packed"),
          "sealed",
          "detail",
        ])
        .where("id", "=", text("id")),
    ),
    /** The number's row is locked until the insert is through: inserts of one tenant come one after another. */
    insertNumbered: statement(
      db
        .with("given", () => nextNumber(db, tables))
        .insertInto(connections)
        .values({ ...holesFor(connectionColumns), number: sql<number>`(select last from given)` })
        .returning("number"),
    ),
    updateMany: statement(updateMany(db, tables)),
    /** Rows that another claimer is just taking are passed over. */
    claimDue: statement(
      db
        .with("due", () =>
          dueConnections(db, connections).select(["id as due_id", "due_at as was_due"]).forUpdate().skipLocked(),
        )
        .updateTable(connections)
        .from("due")
        .set({ due_at: integer("hidden_until") })
        .whereRef("id", "=", "due_id")
        .returning([...connectionColumns, "was_due"]),
    ),
    sweep: statement(
      db
        .with("expired", () =>
          expiredDocuments(db, tables).clearSelect().select("key as expired_key").forUpdate().skipLocked(),
        )
        .deleteFrom(documents)
        .using("expired")
        .whereRef("key", "=", "expired_key"),
    ),
  }
}

const integers: ReadonlySet<string> = new Set(["number", "due_at", "version", "generation"])

/** Each column comes as one array. The rows are locked in order of id before any is written. */
function updateMany(db: Kysely<Tables>, { connections }: TableNames): Compilable {
  const arrays = connectionColumns.map((column) => {
    const type = sql.raw(integers.has(column) ? "bigint[]" : "text[]")
    return sql`${text(column)}::${type}`
  })
  const names = connectionColumns.map((column) => sql.ref(column))
  const changes = [...settled, ...moving].map((column) => sql`${sql.ref(column)} = ${sql.ref(`held.${column}`)}`)
  const query = sql`
    with held as (
      select given.* from unnest(${sql.join(arrays)}) as given (${sql.join(names)})
      join ${sql.table(connections)} as stored on stored.id = given.id and stored.version = given.version
      order by stored.id for update of stored
    )
    update ${sql.table(connections)} as stored set version = stored.version + 1, ${sql.join(changes)}
    from held where stored.id = held.id and stored.version = held.version
    returning stored.id`
  return { compile: () => query.compile(db) }
}

export function postgresMoves(client: SqlClient, db: Kysely<Tables>, tables: TableNames): Moves {
  const statements = postgresStatements(db, tables)
  const wasDue = connectionColumns.length

  return {
    async insert(columns) {
      return Number((await client.run(statements.insertNumbered, { ...columns })).rows[0]?.[0])
    },
    async updateMany(rows) {
      const arrays = connectionColumns.map((column) => [column, rows.map((row) => row[column])])
      const written = await client.run(statements.updateMany, Object.fromEntries(arrays))
      return new Set(written.rows.map(([id]) => String(id)))
    },
    async claimDue(now, limit, hiddenUntil) {
      const { rows } = await client.run(statements.claimDue, { now, limit, hidden_until: hiddenUntil })
      return rows
        .map((columns) => ({ row: fromColumns(columns), wasDue: Number(columns[wasDue]) }))
        .sort((one, other) => one.wasDue - other.wasDue || (one.row.id < other.row.id ? -1 : 1))
        .map(({ row }) => row)
    },
    async putNew(values) {
      const [written] = (await client.run(statements.putNew, values)).rows
      return written && Number(written[0])
    },
    take: async (key) => (await client.run(statements.take, { key })).rows[0],
    sweep: async (now, limit) => (await client.run(statements.sweep, { now, limit })).changed,
  }
}
