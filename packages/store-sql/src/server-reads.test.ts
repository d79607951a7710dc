import { exampleRow } from "@holdfast/testing"
import { expect, it } from "vitest"
import { packedColumns, toColumns } from "./connection-table.js"
import { type PostgresPool, type PostgresQuery, postgresStore } from "./postgres.js"

/** A server of one row that counts its readers. It answers what the row was when the question arrived. */
function countingServer() {
  const table = { ...toColumns({ ...exampleRow("conn_1"), number: 1, version: 1 }) }
  let arrive = () => {}
  const seen = {
    reads: 0,
    arrived: new Promise<void>((resolve) => {
      arrive = resolve
    }),
  }
  const session = {
    async query({ text }: PostgresQuery) {
      if (text.includes("max(")) return { rows: [[1]], rowCount: 1 }
      seen.reads++
      const answer = [JSON.stringify(packedColumns.map((column) => table[column])), table.sealed, table.detail]
      arrive()
      await Promise.resolve()
      return { rows: [answer], rowCount: 1 }
    },
    release() {},
    on() {},
    removeListener() {},
  }
  const pool: PostgresPool = { connect: async () => session, end: async () => {} }
  return { store: postgresStore(pool, { durability: "unchecked" }), table, seen }
}

it("answers a thousand readers of one moment with one read, and gives each a row of its own", async () => {
  const { store, seen } = countingServer()
  await store.ready()
  const rows = await Promise.all(Array.from({ length: 1_000 }, () => store.connections.get("conn_1")))
  expect(seen.reads).toBe(1)
  expect(rows[0]).toMatchObject({ id: "conn_1", version: 1 })
  expect(rows[1]).toEqual(rows[0])
  expect(rows[1]?.detail).not.toBe(rows[0]?.detail)
})

it("joins no read that was sent: what was written meanwhile is seen", async () => {
  const { store, table, seen } = countingServer()
  await store.ready()
  const early = store.connections.get("conn_1")
  await seen.arrived
  table.version = 2
  const late = store.connections.get("conn_1")
  expect(await early).toMatchObject({ version: 1 })
  expect(await late).toMatchObject({ version: 2 })
})
