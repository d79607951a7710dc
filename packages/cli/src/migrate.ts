/** What `holdfast migrate` was told. */
export interface MigrateOptions {
  /** `postgres://…`, `mysql://…` or `mariadb://…`. */
  readonly url: string
  /** Gives the SQL of a new schema instead of running anything. */
  readonly print?: boolean
  /** Before the names of the tables. Default `holdfast_`. */
  readonly tablePrefix?: string
}

interface Kind {
  schema(options: { tablePrefix?: string }): string
  migrate(url: string, options: { tablePrefix?: string }): Promise<{ readonly from: number; readonly to: number }>
}

// Loaded when asked for: keys can be made without a database's packages.
const kinds: Readonly<Record<string, () => Promise<Kind>>> = {
  postgres: async () => {
    const { migratePostgres, postgresSchema } = await import("@holdfast/store-sql/postgres")
    return { schema: postgresSchema, migrate: migratePostgres }
  },
  mysql: async () => {
    const { migrateMysql, mysqlSchema } = await import("@holdfast/store-sql/mysql")
    return { schema: mysqlSchema, migrate: migrateMysql }
  },
}
const schemes: Readonly<Record<string, string>> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "mariadb:": "mysql",
}

/**
 * Brings the schema of a database server up to date, or gives its SQL; answers what to print. Safe to run by several deployments at once.
 * SQLite needs none of it: its store does so when it opens the file.
 * @throws Error with a message for people, which never holds the URL: there may be a password in it
 */
export async function migrate({ url, print = false, tablePrefix }: MigrateOptions): Promise<string> {
  const load = kinds[schemes[URL.canParse(url) ? new URL(url).protocol : ""] ?? ""]
  if (!load) throw new Error("--url takes postgres://…, mysql://… or mariadb://…")
  const kind = await load().catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error
    throw new Error("Install @holdfast/store-sql beside the CLI first.")
  })
  const options = tablePrefix === undefined ? {} : { tablePrefix }
  if (print) return kind.schema(options)
  const { from, to } = await kind.migrate(url.replace(/^mariadb:/, "mysql:"), options)
  return from === to
    ? `The schema is at version ${to}: nothing to do.\n`
    : `The schema went from version ${from} to ${to}.\n`
}
