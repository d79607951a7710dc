import type { ConnectionQuery } from "@holdfast/core"
import { exampleRow } from "@holdfast/testing"
import Database from "libsql"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { listConnections } from "./connection-statements.js"
import { sqliteStore } from "./sqlite.js"
import { orderFor } from "./sqlite-connections.js"
import { sqliteQueries } from "./sqlite-queries.js"
import { sqliteConnectionStatements, sqliteDocumentStatements } from "./sqlite-statements.js"
import { type Statement, statement } from "./statement.js"
import { tableNames } from "./tables.js"

const db = sqliteQueries()
const tables = tableNames("holdfast_")
const connections = sqliteConnectionStatements(db, tables)
const documents = sqliteDocumentStatements(db, tables)

describe("what SQLite does for each query", () => {
  const database = new Database(":memory:")

  beforeAll(async () => {
    const store = sqliteStore(database)
    for (let at = 0; at < 50; at++) await store.connections.insert(exampleRow(`conn_${at}`, { dueAt: at }))
  })
  afterAll(() => void database.close())

  /** The steps of the plan, as SQLite describes them. */
  function planOf({ sql }: Statement): string[] {
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    return rows.map(({ detail }) => detail)
  }

  const listings: [filters: Omit<ConnectionQuery, "limit">, plan: RegExp][] = [
    [
      { tenantId: "acme", userId: "ann", connector: "slack" },
      /_account \(tenant_id=\? AND <expr>=\? AND connector=\?\)/,
    ],
    [{ tenantId: "acme", userId: "ann" }, /_account \(tenant_id=\? AND <expr>=\?\)/],
    [{ tenantId: "acme", userId: null }, /_account \(tenant_id=\? AND <expr>=\?/],
    [{ tenantId: "acme" }, /_tenant \(tenant_id=\?\)/],
    [{ tenantId: "acme", after: "conn_1" }, /_tenant \(tenant_id=\? AND id>\?\)/],
    [{ tenantId: "acme", alias: "sales" }, /_alias \(tenant_id=\? AND alias=\?\)/],
    [{ tenantId: "acme", number: 7 }, /_number \(tenant_id=\? AND number=\?\)/],
    [{ connector: "slack", appId: "slack:1", accountKey: "T1" }, /\((app_id|connector)=\? AND account_key=\?/],
    [{ connector: "slack", accountKey: "T1" }, /_connector \(connector=\? AND account_key=\?\)/],
    [{ appId: "slack:1", accountKey: "T1" }, /_app \(app_id=\? AND account_key=\?\)/],
    [{ appId: "slack:1" }, /_app \(app_id=\?\)/],
    [{ keyId: "k1", after: "conn_1" }, /_key \(key_id=\? AND id>\?\)/],
    [{ status: "disconnecting" }, /_status \(status=\?\)/],
    [{ after: "conn_1" }, /\(id>\?\)/],
  ]

  const listed = (filters: Omit<ConnectionQuery, "limit">) =>
    statement(listConnections(db, tables, { limit: 10, ...filters }, orderFor(filters)))

  it.each(listings)("lists by %o through an index", (filters, plan) => {
    const [step, ...others] = planOf(listed(filters))
    expect(step).toMatch(/^SEARCH /)
    expect(step).toMatch(plan)
    // Sorting what an index found is fine; looking at another table or at all rows is not.
    for (const other of others) expect(other).toBe("USE TEMP B-TREE FOR ORDER BY")
  })

  it("claims by looking at nothing but what is due, in its order", () => {
    expect(planOf(connections.due)).toEqual([
      "SEARCH holdfast_connections USING INDEX holdfast_connections_due (due_at<?)",
    ])
    const hide = planOf(connections.hideDue).join("; ")
    expect(hide).toContain("USING COVERING INDEX holdfast_connections_due (due_at<?)")
    expect(hide).not.toMatch(/SCAN holdfast|TEMP B-TREE/)
  })

  it.each([
    ["get", connections.get],
    ["byAccount", connections.byAccount],
    ["byAlias", connections.byAlias],
    ["updateMoving", connections.updateMoving],
    ["update", connections.update],
    ["delete", connections.delete],
    ["documents.get", documents.get],
    ["documents.putOver", documents.putOver],
    ["documents.take", documents.take],
    ["documents.list", documents.list],
    ["documents.listAfter", documents.listAfter],
    ["documents.sweep", documents.sweep],
  ])("%s searches an index and sorts nothing", (_name, one) => {
    const plan = planOf(one).join("; ")
    expect(plan).toContain("SEARCH")
    expect(plan).not.toMatch(/SCAN holdfast|TEMP B-TREE/)
  })
})
