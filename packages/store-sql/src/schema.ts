import { type Kysely, sql } from "kysely"
import type { TableNames, Tables } from "./tables.js"

/** What a dialect calls the types of our columns, as SQL. Names are compared byte by byte in every dialect. */
export interface ColumnTypes {
  /** Ids that others chose: of tenants, users, accounts. */
  readonly name: string
  /** Names out of short lists, and our own ids. */
  readonly short: string
  readonly long: string
  readonly integer: string
  /** How one row per owner, connector, app and account is kept, and found. */
  readonly account: AccountIndex
}

/** Where an index cannot be over an expression or over that many bytes, columns that the database fills stand in for it. */
export interface AccountIndex {
  readonly generated: readonly { readonly name: string; readonly type: string; readonly as: string }[]
  readonly unique: string
  /** Beside it, where the unique one cannot serve look-ups. */
  readonly lookup?: string
}

export const overExpression: AccountIndex = {
  generated: [],
  unique: "tenant_id, (coalesce(user_id, '')), connector, app_id, account_key",
}

/** One step of the schema, as SQL. Steps that have been published are never changed, only followed by others. */
export type Migration = (db: Kysely<Tables>, tables: TableNames, types: ColumnTypes) => string[]

/** All steps; a database at version n has the first n. */
export const migrations: readonly Migration[] = [firstTables]

/** Where the version of the schema is kept. */
export function migrationsTable(db: Kysely<Tables>, tables: TableNames, { integer }: ColumnTypes): string {
  return db.schema
    .createTable(tables.migrations)
    .ifNotExists()
    .addColumn("version", sql.raw(integer), (column) => column.primaryKey().notNull())
    .addColumn("applied_at", sql.raw(integer), (column) => column.notNull())
    .compile().sql
}

function firstTables(db: Kysely<Tables>, tables: TableNames, types: ColumnTypes): string[] {
  const [name, short, long] = [sql.raw(types.name), sql.raw(types.short), sql.raw(types.long)]
  const integer = sql.raw(types.integer)
  const { generated, unique, lookup } = types.account
  const connections = db.schema
    .createTable(tables.connections)
    .addColumn("id", short, (column) => column.primaryKey().notNull())
    .addColumn("tenant_id", name, (column) => column.notNull())
    .addColumn("user_id", name)
    .addColumn("connector", short, (column) => column.notNull())
    .addColumn("method", short, (column) => column.notNull())
    .addColumn("app_id", name, (column) => column.notNull())
    .addColumn("account_key", name, (column) => column.notNull())
    .addColumn("alias", name)
    .addColumn("number", integer, (column) => column.notNull())
    .addColumn("key_id", short, (column) => column.notNull())
    .addColumn("status", short, (column) => column.notNull())
    .addColumn("due_at", integer)
    .addColumn("version", integer, (column) => column.notNull())
    .addColumn("generation", integer, (column) => column.notNull())
    .addColumn("lease", long)
    .addColumn("intents", long, (column) => column.notNull())
    .addColumn("sealed", long, (column) => column.notNull())
    .addColumn("spares", long, (column) => column.notNull())
    .addColumn("detail", long, (column) => column.notNull())
  const withGenerated = generated.reduce(
    (table, { name, type, as }) =>
      table.addColumn(name, sql.raw(type), (column) => column.generatedAlwaysAs(sql.raw(as)).stored()),
    connections,
  )
  const over = (kind: string, suffix: string, columns: string) =>
    sql`${sql.raw(kind)} ${sql.id(`${tables.connections}_${suffix}`)} on ${sql.table(tables.connections)} (${sql.raw(columns)})`
  return [
    withGenerated,
    // Unique over a null user too, and what look-ups by owner go through: a user's rows and the shared ones are two ranges.
    over("create unique index", "account", unique),
    ...(lookup === undefined ? [] : [over("create index", "owner", lookup)]),
    index(db, tables.connections, "alias", ["tenant_id", "alias"]).unique(),
    index(db, tables.connections, "number", ["tenant_id", "number"]).unique(),
    index(db, tables.connections, "tenant", ["tenant_id", "id"]),
    index(db, tables.connections, "due", ["due_at", "id"]),
    index(db, tables.connections, "app", ["app_id", "account_key", "id"]),
    index(db, tables.connections, "connector", ["connector", "account_key", "id"]),
    index(db, tables.connections, "key", ["key_id", "id"]),
    index(db, tables.connections, "status", ["status", "id"]),
    db.schema
      .createTable(tables.documents)
      .addColumn("key", name, (column) => column.primaryKey().notNull())
      .addColumn("value", long, (column) => column.notNull())
      .addColumn("version", integer, (column) => column.notNull())
      .addColumn("expires_at", integer),
    index(db, tables.documents, "expires", ["expires_at"]),
    db.schema
      .createTable(tables.numbers)
      .addColumn("tenant_id", name, (column) => column.primaryKey().notNull())
      .addColumn("last", integer, (column) => column.notNull()),
  ].map((step) => step.compile(db).sql)
}

function index(db: Kysely<Tables>, table: string, name: string, columns: readonly string[]) {
  return db.schema
    .createIndex(`${table}_${name}`)
    .on(table)
    .columns([...columns])
}
