import { inspect } from "node:util"
import { exampleRow } from "@holdfast/testing"
import mysql from "mysql2/promise"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { mysqlServer, postgresServer, type TestDatabase, type TestServer } from "../fixtures/servers.js"
import { migrateMysql, mysqlSchema, mysqlStore } from "./mysql.js"
import { migratePostgres, postgresSchema, postgresStore } from "./postgres.js"
import type { ServerStoreOptions } from "./server-store.js"

/** What differs between the servers, for tests. */
interface Kit {
  readonly server: TestServer
  migrate(url: string, options?: ServerStoreOptions): Promise<unknown>
  readonly schema: (options?: { tablePrefix?: string }) => string
  /** A pool of the caller's with one session, what holds that session, and a store on it. */
  pool(url: string, setting?: string): Promise<CallersPool>
  readonly locksTable: readonly string[]
}

interface CallersPool {
  store(options?: ServerStoreOptions): ReturnType<typeof postgresStore>
  hold(): Promise<() => void>
  end(): Promise<void>
}

const kits: readonly Kit[] = [
  {
    server: await postgresServer(),
    migrate: migratePostgres,
    schema: postgresSchema,
    async pool(url, setting) {
      const pool = new pg.Pool({ connectionString: url, max: 1 })
      pool.on("error", () => {})
      if (setting) pool.on("connect", (client) => void client.query(setting))
      return {
        store: (options) => postgresStore(pool, options),
        async hold() {
          const client = await pool.connect()
          return () => client.release()
        },
        end: () => pool.end(),
      }
    },
    locksTable: ["begin", "lock table holdfast_documents"],
  },
  {
    server: await mysqlServer(),
    migrate: migrateMysql,
    schema: mysqlSchema,
    async pool(url, setting) {
      const pool = mysql.createPool({ uri: url, connectionLimit: 1, charset: "utf8mb4_bin" })
      if (setting) pool.pool.on("connection", (connection) => void connection.query(setting))
      return {
        store: (options) => mysqlStore(pool, options),
        async hold() {
          const connection = await pool.getConnection()
          return () => connection.release()
        },
        end: () => pool.end(),
      }
    },
    locksTable: ["lock tables holdfast_documents write"],
  },
]

