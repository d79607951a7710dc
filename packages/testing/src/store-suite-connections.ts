import type { ConnectionRow, TokenStore } from "@holdfast/core"
import { expect } from "vitest"
import { exampleRow, fullRow, type NewRow } from "./example-row.js"
import type { StoreCase } from "./store-suite.js"

/** Inserts, and answers the row as stored. */
export async function inserted(store: TokenStore, row: NewRow): Promise<ConnectionRow> {
  const result = await store.connections.insert(row)
  if (result.is !== "inserted") throw new Error(`Expected ${row.id} to be inserted, but: ${result.is}.`)
  return result.row
}

export const connectionCases: readonly StoreCase[] = [
  {
    title: "answers undefined for a connection that is not there",
    async run({ store }) {
      expect(await store.connections.get("conn_none")).toBeUndefined()
    },
  },
  {
    title: "answers a row as it was inserted, with version 1 and the tenant's first number",
    async run({ store }) {
      for (const row of [exampleRow("conn_plain"), fullRow("conn_full", { tenantId: "other" })]) {
        const expected = { ...row, number: 1, version: 1 }
        expect(await inserted(store, row)).toEqual(expected)
        expect(await store.connections.get(row.id)).toEqual(expected)
      }
    },
  },
  {
    title: "keeps one row per tenant, user, connector, app and account, and answers the one that is there",
    async run({ store }) {
      const first = await inserted(store, exampleRow("conn_a", { accountKey: "T1" }))
      expect(await store.connections.insert(exampleRow("conn_b", { accountKey: "T1", status: "degraded" }))).toEqual({
        is: "exists",
        row: first,
      })
      expect(await store.connections.get("conn_b")).toBeUndefined()
      const others: Partial<NewRow>[] = [
        { tenantId: "other" },
        { userId: "ben" },
        { connector: "zoom" },
        { appId: "slack:other" },
        { appId: "" },
        { accountKey: "T2" },
        { accountKey: "t1" },
        { userId: "Ann" },
      ]
      for (const [at, other] of others.entries()) {
        await inserted(store, exampleRow(`conn_other_${at}`, { accountKey: "T1", ...other }))
      }
    },
  },
  {
    title: "tells rows shared with the tenant from a user's, and keeps one of each",
    async run({ store }) {
      const same = { accountKey: "T1" }
      await inserted(store, exampleRow("conn_ann", same))
      const shared = await inserted(store, exampleRow("conn_shared", { ...same, userId: null }))
      await inserted(store, exampleRow("conn_null", { ...same, userId: "null" }))
      expect(await store.connections.insert(exampleRow("conn_again", { ...same, userId: null }))).toEqual({
        is: "exists",
        row: shared,
      })
    },
  },
  {
    title: "keeps one row per account where there is no app",
    async run({ store }) {
      const keyed = { appId: "", accountKey: "fingerprint" }
      const row = await inserted(store, exampleRow("conn_a", keyed))
      expect(await store.connections.insert(exampleRow("conn_b", keyed))).toEqual({ is: "exists", row })
    },
  },
  {
    title: "answers the row that is there when the same id is inserted again (C10)",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { alias: "sales" }))
      const again = [
        exampleRow("conn_a", { alias: "sales" }),
        exampleRow("conn_a", { tenantId: "other", userId: null }),
      ]
      for (const other of again) expect(await store.connections.insert(other)).toEqual({ is: "exists", row })
    },
  },
  {
    title: "refuses an alias that another row of the tenant has, and stores nothing",
    async run({ store }) {
      const first = await inserted(store, exampleRow("conn_a", { alias: "sales" }))
      const taken = exampleRow("conn_b", { alias: "sales", userId: "ben", connector: "zoom" })
      expect(await store.connections.insert(taken)).toEqual({ is: "alias_taken" })
      expect(await store.connections.get("conn_b")).toBeUndefined()
      // The same account is a reconnect, whatever alias comes with it.
      await inserted(store, exampleRow("conn_c", { alias: "support", accountKey: "T3" }))
      const reconnect = exampleRow("conn_d", { alias: "support", accountKey: first.accountKey })
      expect(await store.connections.insert(reconnect)).toEqual({ is: "exists", row: first })
    },
  },
  {
    title: "lets an alias be used in another tenant, in another case, absent often, and again once it is free",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { alias: "sales" }))
      await inserted(store, exampleRow("conn_b", { alias: "sales", tenantId: "other" }))
      await inserted(store, exampleRow("conn_c", { alias: "Sales" }))
      await inserted(store, exampleRow("conn_d", { alias: null }))
      const none = await inserted(store, exampleRow("conn_e", { alias: null }))
      expect(await store.connections.update({ ...row, alias: "left" })).toBe("updated")
      expect(await store.connections.update({ ...none, alias: "sales" })).toBe("updated")
      expect(await store.connections.delete("conn_e", 2)).toBe(true)
      await inserted(store, exampleRow("conn_f", { alias: "sales" }))
    },
  },
  {
    title: "numbers a tenant's rows in order, without a gap for refused ones, and never gives a number twice",
    async run({ store }) {
      expect((await inserted(store, exampleRow("conn_z", { alias: "sales" }))).number).toBe(1)
      await store.connections.insert(exampleRow("conn_z"))
      await store.connections.insert(exampleRow("conn_y", { alias: "sales" }))
      const second = await inserted(store, exampleRow("conn_a", { userId: null, connector: "zoom" }))
      expect(second.number).toBe(2)
      expect((await inserted(store, exampleRow("conn_o", { tenantId: "other" }))).number).toBe(1)
      expect(await store.connections.delete("conn_a", 1)).toBe(true)
      expect((await inserted(store, exampleRow("conn_b"))).number).toBe(3)
    },
  },
  {
    title: "updates the whole row under the version it was read with, and counts the version up",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a"))
      const changed = fullRow("conn_a", {
        userId: null,
        appId: "slack:new",
        accountKey: "T9",
        keyId: "k2",
        status: "degraded",
      })
      expect(await store.connections.update({ ...changed, number: row.number, version: 1 })).toBe("updated")
      expect(await store.connections.get("conn_a")).toEqual({ ...changed, number: 1, version: 2 })
      const emptied = { ...exampleRow("conn_a", { sealed: {} }), number: row.number, version: 2 }
      expect(await store.connections.update(emptied)).toBe("updated")
      expect(await store.connections.get("conn_a")).toEqual({ ...emptied, version: 3 })
    },
  },
  {
    title: "refuses an update under a stale version or of a row that is not there, and changes nothing",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { alias: "sales" }))
      await inserted(store, exampleRow("conn_b", { alias: "support" }))
      expect(await store.connections.update({ ...row, status: "degraded" })).toBe("updated")
      for (const version of [0, 1, 3]) {
        expect(await store.connections.update({ ...row, version, status: "disabled" })).toBe("stale")
        expect(await store.connections.update({ ...row, version, alias: "support" })).toBe("stale")
      }
      expect(await store.connections.get("conn_a")).toEqual({ ...row, version: 2, status: "degraded" })
      expect(await store.connections.update({ ...row, id: "conn_none" })).toBe("stale")
      expect(await store.connections.get("conn_none")).toBeUndefined()
    },
  },
  {
    title: "refuses an update to an alias that another row of the tenant has, and changes nothing",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { alias: "sales" }))
      await inserted(store, exampleRow("conn_b", { alias: "support" }))
      expect(await store.connections.update({ ...row, alias: "support", status: "disabled" })).toBe("alias_taken")
      expect(await store.connections.get("conn_a")).toEqual(row)
      expect(await store.connections.update({ ...row, status: "disabled" })).toBe("updated")
    },
  },
  {
    title: "refuses an update to another row's account as store_conflict, and changes nothing",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { userId: null, appId: "slack:1" }))
      await inserted(store, exampleRow("conn_b", { userId: null, appId: "slack:2", accountKey: row.accountKey }))
      await expect(store.connections.update({ ...row, appId: "slack:2" })).rejects.toMatchObject({
        code: "store_conflict",
        details: { reason: "identity_taken" },
      })
      expect(await store.connections.get("conn_a")).toEqual(row)
    },
  },
  {
    title: "deletes under the version it was read with, and says whether the row is gone",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a"))
      expect(await store.connections.delete("conn_none", 1)).toBe(true)
      expect(await store.connections.update(row)).toBe("updated")
      expect(await store.connections.delete("conn_a", 1)).toBe(false)
      expect(await store.connections.get("conn_a")).toEqual({ ...row, version: 2 })
      expect(await store.connections.delete("conn_a", 2)).toBe(true)
      expect(await store.connections.get("conn_a")).toBeUndefined()
      expect(await store.connections.delete("conn_a", 2)).toBe(true)
      expect(await store.connections.update({ ...row, version: 2 })).toBe("stale")
    },
  },
  {
    title: "keeps rows apart from what the caller does to the objects it gave and got",
    async run({ store }) {
      const given = structuredClone(fullRow("conn_a")) as unknown as {
        sealed: Record<string, string>
        detail: { name: string }
      }
      const row = await inserted(store, given as unknown as NewRow)
      given.sealed.main = "changed"
      given.detail.name = "changed"
      const got = (await store.connections.get("conn_a")) as unknown as typeof given
      got.sealed.main = "changed"
      const [listed] = (await store.connections.list({ limit: 1 })) as unknown as (typeof given)[]
      if (listed) listed.detail.name = "changed"
      const again = await store.connections.insert(fullRow("conn_a"))
      if (again.is === "exists") (again.row as unknown as typeof given).detail.name = "changed"
      expect(await store.connections.get("conn_a")).toEqual({ ...fullRow("conn_a"), number: 1, version: 1 })
      expect(row.detail.name).not.toBe("changed")
    },
  },
  {
    title: "holds rows of 100 kB, and text of every script",
    async run({ store }) {
      const row = await inserted(store, exampleRow("conn_a", { sealed: { main: "x".repeat(100_000) } }))
      expect((await store.connections.get("conn_a"))?.sealed.main === row.sealed.main).toBe(true)
      const unicode = { tenantId: "ténant-株", userId: "użytkownik", accountKey: "アカウント", alias: "🔑 ключ" }
      const other = await inserted(store, exampleRow("conn_b", unicode))
      expect(await store.connections.list({ ...unicode, limit: 2 })).toEqual([other])
      expect(await store.connections.insert(exampleRow("conn_c", unicode))).toEqual({ is: "exists", row: other })
    },
  },
]
