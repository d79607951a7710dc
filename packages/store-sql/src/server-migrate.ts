import { HoldfastError } from "@holdfast/core"
import type { Kysely } from "kysely"
import { type ColumnTypes, migrations, migrationsTable } from "./schema.js"
import type { Classify } from "./server-faults.js"
import type { SqlClient, SqlSession } from "./sql-client.js"
import { integer, statement } from "./statement.js"
import type { TableNames, Tables } from "./tables.js"

/** How one dialect's schema is made. */
export interface MigrationDialect {
  readonly types: ColumnTypes
  /** Lets one migrator in at a time. */
  lock(session: SqlSession): Promise<void>
  unlock(session: SqlSession): Promise<void>
  /** Whether a step failed because a migrator that was cut off had already made it; only where its DDL is not undone with it. */
  isThereAlready(error: unknown): boolean
}

export interface Migrated {
  /** The schema's version before. */
  readonly from: number
  readonly to: number
}

interface Database {
  readonly client: SqlClient
  readonly db: Kysely<Tables>
  readonly tables: TableNames
  readonly classify: Classify
  readonly migration: MigrationDialect
}

const migrateAtMostMs = 600_000

/** Brings the schema up to date; of several that try at once one does it, and the others wait for it. */
export async function migrateTables(
  { client, db, tables, classify, migration }: Database,
  now: () => number,
): Promise<Migrated> {
  const { types, isThereAlready } = migration
  const before = await versionOf({ client, db, tables, classify })
  refuseNewer(before)
  if (before === migrations.length) return { from: before, to: before }
  return client.transaction(async (session) => {
    await migration.lock(session)
    try {
      await session.exec(migrationsTable(db, tables, types))
      const { latest, record } = versions(db, tables)
      const from = Number((await session.run(latest, {})).rows[0]?.[0] ?? 0)
      for (let at = from; at < migrations.length; at++) {
        for (const step of migrations[at]?.(db, tables, types) ?? []) {
          await session.exec(step).catch((error: unknown) => {
            if (!isThereAlready(error)) throw error
          })
        }
        await session.run(record, { version: at + 1, applied_at: now() })
      }
      return { from, to: migrations.length }
    } finally {
      await migration.unlock(session).catch(() => {})
    }
  }, migrateAtMostMs)
}

/** @throws HoldfastError `config_invalid` when the tables are absent, or of another version */
export async function requireTables(database: Omit<Database, "migration">): Promise<void> {
  const version = await versionOf(database)
  refuseNewer(version)
  if (version === migrations.length) return
  const what = version === 0 ? "has no Holdfast tables" : `has schema version ${version} of ${migrations.length}`
  throw new HoldfastError(
    "config_invalid",
    `The database ${what}: run "npx holdfast migrate --url …" before the application starts (or set migrate: true in development).`,
    { details: { reason: "schema_missing" } },
  )
}

/** All the SQL that makes a new schema, for people who run their own migrations. */
export function schemaText(db: Kysely<Tables>, tables: TableNames, types: ColumnTypes): string {
  const steps = migrations.flatMap((migration, at) => [...migration(db, tables, types), recordText(db, tables, at + 1)])
  return [migrationsTable(db, tables, types), ...steps].map((step) => `${step};\n`).join("")
}

function recordText(db: Kysely<Tables>, tables: TableNames, version: number): string {
  const { sql } = versions(db, tables).record
  let at = 0
  // By hand there is no clock to ask; 0 says that.
  return sql.replace(/\$\d|\?/g, () => String([version, 0][at++]))
}

async function versionOf({ client, db, tables, classify }: Omit<Database, "migration">): Promise<number> {
  try {
    return Number((await client.run(versions(db, tables).latest, {})).rows[0]?.[0] ?? 0)
  } catch (error) {
    if (classify(error).is === "no_table") return 0
    throw error
  }
}

function refuseNewer(version: number): void {
  if (version <= migrations.length) return
  throw new HoldfastError(
    "config_invalid",
    `The database has schema version ${version}, and this @holdfast/store-sql knows ${migrations.length}: update the package.`,
  )
}

function versions(db: Kysely<Tables>, tables: TableNames) {
  return {
    latest: statement(db.selectFrom(tables.migrations).select((eb) => eb.fn.max("version").as("version"))),
    record: statement(
      db.insertInto(tables.migrations).values({ version: integer("version"), applied_at: integer("applied_at") }),
    ),
  }
}