for (const { server, migrate, schema, pool, locksTable } of kits) {
  const title = `${server.name}Store and trouble`
  if (server.missing !== undefined) {
    describe(title, () => {
      it.skip(`survives it (skip: ${server.missing})`, () => {})
    })
    continue
  }

  describe(title, () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await server.create()
      await migrate(database.url)
    })
    afterAll(() => database.drop())

    it("says what to do when its tables are missing, makes none by itself, and goes on once they are there", async () => {
      const empty = await server.create()
      const store = empty.store({ migrate: false })
      for (const call of [store.ready(), store.connections.get("conn_a")]) {
        await expect(call).rejects.toMatchObject({
          code: "config_invalid",
          message: expect.stringContaining("holdfast migrate"),
        })
      }
      // Five at once: one makes them, the others wait for it.
      const ends = await Promise.all(Array.from({ length: 5 }, () => migrate(empty.url)))
      expect(ends).toContainEqual({ from: 0, to: 1 })
      expect(await migrate(empty.url)).toEqual({ from: 1, to: 1 })
      expect(await empty.sql("select version from holdfast_migrations")).toHaveLength(1)
      expect(await store.connections.get("conn_a")).toBeUndefined()
      await empty.sql("insert into holdfast_migrations (version, applied_at) values (99, 0)")
      await expect(migrate(empty.url)).rejects.toMatchObject({ code: "config_invalid" })
      await store.close()
      await empty.drop()
    })

    it("has a schema that can be run by hand", async () => {
      const empty = await server.create()
      for (const step of schema({ tablePrefix: "own_" }).split(";\n")) if (step !== "") await empty.sql(step)
      const store = empty.store({ migrate: false, tablePrefix: "own_" })
      expect((await store.connections.insert(exampleRow("conn_a"))).is).toBe("inserted")
      await store.close()
      await empty.drop()
    })

    it("tells names apart by their bytes: case, accents, and spaces at the end", async () => {
      const store = database.store()
      const names = ["Ann", "ann", "ánn", "ann ", " ann", "ann  "]
      for (const [at, accountKey] of names.entries()) {
        const row = exampleRow(`conn_bytes_${at}`, { tenantId: "bytes", accountKey, alias: accountKey })
        expect((await store.connections.insert(row)).is).toBe("inserted")
        await store.documents.put({ key: `bytes:${accountKey}`, value: accountKey, expiresAt: null }, 0)
      }
      for (const accountKey of names) {
        expect(await store.connections.list({ tenantId: "bytes", alias: accountKey, limit: 9 })).toMatchObject([
          { accountKey },
        ])
        expect(await store.documents.get(`bytes:${accountKey}`)).toMatchObject({ value: accountKey })
      }
      await store.close()
    })

    it("holds owners of 255 characters of four bytes each, one row for each account", async () => {
      const store = database.store()
      const long = `${"🔑".repeat(127)}株`
      const row = exampleRow("conn_long", { tenantId: long, userId: long, accountKey: long, appId: long, alias: long })
      const inserted = await store.connections.insert(row)
      expect(inserted.is).toBe("inserted")
      expect(await store.connections.insert({ ...row, id: "conn_long_2" })).toMatchObject({ is: "exists" })
      expect(
        (await store.connections.insert({ ...row, id: "conn_long_3", accountKey: `${long}x`, alias: null })).is,
      ).toBe("inserted")
      await store.close()
    })

    it("rejects, and never hangs, when the pool of the caller is used up; and recovers", async () => {
      const mine = await pool(database.url)
      const store = mine.store({ timeoutMs: 1_500 })
      await store.ready()
      const release = await mine.hold()
      const calls = [
        store.connections.get("conn_a"),
        store.documents.put({ key: "full:a", value: "v", expiresAt: null }, 0),
      ]
      for (const end of await Promise.allSettled(calls)) {
        expect(end).toMatchObject({
          status: "rejected",
          reason: { code: "store_unavailable", details: { reason: "timeout" } },
        })
      }
      release()
      expect(await store.documents.put({ key: "full:b", value: "v", expiresAt: null }, 0)).toBe(1)
      await store.close()
      // A pool that was given stays open.
      await (await mine.hold())()
      await mine.end()
    })

    it("rejects a write that gets no answer in time, gives its session up, and recovers", async () => {
      const store = database.store({ timeoutMs: 1_500 })
      await store.ready()
      for (const sql of locksTable) await database.sql(sql)
      await expect(store.documents.put({ key: "slow:a", value: "v", expiresAt: null }, 0)).rejects.toMatchObject({
        code: "store_unavailable",
        details: { reason: "timeout" },
      })
      for (const sql of ["commit", ...(server.name === "mysql" ? ["unlock tables"] : [])]) await database.sql(sql)
      expect(await store.documents.put({ key: "slow:b", value: "v", expiresAt: null }, 0)).toBe(1)
      await store.close()
    })

    it("rejects what was under way when sessions are cut, tells no value, keeps what it acknowledged, and recovers", async () => {
      const store = database.store({ timeoutMs: 5_000 })
      const canary = "canary-of-a-value"
      const acknowledged: string[] = []
      const errors: unknown[] = []
      let isOver = false
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let at = 0; !isOver && at < 5_000; at++) {
          const row = exampleRow(`conn_cut_${writer}_${at}`, { tenantId: `cut-${writer}`, sealed: { main: canary } })
          try {
            const result = await store.connections.insert(row)
            if (result.is === "inserted") acknowledged.push(row.id)
          } catch (error) {
            errors.push(error)
          }
        }
      })
      for (let cuts = 0; cuts < 40 && (errors.length < 4 || acknowledged.length < 20); cuts++) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        await database.cutSessions()
      }
      isOver = true
      await Promise.all(writers)
      expect(errors.length).toBeGreaterThan(0)
      for (const error of errors) {
        expect(error).toMatchObject({ code: "store_unavailable", retryable: true })
        expect(inspect(error, { depth: 9 })).not.toContain(canary)
        expect((error as Error).cause).toBeUndefined()
      }
      const stored: string[] = []
      for (let writer = 0; writer < 4; writer++) {
        const rows = await store.connections.list({ tenantId: `cut-${writer}`, limit: 10_000 })
        stored.push(...rows.map(({ id }) => id))
        // A number is given with its row or not at all.
        expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(rows.map((_, at) => at + 1))
      }
      expect(stored).toEqual(expect.arrayContaining(acknowledged))
      await store.close()
    })

    it("asks a read again whose session was cut while it rested in the pool", async () => {
      const store = database.store()
      const readers = () => Promise.all(Array.from({ length: 8 }, (_, at) => store.documents.get(`rested:${at}`)))
      for (let at = 0; at < 8; at++) await store.documents.put({ key: `rested:${at}`, value: "v", expiresAt: null }, 0)
      for (let cuts = 0; cuts < 10; cuts++) {
        const before = await readers()
        await database.cutSessions()
        // Whether the pool has heard of it by now is chance.
        expect(await readers()).toEqual(before)
      }
      await store.close()
    })

    it("refuses every call after it was closed", async () => {
      const store = database.store()
      await store.ready()
      await store.close()
      await store.close()
      await expect(store.connections.get("conn_a")).rejects.toMatchObject({ code: "store_unavailable" })
    })

    it("is store_unavailable where nothing answers, and takes no prefix that is SQL", async () => {
      const url = new URL(database.url)
      url.port = "1"
      const away = server.name === "postgres" ? postgresStore(url.href) : mysqlStore(url.href)
      await expect(away.connections.get("conn_a")).rejects.toMatchObject({ code: "store_unavailable" })
      await away.close()
      expect(() => database.store({ tablePrefix: "x`; drop table y" })).toThrow("tablePrefix")
    })

    const unfit: Record<TestServer["name"], [setting: string, says: string][]> = {
      postgres: [["set synchronous_commit = off", "synchronous_commit"]],
      mysql: [
        ["set autocommit = 0", "autocommit"],
        ["set sql_mode = ''", "STRICT_TRANS_TABLES"],
        ["set character_set_client = latin1", "utf8mb4"],
      ],
    }
    it.each(unfit[server.name])("refuses a caller's sessions with %s (R21)", async (setting, says) => {
      const mine = await pool(database.url, setting)
      const store = mine.store()
      await expect(store.ready()).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringContaining(says),
      })
      await mine.end()
    })
  })
}

