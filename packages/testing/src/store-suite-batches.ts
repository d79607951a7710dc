import type { ConnectionRow, TokenStore } from "@holdfast/core"
import { expect } from "vitest"
import { exampleRow, fullRow } from "./example-row.js"
import type { StoreCase } from "./store-suite.js"
import { inserted } from "./store-suite-connections.js"

async function insertedMany(store: TokenStore, count: number): Promise<ConnectionRow[]> {
  const rows: ConnectionRow[] = []
  for (let at = 0; at < count; at++) rows.push(await inserted(store, exampleRow(`conn_${String(at).padStart(4, "0")}`)))
  return rows
}

const unfit = { code: "input_invalid" }

/** Sentences about `updateMany`: what it has beside those of `update`. */
export const batchCases: readonly StoreCase[] = [
  {
    title: "updates several whole rows at once, and counts each one's version up",
    async run({ store }) {
      const rows = await insertedMany(store, 3)
      const changed = rows.map(({ id, number, version }, at) => ({
        ...fullRow(id, { alias: `alias of ${at}`, accountKey: `moved-${at}`, keyId: "k2", dueAt: at }),
        number,
        version,
      }))
      const emptied = { ...changed[1], ...exampleRow("conn_0001", { sealed: {}, userId: null }) } as ConnectionRow
      const given = [changed[0], emptied, changed[2]] as ConnectionRow[]
      expect(await store.connections.updateMany(given)).toEqual(["updated", "updated", "updated"])
      const expected = given.map((row) => ({ ...row, version: 2 }))
      expect(await store.connections.list({ limit: 10 })).toEqual(expected)
      expect((await store.connections.list({ keyId: "k2", limit: 10 })).map(({ id }) => id)).toEqual([
        "conn_0000",
        "conn_0002",
      ])
    },
  },
  {
    title: "answers in the order of the rows, and changes none that is stale or gone, whatever becomes of the others",
    async run({ store }) {
      const rows = await insertedMany(store, 4)
      const [first, second, third, fourth] = rows as [ConnectionRow, ConnectionRow, ConnectionRow, ConnectionRow]
      expect(await store.connections.update({ ...second, status: "degraded" })).toBe("updated")
      expect(await store.connections.delete(third.id, 1)).toBe(true)
      const disabled = [fourth, third, second, first].map((row) => ({ ...row, status: "disabled" as const }))
      expect(await store.connections.updateMany(disabled)).toEqual(["updated", "stale", "stale", "updated"])
      expect(await store.connections.list({ limit: 10 })).toEqual([
        { ...first, status: "disabled", version: 2 },
        { ...second, status: "degraded", version: 2 },
        { ...fourth, status: "disabled", version: 2 },
      ])
      expect(await store.connections.updateMany(disabled)).toEqual(["stale", "stale", "stale", "stale"])
    },
  },
  {
    title: "refuses an alias that is taken in one of several updates, and makes the others",
    async run({ store }) {
      const [first, second, third] = (await insertedMany(store, 3)) as [ConnectionRow, ConnectionRow, ConnectionRow]
      await inserted(store, exampleRow("conn_other", { alias: "sales" }))
      const given = [
        { ...first, status: "degraded" as const },
        { ...second, alias: "sales" },
        { ...third, version: 7 },
      ]
      expect(await store.connections.updateMany(given)).toEqual(["updated", "alias_taken", "stale"])
      expect(await store.connections.get(first.id)).toEqual({ ...first, status: "degraded", version: 2 })
      expect(await store.connections.get(second.id)).toEqual(second)
      expect(await store.connections.get(third.id)).toEqual(third)
    },
  },
  {
    title: "refuses another row's account in one of several updates as store_conflict, and never takes it",
    async run({ store }) {
      const [first, second] = (await insertedMany(store, 2)) as [ConnectionRow, ConnectionRow]
      const given = [{ ...first, accountKey: second.accountKey }]
      await expect(store.connections.updateMany(given)).rejects.toMatchObject({
        code: "store_conflict",
        details: { reason: "identity_taken" },
      })
      expect(await store.connections.list({ limit: 10 })).toEqual([first, second])
    },
  },
  {
    title: "takes no update, a hundred large ones, and a thousand at once",
    async run({ store }) {
      expect(await store.connections.updateMany([])).toEqual([])
      const rows = await insertedMany(store, 100)
      const sealed = { main: "x".repeat(20_000) }
      for (const version of [1, 2]) {
        const results = await store.connections.updateMany(rows.map((row) => ({ ...row, version, sealed })).reverse())
        expect(results).toEqual(rows.map(() => "updated"))
      }
      const stored = await store.connections.list({ limit: 200 })
      expect(stored.filter((row) => row.version === 3 && row.sealed.main === sealed.main)).toHaveLength(100)
      const absent = Array.from({ length: 1_000 }, (_, at) => ({ ...stored[0], id: `none_${at}` }) as ConnectionRow)
      expect(new Set(await store.connections.updateMany(absent))).toEqual(new Set(["stale"]))
    },
  },
  {
    title:
      "refuses more than a thousand updates at once, and the same row twice, as input_invalid, and changes nothing",
    async run({ store }) {
      const [row] = (await insertedMany(store, 1)) as [ConnectionRow]
      const others = Array.from({ length: 1_000 }, (_, at) => ({ ...row, id: `conn_other_${at}` }))
      await expect(store.connections.updateMany([row, ...others])).rejects.toMatchObject(unfit)
      await expect(store.connections.updateMany([row, { ...row, status: "disabled" }])).rejects.toMatchObject(unfit)
      expect(await store.connections.list({ limit: 10 })).toEqual([row])
    },
  },
  {
    title: "lets one of an update and an update of several win, for each row by itself",
    async run(given) {
      const rows = await insertedMany(given.store, 12)
      for (let version = 1; version <= 4; version++) {
        const now = rows.map((row) => ({ ...row, version }))
        const many = given.store.connections.updateMany(now.map((row) => ({ ...row, generation: 100 + version })))
        // Against the order in which the others are locked.
        const singles = [...now].reverse().map(async (row) => {
          const store = given.peer ?? given.store
          return [row.id, await store.connections.update({ ...row, generation: 200 + version })] as const
        })
        const results = await many
        const single = new Map(await Promise.all(singles))
        for (const [at, { id }] of rows.entries()) {
          expect([results[at], single.get(id)].sort()).toEqual(["stale", "updated"])
          const generation = (results[at] === "updated" ? 100 : 200) + version
          expect(await given.store.connections.get(id)).toMatchObject({ version: version + 1, generation })
        }
      }
    },
  },
  {
    title: "lets one of twenty racing updates of several win each row, in whatever order they name them",
    async run(given) {
      const rows = await insertedMany(given.store, 30)
      const stores = [given.store, given.peer ?? given.store] as const
      const races = Array.from({ length: 20 }, (_, at) => {
        const mine =
          at % 3 === 0 ? [...rows].reverse() : at % 3 === 1 ? rows : rows.filter((_, index) => index % 2 === 0)
        const given = mine.map((row) => ({ ...row, generation: at }))
        return stores[at % 2 === 0 ? 0 : 1].connections
          .updateMany(given)
          .then((results) => results.flatMap((result, index) => (result === "updated" ? [given[index]?.id ?? ""] : [])))
      })
      const winners = (await Promise.all(races)).flatMap((ids, at) => ids.map((id) => [id, at] as const))
      expect(winners).toHaveLength(30)
      const won = new Map(winners)
      for (const { id, version, generation } of await given.store.connections.list({ limit: 100 }))
        expect([version, generation]).toEqual([2, won.get(id)])
    },
  },
  {
    title: "makes no update of several stale by a claim at the same time, which changes no version",
    async run(given) {
      const rows: ConnectionRow[] = []
      for (let at = 10; at < 30; at++) rows.push(await inserted(given.store, exampleRow(`conn_${at}`, { dueAt: at })))
      for (let version = 1; version <= 6; version++) {
        const claims = [0, 1].map(() => (given.peer ?? given.store).connections.claimDue(1_000, 20, 0))
        const changed = rows.map((row) => ({ ...row, version, generation: version }))
        expect(new Set(await given.store.connections.updateMany(changed))).toEqual(new Set(["updated"]))
        await Promise.all(claims)
      }
      expect((await given.store.connections.list({ limit: 100 })).every((row) => row.version === 7)).toBe(true)
    },
  },
]
