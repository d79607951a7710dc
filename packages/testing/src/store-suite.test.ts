import { memoryStore, type TokenStore } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { storeCases, storeSuite } from "./store-suite.js"

const durable = "has every acknowledged write after it was closed and opened again (R21)"

storeSuite({
  name: "memoryStore",
  create: () => ({ store: memoryStore(), close() {} }),
  skip: [{ test: durable, reason: "it keeps nothing beyond the process" }],
})

describe("storeSuite", () => {
  it("refuses to skip a test it does not have", () => {
    const skip = [{ test: "no such test", reason: "none" }]
    expect(() => storeSuite({ name: "x", create: () => ({ store: memoryStore(), close() {} }), skip })).toThrow(
      "no such test",
    )
  })

  const broken: Record<string, (store: TokenStore) => Partial<TokenStore["connections"]>> = {
    "updates whatever the version": ({ connections }) => ({
      async update(row) {
        const stored = await connections.get(row.id)
        return stored ? connections.update({ ...row, version: stored.version }) : "stale"
      },
    }),
    "looks first and writes later": ({ connections }) => ({
      async update(row) {
        const stored = await connections.get(row.id)
        if (stored?.version !== row.version) return "stale"
        await Promise.resolve()
        const now = await connections.get(row.id)
        return connections.update({ ...row, version: now?.version ?? 0 })
      },
    }),
    "hides nothing that is claimed": ({ connections }) => ({
      async claimDue(now, limit, hideMs) {
        const rows = await connections.list({ limit: 100 })
        return rows
          .filter((row) => row.dueAt !== null && row.dueAt <= now)
          .slice(0, limit)
          .map((row) => ({ ...row, dueAt: now + hideMs }))
      },
    }),
    "forgets who shares": ({ connections }) => ({
      async list({ userId, ...query }) {
        return (await connections.list(query)).filter((row) => userId === undefined || row.userId === userId)
      },
    }),
    "updates several whatever the versions": ({ connections }) => ({
      async updateMany(rows) {
        const stored = await Promise.all(rows.map(({ id }) => connections.get(id)))
        return connections.updateMany(rows.map((row, at) => ({ ...row, version: stored[at]?.version ?? row.version })))
      },
    }),
    "gives up several updates for one that is stale": ({ connections }) => ({
      async updateMany(rows) {
        const stored = await Promise.all(rows.map(({ id }) => connections.get(id)))
        const isStale = rows.some((row, at) => row.version !== stored[at]?.version)
        return isStale ? rows.map(() => "stale") : connections.updateMany(rows)
      },
    }),
    "deletes whatever the version": ({ connections }) => ({
      async delete(id) {
        return connections.delete(id, (await connections.get(id))?.version ?? 0)
      },
    }),
  }

  it.each(Object.entries(broken))("finds a store that %s", async (_what, breakIt) => {
    expect(
      await failures(() => {
        const store = memoryStore()
        return { ...store, connections: { ...store.connections, ...breakIt(store) } }
      }),
    ).not.toEqual([])
  })

  it("finds a store whose take and put are not atomic", async () => {
    const failed = await failures(() => {
      const store = memoryStore()
      const { documents } = store
      return {
        ...store,
        documents: {
          ...documents,
          async take(key) {
            const document = await documents.get(key)
            await documents.delete(key)
            return document
          },
        },
      }
    })
    expect(failed).toContain("gives a document to one of twenty racing takes")
  })

  it("finds nothing wrong with a store that is right", async () => {
    expect(await failures(memoryStore)).toEqual([durable])
  })
})

async function failures(create: () => TokenStore): Promise<string[]> {
  const failed: string[] = []
  for (const { title, run } of storeCases) {
    await run({ store: create(), close() {} }).catch(() => failed.push(title))
  }
  return failed
}
