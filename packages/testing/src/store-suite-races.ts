import type { TokenStore } from "@holdfast/core"
import { expect } from "vitest"
import { exampleRow } from "./example-row.js"
import type { StoreCase, StoreUnderTest } from "./store-suite.js"
import { inserted } from "./store-suite-connections.js"

/** Starts twenty calls at once, over both handles where there are two. */
function race<Result>(
  given: StoreUnderTest,
  call: (store: TokenStore, at: number) => Promise<Result>,
): Promise<Result[]> {
  const stores = [given.store, given.peer ?? given.store] as const
  return Promise.all(Array.from({ length: 20 }, (_, at) => call(stores[at % 2 === 0 ? 0 : 1], at)))
}

const count = <Value>(values: readonly Value[], wanted: Value) => values.filter((value) => value === wanted).length

export const raceCases: readonly StoreCase[] = [
  {
    title: "lets one of twenty racing updates win",
    async run(given) {
      const row = await inserted(given.store, exampleRow("conn_a"))
      for (let round = 1; round <= 3; round++) {
        const results = await race(given, ({ connections }, at) =>
          connections.update({ ...row, version: round, generation: at }),
        )
        expect(count(results, "updated")).toBe(1)
        expect(count(results, "stale")).toBe(19)
        const stored = await given.store.connections.get("conn_a")
        expect(stored).toMatchObject({ version: round + 1, generation: results.indexOf("updated") })
      }
    },
  },
  {
    title: "loses none of twenty updates that each read again and retry",
    async run(given) {
      const first = await inserted(given.store, exampleRow("conn_a"))
      await race(given, async ({ connections }) => {
        for (let tries = 0; tries < 500; tries++) {
          const row = await connections.get(first.id)
          if (row && (await connections.update({ ...row, generation: row.generation + 1 })) === "updated") return
        }
        throw new Error("An update lost 500 races.")
      })
      expect(await given.store.connections.get("conn_a")).toMatchObject({ version: 21, generation: 21 })
    },
  },
  {
    title: "inserts one of twenty racing rows for the same account, and answers it to all",
    async run(given) {
      const results = await race(given, ({ connections }, at) =>
        connections.insert(exampleRow(`conn_${at}`, { accountKey: "T1", userId: null })),
      )
      expect(results.filter(({ is }) => is === "inserted")).toHaveLength(1)
      expect(results.filter(({ is }) => is === "exists")).toHaveLength(19)
      const rows = await given.store.connections.list({ limit: 30 })
      expect(rows).toHaveLength(1)
      for (const result of results) expect(result).toMatchObject({ row: rows[0] })
    },
  },
  {
    title: "gives twenty racing rows of a tenant twenty numbers",
    async run(given) {
      const results = await race(given, ({ connections }, at) => connections.insert(exampleRow(`conn_${at}`)))
      const numbers = results.map((result) => (result.is === "inserted" ? result.row.number : 0))
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    },
  },
  {
    title: "gives an alias to one of twenty racing rows",
    async run(given) {
      const results = await race(given, ({ connections }, at) =>
        connections.insert(exampleRow(`conn_${at}`, { alias: "sales" })),
      )
      expect(results.filter(({ is }) => is === "inserted")).toHaveLength(1)
      expect(results.filter(({ is }) => is === "alias_taken")).toHaveLength(19)
    },
  },
  {
    title: "gives an alias to one of twenty racing updates",
    async run(given) {
      const rows = await race(given, ({ connections }, at) => connections.insert(exampleRow(`conn_${at}`)))
      const results = await race(given, async ({ connections }, at) => {
        const inserted = rows[at]
        return inserted?.is === "inserted" ? connections.update({ ...inserted.row, alias: "sales" }) : "stale"
      })
      expect(count(results, "updated")).toBe(1)
      expect(count(results, "alias_taken")).toBe(19)
    },
  },
  {
    title: "hands no due row to two of twenty racing claimers (R3)",
    async run(given) {
      for (let at = 0; at < 60; at++) await inserted(given.store, exampleRow(`conn_${at}`, { dueAt: at }))
      const claims = await race(given, ({ connections }) => connections.claimDue(100, 5, 1_000))
      // A store that passes over rows another is just claiming may leave some for the next.
      const rest = await given.store.connections.claimDue(100, 60, 1_000)
      const ids = [...claims.flat(), ...rest].map((row) => row.id)
      expect(ids).toHaveLength(60)
      expect(new Set(ids).size).toBe(60)
      for (const claim of claims) expect(claim.length).toBeLessThanOrEqual(5)
    },
  },
  {
    title: "lets one of twenty racing puts win, of a new document, a stored one and an expired one",
    async run(given) {
      const put = (expiresAt: number | null, expected: number) =>
        race(given, ({ documents }, at) => documents.put({ key: "attempt:a", value: String(at), expiresAt }, expected))
      for (const results of [await put(null, 0), await put(1_000, 1), await put(null, 0)]) {
        expect(count(results, undefined)).toBe(19)
      }
    },
  },
  {
    title: "gives a document to one of twenty racing takes",
    async run(given) {
      for (let round = 0; round < 3; round++) {
        expect(await given.store.documents.put({ key: "handle:a", value: "v", expiresAt: null }, 0)).toBe(1)
        const results = await race(given, ({ documents }) => documents.take("handle:a"))
        expect(count(results, undefined)).toBe(19)
      }
    },
  },
  {
    title: "counts each swept document once among twenty racing sweeps",
    async run(given) {
      for (let at = 0; at < 30; at++) {
        await given.store.documents.put({ key: `attempt:${at}`, value: "v", expiresAt: 1_000 }, 0)
      }
      const counts = await race(given, ({ documents }) => documents.sweep(2_000, 4))
      const rest = await given.store.documents.sweep(2_000, 30)
      expect(counts.reduce((sum, swept) => sum + swept, rest)).toBe(30)
    },
  },
]
