import type { ConnectionQuery, TokenStore } from "@holdfast/core"
import { expect } from "vitest"
import { exampleRow } from "./example-row.js"
import type { StoreCase } from "./store-suite.js"
import { inserted } from "./store-suite-connections.js"

async function ids(store: TokenStore, query: Omit<ConnectionQuery, "limit">): Promise<string[]> {
  return (await store.connections.list({ limit: 100, ...query })).map((row) => row.id)
}

export const queryCases: readonly StoreCase[] = [
  {
    title: "lists in ascending order of id, compared byte by byte, up to the limit",
    async run({ store }) {
      for (const id of ["conn_b", "conn_a", "conn_B", "conn_1", "conn_", "conn_a0", "conn_-"]) {
        await inserted(store, exampleRow(id))
      }
      const expected = ["conn_", "conn_-", "conn_1", "conn_B", "conn_a", "conn_a0", "conn_b"]
      expect(await ids(store, {})).toEqual(expected)
      expect((await store.connections.list({ limit: 3 })).map((row) => row.id)).toEqual(expected.slice(0, 3))
      expect(await store.connections.list({ limit: 0 })).toEqual([])
    },
  },
  {
    title: "goes through all rows page by page, each once, also while rows are added and removed",
    async run({ store }) {
      for (let at = 10; at < 35; at++) await inserted(store, exampleRow(`conn_${at}`))
      const seen: string[] = []
      let after: string | undefined
      for (let page = 0; page < 10; page++) {
        const rows = await store.connections.list({ limit: 10, tenantId: "acme", ...(after && { after }) })
        if (rows.length === 0) break
        seen.push(...rows.map((row) => row.id))
        after = seen.at(-1)
        if (page === 0) {
          await store.connections.delete("conn_15", 1)
          await inserted(store, exampleRow("conn_05"))
        }
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => `conn_${at + 10}`))
      expect(await ids(store, { after: "conn_34" })).toEqual([])
    },
  },
  {
    title: "lists a user's rows with those shared, shared ones alone, or all",
    async run({ store }) {
      await inserted(store, exampleRow("conn_ann"))
      await inserted(store, exampleRow("conn_ben", { userId: "ben" }))
      await inserted(store, exampleRow("conn_shared", { userId: null }))
      await inserted(store, exampleRow("conn_theirs", { tenantId: "other", userId: null }))
      const tenantId = "acme"
      expect(await ids(store, { tenantId, userId: "ann" })).toEqual(["conn_ann", "conn_shared"])
      expect(await ids(store, { tenantId, userId: "nobody" })).toEqual(["conn_shared"])
      expect(await ids(store, { tenantId, userId: null })).toEqual(["conn_shared"])
      expect(await ids(store, { tenantId })).toEqual(["conn_ann", "conn_ben", "conn_shared"])
      expect(await ids(store, { userId: null })).toEqual(["conn_shared", "conn_theirs"])
    },
  },
  {
    title: "lists by each clear column, and by all of them together (C10)",
    async run({ store }) {
      const other = {
        tenantId: "other",
        userId: "ben",
        connector: "zoom",
        accountKey: "A2",
        appId: "zoom:2",
        alias: "two",
        keyId: "k2",
        status: "needs_reauth",
      } as const
      await inserted(store, exampleRow("conn_1", { tenantId: "other" }))
      await inserted(store, exampleRow("conn_2", other))
      await inserted(store, exampleRow("conn_3"))
      const { userId: _user, ...columns } = other
      for (const [column, value] of Object.entries(columns)) {
        const expected = column === "tenantId" ? ["conn_1", "conn_2"] : ["conn_2"]
        expect(await ids(store, { [column]: value }), column).toEqual(expected)
        expect(await ids(store, { [column]: "nothing" }), column).toEqual([])
      }
      expect(await ids(store, { number: 2 })).toEqual(["conn_2"])
      expect(await ids(store, { number: 1 })).toEqual(["conn_1", "conn_3"])
      expect(await ids(store, { ...other, number: 2, after: "conn_1" })).toEqual(["conn_2"])
      for (const column of [...Object.keys(columns), "userId"]) {
        expect(await ids(store, { ...other, number: 2, [column]: "nothing" }), column).toEqual([])
      }
    },
  },
  {
    title: "lists by the newest values, not by those it was inserted with",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { alias: "one" }))
      await store.connections.update({ ...row, keyId: "k2", status: "degraded", appId: "slack:2", alias: "two" })
      const before = [{ keyId: "k1" }, { status: "active" as const }, { appId: row.appId }, { alias: "one" }]
      const now = [{ keyId: "k2" }, { status: "degraded" as const }, { appId: "slack:2" }, { alias: "two" }]
      for (const query of before) expect(await ids(store, query)).toEqual([])
      for (const query of now) expect(await ids(store, query)).toEqual(["conn_a"])
    },
  },
  {
    title: "claims what is due, soonest first, up to the limit, and nothing else",
    async run({ store }) {
      const due = { conn_c: 100, conn_a: 300, conn_d: 200, conn_b: 301, conn_z: null, conn_y: 0 }
      for (const [id, dueAt] of Object.entries(due)) await inserted(store, exampleRow(id, { dueAt }))
      const claim = async (now: number, limit: number) =>
        (await store.connections.claimDue(now, limit, 1_000)).map((row) => row.id)
      expect(await claim(300, 0)).toEqual([])
      expect(await claim(300, 2)).toEqual(["conn_y", "conn_c"])
      expect(await claim(300, 10)).toEqual(["conn_d", "conn_a"])
      expect(await claim(300, 10)).toEqual([])
      expect(await claim(1_299, 10)).toEqual(["conn_b"])
      expect((await claim(1_300, 10)).sort()).toEqual(["conn_a", "conn_c", "conn_d", "conn_y"])
    },
  },
  {
    title:
      "moves only dueAt when it claims: version, lease and all else stay, and an update read before still lands (R3)",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { dueAt: 5 }))
      const [claimed] = await store.connections.claimDue(10, 1, 90)
      expect(claimed).toEqual({ ...row, dueAt: 100 })
      expect(await store.connections.get("conn_a")).toEqual({ ...row, dueAt: 100 })
      expect(await store.connections.update({ ...row, dueAt: 50 })).toBe("updated")
      expect((await store.connections.claimDue(50, 1, 90)).map(({ version }) => version)).toEqual([2])
    },
  },
]
