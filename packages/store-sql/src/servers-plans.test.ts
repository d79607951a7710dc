import { exampleRow } from "@holdfast/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { mysqlServer, postgresServer, type TestDatabase, type TestServer } from "../fixtures/servers.js"
import { connectionColumns } from "./connection-table.js"
import { mysqlStatements } from "./mysql-moves.js"
import { mysqlQueries } from "./mysql-queries.js"
import { postgresStatements } from "./postgres-moves.js"
import { postgresQueries } from "./postgres-queries.js"
import type { ServerStore } from "./server-store.js"
import { tableNames } from "./tables.js"

const count = 20_000
const due = 50
const tables = tableNames("holdfast_")
const copied = connectionColumns
  .filter((column) => !["id", "account_key", "alias", "number", "due_at"].includes(column))
  .join(", ")

interface Kit {
  readonly server: TestServer
  /** As many rows as told, due one after another in the far future. */
  fill(rows: number): string[]
  /** How many rows and pages the claim looks at. */
  claimPlan(database: TestDatabase): Promise<string>
  readonly isCheap: RegExp
}

const kits: Kit[] = [
  {
    server: await postgresServer(),
    fill: (rows) => [
      `insert into holdfast_connections (id, account_key, number, due_at, ${copied})
        select 'conn_' || n, 'account-' || n, n + 1, 1000000 + n, ${copied}
        from holdfast_connections, generate_series(1, ${rows}) n where id = 'conn_first'`,
      "analyze holdfast_connections",
    ],
    async claimPlan(database) {
      const { sql } = postgresStatements(postgresQueries(), tables).claimDue
      const values = ["1000", "200", "2000"]
      const plan = await database.sql(
        `explain ${sql.replace(/\$(\d)/g, (_, at) => (values[Number(at) - 1] ?? "").toString())}`,
      )
      return plan.map((row) => row["QUERY PLAN"]).join("\n")
    },
    isCheap: /Index Scan using holdfast_connections_due/,
  },
  {
    server: await mysqlServer(),
    fill: (rows) => [
      "set session cte_max_recursion_depth = 10000000",
      "set session max_recursive_iterations = 10000000",
      `insert into holdfast_connections (id, account_key, number, due_at, ${copied})
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${rows})
        select concat('conn_', n), concat('account-', n), n + 1, 1000000 + n, ${copied}
        from holdfast_connections, numbers where id = 'conn_first'`,
      "analyze table holdfast_connections",
    ],
    async claimPlan(database) {
      const { sql } = mysqlStatements(mysqlQueries(), tables).lockDue
      const values = ["1000", "200"]
      let at = 0
      const plan = await database.sql(`explain ${sql.replace(/\?/g, () => values[at++] ?? "")}`)
      return plan.map(({ key, type, Extra }) => `${key} ${type} ${Extra}`).join("\n")
    },
    isCheap: /^holdfast_connections_due range (?!.*filesort)/,
  },
]

for (const { server, fill, claimPlan, isCheap } of kits) {
  const title = `what ${server.name} does for a claim among ${count} rows`
  if (server.missing !== undefined) {
    it.skip(`${title} is bounded (skip: ${server.missing})`, () => {})
    continue
  }
  describe(title, () => {
    let database: TestDatabase
    let store: ServerStore
    beforeAll(async () => {
      database = await server.create()
      store = database.store()
      await store.connections.insert(exampleRow("conn_first", { alias: "sales" }))
      for (const sql of fill(count)) {
        // Each server knows one of the two names of the setting.
        await database.sql(sql).catch((error: unknown) => {
          if (!sql.startsWith("set session")) throw error
        })
      }
      for (let at = 0; at < due; at++) {
        await store.connections.insert(exampleRow(`conn_due_${at}`, { tenantId: "due", dueAt: at }))
      }
    })
    afterAll(async () => {
      await store.close()
      await database.drop()
    })

    it("goes through the index of what is due, in its order", async () => {
      const plan = await claimPlan(database)
      expect(plan).toMatch(isCheap)
      expect(plan).not.toMatch(/Sort|Seq Scan on holdfast|filesort/)
    })

    it("hands out what is due and nothing else, soonest first", async () => {
      const claimed = await store.connections.claimDue(1_000, 200, 60_000_000_000)
      expect(claimed.map(({ id }) => id)).toEqual(Array.from({ length: due }, (_, at) => `conn_due_${at}`))
      expect(await store.connections.claimDue(1_000, 200, 60_000_000_000)).toEqual([])
    })

    it("looks up one user's rows, an account's and a page of ids through an index", async () => {
      const listings: [query: string, index: RegExp][] = [
        ["app_id = 'slack:123.456' and account_key = 'account-7' order by id limit 10", /_app/],
        ["tenant_id = 'acme' and alias = 'sales' order by id limit 10", /_alias/],
        ["tenant_id = 'acme' and number = 7 order by id limit 10", /_number/],
        ["id > 'conn_1' order by id limit 10", /_pkey|PRIMARY/],
      ]
      for (const [query, index] of listings) {
        const plan = await database.sql(`explain select * from holdfast_connections where ${query}`)
        expect(JSON.stringify(plan)).toMatch(index)
      }
    })
  })
}
