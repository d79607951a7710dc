import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type StoreUnderTest, storeSuite } from "@holdfast/testing"
import Database from "libsql"
import { type SqliteStore, sqliteStore } from "./sqlite.js"

storeSuite({
  name: "sqliteStore on a file",
  create() {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-sqlite-"))
    const path = join(folder, "holdfast.db")
    const open: SqliteStore[] = []
    const opened = () => {
      const store = sqliteStore(path)
      open.push(store)
      return store
    }
    return {
      store: opened(),
      peer: opened(),
      async reopen() {
        for (const store of open) store.close()
        return opened()
      },
      close() {
        for (const store of open) store.close()
        rmSync(folder, { recursive: true })
      },
    } satisfies StoreUnderTest
  },
})

storeSuite({
  name: "sqliteStore on a handle of the caller's, with a prefix",
  create() {
    const database = new Database(":memory:")
    const options = { tablePrefix: "other_" }
    return {
      store: sqliteStore(database, options),
      peer: sqliteStore(database, options),
      reopen: async () => sqliteStore(database, options),
      close: () => void database.close(),
    }
  },
})
