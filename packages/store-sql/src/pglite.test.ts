import { PGlite } from "@electric-sql/pglite"
import { exampleRow, storeSuite } from "@holdfast/testing"
import { afterAll, beforeAll, expect, it } from "vitest"
import { postgresStore } from "./postgres.js"

let database: PGlite
beforeAll(async () => {
  database = await PGlite.create()
})
afterAll(() => database.close())

// It never flushes, being in memory: a store on it must be told that this is known.
const options = { durability: "unchecked", migrate: true } as const

storeSuite({
  name: "postgresStore on PGlite",
  async create() {
    const store = postgresStore(database, options)
    await store.ready()
    for (const table of ["connections", "documents", "numbers"]) await database.exec(`delete from holdfast_${table}`)
    return {
      store,
      peer: postgresStore(database, options),
      reopen: async () => postgresStore(database, options),
      close: () => store.close(),
    }
  },
})

it("postgresStore refuses PGlite where acknowledged writes must last (R21)", async () => {
  const store = postgresStore(database)
  await expect(store.connections.insert(exampleRow("conn_a"))).rejects.toMatchObject({
    code: "config_invalid",
    message: expect.stringContaining("fsync"),
  })
})
