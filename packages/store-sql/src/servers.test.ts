import { type StoreUnderTest, storeSuite } from "@holdfast/testing"
import { afterAll, describe, it } from "vitest"
import { mysqlServer, postgresServer, type TestDatabase } from "../fixtures/servers.js"
import type { ServerStore } from "./server-store.js"

for (const server of [await postgresServer(), await mysqlServer()]) {
  if (server.missing !== undefined) {
    describe(`${server.name}Store`, () => {
      it.skip(`holds the store's contract (skip: ${server.missing})`, () => {})
    })
    continue
  }

  // One database for all tests, emptied for each: making one takes longer than most tests.
  let shared: { database: TestDatabase; store: ServerStore; peer: ServerStore } | undefined
  afterAll(async () => {
    await shared?.store.close()
    await shared?.peer.close()
    await shared?.database.drop()
  })

  storeSuite({
    name: `${server.name}Store on a server`,
    async create() {
      if (!shared) {
        const database = await server.create()
        shared = { database, store: database.store(), peer: database.store() }
      }
      const { database, store, peer } = shared
      await Promise.all([store.ready(), peer.ready()])
      for (const table of ["connections", "documents", "numbers"]) await database.sql(`delete from holdfast_${table}`)
      let again: ServerStore | undefined
      return {
        store,
        peer,
        async reopen() {
          again = database.store({ migrate: false })
          return again
        },
        close: async () => again?.close(),
      } satisfies StoreUnderTest
    },
  })
}
