import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { isHoldfastError, type TokenStore } from "@holdfast/core"
import { exampleRow } from "@holdfast/testing"
import Database from "libsql"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { sqliteStore } from "./sqlite.js"

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-safety-"))
  path = join(folder, "holdfast.db")
})
afterEach(() => rmSync(folder, { recursive: true }))

describe("opening a database", () => {
  it("writes ahead, and acknowledges nothing before it is on the disk (R21)", () => {
    const database = new Database(path)
    sqliteStore(path).close()
    expect(database.prepare("PRAGMA journal_mode").all()).toEqual([{ journal_mode: "wal" }])
    database.exec("PRAGMA synchronous = FULL")
    expect(() => sqliteStore(database)).not.toThrow()
    database.close()
  })

  it.each([
    ["synchronous = NORMAL", "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"],
    ["synchronous = OFF", "PRAGMA synchronous = OFF"],
    ["journal_mode = MEMORY", "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL"],
  ])("refuses a handle that may lose acknowledged writes: %s (R21)", (_what, pragmas) => {
    const database = new Database(path)
    for (const pragma of pragmas.split("; ")) database.prepare(pragma).all()
    const error = thrownBy(() => sqliteStore(database))
    expect(isHoldfastError(error, "config_invalid")).toBe(true)
    expect(String(error)).toContain("PRAGMA synchronous = FULL")
    database.close()
  })

  it("refuses a schema newer than it knows, and leaves it alone", () => {
    sqliteStore(path).close()
    const database = new Database(path)
    database.exec("INSERT INTO holdfast_migrations VALUES (99, 0)")
    const error = thrownBy(() => sqliteStore(path))
    expect(isHoldfastError(error, "config_invalid")).toBe(true)
    expect(String(error)).toContain("schema version 99")
    database.close()
  })

  it("finds its schema there when it is opened again, and applies nothing twice", () => {
    for (let times = 0; times < 3; times++) sqliteStore(path).close()
    const database = new Database(path)
    expect(database.prepare("SELECT version FROM holdfast_migrations").all()).toEqual([{ version: 1 }])
    database.close()
  })

  it("keeps stores of different prefixes in one file apart, and takes no prefix that is SQL", async () => {
    const one = sqliteStore(path, { tablePrefix: "one_" })
    const two = sqliteStore(path, { tablePrefix: "two_" })
    await one.connections.insert(exampleRow("conn_a"))
    expect(await two.connections.get("conn_a")).toBeUndefined()
    for (const store of [one, two]) store.close()
    const error = thrownBy(() => sqliteStore(path, { tablePrefix: 'x"; DROP TABLE y' }))
    expect(isHoldfastError(error, "config_invalid")).toBe(true)
  })

  it("says what is wrong with a path that cannot be opened, or is no database", () => {
    expect(thrownBy(() => sqliteStore(join(folder, "missing", "holdfast.db")))).toMatchObject({
      code: "config_invalid",
    })
    writeFileSync(path, "this is no database, and long enough to be looked at as one ".repeat(50))
    expect(thrownBy(() => sqliteStore(path))).toMatchObject({
      code: "store_unavailable",
      details: { reason: "sqlite_notadb" },
    })
  })
})

