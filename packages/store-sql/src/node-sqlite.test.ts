import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { storeSuite } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { type SqliteDatabase, sqliteStore } from "./sqlite.js"

const root = fileURLToPath(new URL("../../../", import.meta.url))
const builtIn = process.getBuiltinModule("node:sqlite") as
  | { DatabaseSync: new (path: string) => SqliteDatabase }
  | undefined

if (builtIn) {
  storeSuite({
    name: "sqliteStore on a handle of node:sqlite",
    create() {
      const database = new builtIn.DatabaseSync(":memory:")
      return {
        store: sqliteStore(database),
        reopen: async () => sqliteStore(database),
        close: () => void database.close(),
      }
    },
  })
} else {
  describe("sqliteStore on a handle of node:sqlite", () => {
    // This Node has none, so the file runs again in one that has.
    const node = `${root}scripts/runtimes/node_modules/node-24/bin/node`
    it.runIf(existsSync(node))("holds the contract in Node 24", async () => {
      const arguments_ = [`${root}node_modules/vitest/vitest.mjs`, "run", "--project", "packages", "--reporter=json"]
      const { stdout } = await promisify(execFile)(node, [...arguments_, fileURLToPath(import.meta.url)], { cwd: root })
      const report = JSON.parse(stdout.slice(stdout.indexOf('{"numTotal'))) as {
        numPassedTests: number
        success: boolean
      }
      expect(report.success).toBe(true)
      expect(report.numPassedTests).toBeGreaterThan(40)
    })
  })
}
