import { memoryStore, type TokenStore } from "@holdfast/core"
import { exampleRow } from "@holdfast/testing"
import Database from "libsql"
import { describe, expect, it } from "vitest"
import { sqliteStore } from "./sqlite.js"

/** Numbers that are the same for the same seed (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** One call, chosen by `random` among few enough values that they often meet. */
function anyCall(random: (below: number) => number): (store: TokenStore) => Promise<unknown> {
  const pick = <Value>(...values: Value[]) => values[random(values.length)] as Value
  const id = `conn_${random(12)}`
  const key = `${pick("app:", "attempt:")}${random(4)}`
  const time = random(20)
  const version = random(4)
  const limit = random(5)
  const row = {
    ...exampleRow(id),
    tenantId: pick("acme", "other"),
    userId: pick("ann", "ben", null),
    appId: pick("", "slack:1"),
    accountKey: pick("T1", "T2", "T3"),
    alias: pick(null, null, "sales", "support"),
    keyId: pick("k1", "k2"),
    status: pick("active" as const, "degraded" as const),
    dueAt: pick(null, random(20)),
  }
  const query = {
    limit,
    ...pick({}, { tenantId: row.tenantId }, { tenantId: row.tenantId, userId: row.userId }),
    ...pick({}, { keyId: row.keyId }, { appId: row.appId, accountKey: row.accountKey }, { status: row.status }),
    ...pick({}, {}, { after: id }, { alias: "sales" }, { number: random(6) }),
  }
  const calls: ((store: TokenStore) => Promise<unknown>)[] = [
    ({ connections }) => connections.get(id),
    ({ connections }) => connections.insert(row),
    ({ connections }) => connections.insert(row),
    ({ connections }) => connections.delete(id, version),
    ({ connections }) => connections.list(query),
    ({ connections }) => connections.claimDue(time, limit, random(10)),
    async ({ connections }) => {
      const stored = await connections.get(id)
      const next = { ...row, tenantId: stored?.tenantId ?? row.tenantId, number: stored?.number ?? 1 }
      return connections.update({ ...next, version: stored && version > 0 ? stored.version : version })
    },
    async ({ connections }) => {
      const found = await connections.list({ ...query, limit: 3 })
      return connections.updateMany(found.map((one, at) => ({ ...one, alias: at === 0 ? row.alias : one.alias })))
    },
    ({ documents }) => documents.get(key),
    ({ documents }) => documents.put({ key, value: String(time), expiresAt: pick(null, time) }, version),
    ({ documents }) => documents.take(key),
    ({ documents }) => documents.delete(key),
    ({ documents }) => documents.list(pick("app:", "a", ""), pick(undefined, key), limit),
    ({ documents }) => documents.sweep(time, 20),
  ]
  return pick(...calls)
}

describe("sqliteStore", () => {
  it.each([1, 2, 3, 4])("answers like memoryStore to any calls in a row (seed %i)", async (seed) => {
    const now = () => 10
    const memory = memoryStore({ now })
    const sqlite = sqliteStore(new Database(":memory:"), { now })
    const answer = (store: TokenStore, call: (store: TokenStore) => Promise<unknown>) =>
      call(store).catch((error: { code?: unknown; details?: unknown }) => ({
        code: error.code,
        details: error.details,
      }))
    for (let step = 0; step < 1_500; step++) {
      const seen = []
      for (const store of [memory, sqlite]) seen.push(await answer(store, anyCall(randomOf(seed * 10_000 + step))))
      expect(seen[1], `step ${step}`).toEqual(seen[0])
    }
    const all = { limit: 1_000 }
    expect(await sqlite.connections.list(all)).toEqual(await memory.connections.list(all))
    expect(await sqlite.documents.list("", undefined, 1_000)).toEqual(await memory.documents.list("", undefined, 1_000))
  })
})