const postgres = kits[0]?.server
if (postgres?.missing === undefined) {
  it("postgresStore sets sessions of its own to wait for the disk, whatever the role says (R21)", async () => {
    const database = await postgresServer().then((server) => server.create())
    const url = new URL(database.url)
    url.searchParams.set("options", `${url.searchParams.get("options")} -c synchronous_commit=off`)
    const store = postgresStore(url.href, { migrate: true })
    await store.ready()
    // A column that notes the setting of the session that writes.
    const noted = "add column noted text default current_setting('synchronous_commit')"
    await database.sql(`alter table holdfast_connections ${noted}`)
    expect((await store.connections.insert(exampleRow("conn_a"))).is).toBe("inserted")
    expect(await database.sql("select noted from holdfast_connections")).toEqual([{ noted: "on" }])
    await store.close()
    await database.drop()
  })
}

describe("a server that may lose acknowledged writes (R21)", () => {
  // Settings of a whole server, which tests that run beside this one must not meet: its answers are played.
  const postgresAnswers = (rows: unknown[][]) => ({
    connect: async () => ({
      query: async () => ({ rows, rowCount: rows.length }),
      release() {},
      on() {},
      removeListener() {},
    }),
    end: async () => {},
  })
  const mysqlAnswers = (...row: unknown[]) => ({
    async getConnection() {
      const answer = async (): Promise<[unknown, unknown]> => [[row], undefined]
      return { connection: {}, query: answer, execute: answer, release() {}, destroy() {} }
    },
    end: async () => {},
  })
  const strict = [1, "STRICT_TRANS_TABLES", "utf8mb4"] as const

  it("is refused, and the setting named", async () => {
    const refused: [string, { ready(): Promise<void> }][] = [
      ["fsync", postgresStore(postgresAnswers([["on", "off"]]))],
      ["innodb_flush_log_at_trx_commit = 1", mysqlStore(mysqlAnswers(...strict, 2, 0, 0))],
      ["innodb_flush_log_at_trx_commit = 1", mysqlStore(mysqlAnswers(...strict, 0, 0, 0))],
      ["sync_binlog = 1", mysqlStore(mysqlAnswers(...strict, 1, 1, 0))],
    ]
    for (const [says, store] of refused) {
      await expect(store.ready()).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringContaining(says),
        details: { reason: "not_durable" },
      })
    }
  })

  it("is taken when it is told to be: then only the schema is looked at", async () => {
    const options = { durability: "unchecked" } as const
    await postgresStore(postgresAnswers([["1"]]), options).ready()
    await mysqlStore(mysqlAnswers(...strict, 2, 1, 0), options).ready()
  })
})