describe("a driver's failure", () => {
  const canary = "canary-of-a-value"

  async function refusals(store: TokenStore) {
    const row = exampleRow("conn_b", { sealed: { main: canary }, accountKey: canary })
    const calls = [
      () => store.connections.insert(row),
      () => store.connections.update({ ...row, id: "conn_a", number: 1, version: 1 }),
      () => store.connections.delete("conn_a", 1),
      () => store.connections.claimDue(10, 10, 10),
      () => store.documents.put({ key: canary, value: canary, expiresAt: null }, 0),
      () => store.documents.take("handle:a"),
      () => store.documents.delete("handle:a"),
      () => store.documents.sweep(2_000, 10),
    ]
    return Promise.all(
      calls.map((call) =>
        call().then(
          () => "done",
          (error: unknown) => error,
        ),
      ),
    )
  }

  it("is store_unavailable with SQLite's code, tells no value, and leaves everything as it was", async () => {
    const store = sqliteStore(path, { busyTimeoutMs: 0 })
    await store.connections.insert(exampleRow("conn_a", { dueAt: 1 }))
    await store.documents.put({ key: "handle:a", value: "v", expiresAt: 1_000 }, 0)
    const before = await store.connections.list({ limit: 10 })
    const other = new Database(path)
    other.exec("BEGIN IMMEDIATE")

    const errors = await refusals(store)
    for (const error of errors) {
      expect(error).toMatchObject({ code: "store_unavailable", retryable: true, details: { reason: "sqlite_busy" } })
      expect(inspect(error, { depth: 9 })).not.toContain(canary)
      expect((error as Error).cause).toBeUndefined()
    }
    // Readers do not wait for a writer.
    expect(await store.connections.list({ limit: 10 })).toEqual(before)
    expect(await store.documents.get("handle:a")).toMatchObject({ value: "v" })

    other.exec("COMMIT")
    expect((await store.connections.insert(exampleRow("conn_b"))).is).toBe("inserted")
    expect(await store.documents.take("handle:a")).toMatchObject({ value: "v" })
    for (const open of [store, other]) open.close()
  })

  it("waits for another process's write as long as it is told to", async () => {
    const store = sqliteStore(path, { busyTimeoutMs: 60 })
    const other = new Database(path)
    other.exec("BEGIN IMMEDIATE")
    const started = performance.now()
    const put = store.documents.put({ key: "x", value: "v", expiresAt: null }, 0)
    await expect(put).rejects.toMatchObject({ code: "store_unavailable" })
    expect(performance.now() - started).toBeGreaterThan(40)
    for (const open of [store, other]) open.close()
  })

  it("refuses every call after it was closed, where libsql itself would still answer", async () => {
    const store = sqliteStore(path)
    await store.connections.insert(exampleRow("conn_a"))
    await store.connections.get("conn_a")
    store.close()
    store.close()
    await expect(store.connections.get("conn_a")).rejects.toMatchObject({ code: "store_unavailable" })
    for (const error of await refusals(store)) expect(error).toMatchObject({ code: "store_unavailable" })
  })

  it("does not take a file that may not be written to for a store", () => {
    sqliteStore(path).close()
    const database = new Database(path)
    database.exec("PRAGMA query_only = 1")
    database.exec("PRAGMA synchronous = FULL")
    const error = thrownBy(() => sqliteStore(database, { tablePrefix: "other_" }))
    expect(error).toMatchObject({ code: "store_unavailable", details: { reason: "sqlite_readonly" } })
    database.close()
    chmodSync(path, 0o600)
  })
})

describe("a handle of the caller's", () => {
  it("is refused while it has a transaction open, since what is written then could be rolled back", async () => {
    const database = new Database(":memory:")
    const store = sqliteStore(database)
    await store.connections.insert(exampleRow("conn_a"))
    database.exec("BEGIN")
    for (const error of await Promise.allSettled([
      store.connections.insert(exampleRow("conn_b")),
      store.connections.get("conn_a"),
      store.documents.put({ key: "a", value: "v", expiresAt: null }, 0),
    ])) {
      expect(error).toMatchObject({ status: "rejected", reason: { code: "store_unavailable" } })
    }
    database.exec("ROLLBACK")
    expect((await store.connections.insert(exampleRow("conn_b"))).is).toBe("inserted")
    store.close()
    expect(database.prepare("SELECT count(*) AS rows FROM holdfast_connections").all()).toEqual([{ rows: 2 }])
    database.close()
  })

  it("is answered for the values asked, whatever ran on the same SQL before", async () => {
    const store = sqliteStore(new Database(":memory:"))
    for (let at = 0; at < 5; at++) await store.connections.insert(exampleRow(`conn_${at}`, { dueAt: at * 10 }))
    for (const now of [0, 10, 20, 30, 40, 1_000, 1_010]) {
      const due = await store.connections.claimDue(now, 1, 1_000)
      expect(due.map(({ id }) => id)).toEqual([`conn_${(now % 1_000) / 10}`])
    }
  })
})

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error("Nothing was thrown.")
}
