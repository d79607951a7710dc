import { describe, expect, it } from "vitest"
import type { Logger } from "../logger.js"
import { memoryStore } from "../memory-store.js"
import type { ConnectionRow, ConnectionStore, TokenStore } from "../store.js"
import { entry, fill, k1, k2, k3, processOf, sealedRow, secretOf, vaultOf } from "./test-rows.js"

const all = { limit: 1_000 }
const keyIds = async (store: TokenStore) =>
  new Set(
    (await store.connections.list(all)).flatMap((row) => [
      row.keyId,
      ...Object.values({ ...row.sealed, ...row.spares }).map((sealed) => vaultOf(k1).keyIdOf(sealed)),
    ]),
  )
const over = (store: TokenStore, connections: Partial<ConnectionStore>): TokenStore => ({
  ...store,
  connections: { ...store.connections, ...connections },
})

describe("rotateKeys", () => {
  it("R23: seals every slot and spare under the key that seals, and changes nothing else", async () => {
    const store = memoryStore()
    const lease = { id: "l1", holder: "p1", slot: "main", forMs: 10_000, beat: 2 }
    const intent = { id: "l1", digest: "d", generation: 3, presentations: 1, journalled: true, shownAt: 5 }
    const spare = await vaultOf(k1).sealSpare({ id: "conn_b", tenantId: "acme" }, "bot", { late: true })
    const given = [
      await sealedRow("conn_a", [k1]),
      await sealedRow("conn_b", [k1], {
        slots: ["bot", "user"],
        spares: { bot: spare },
        lease,
        intents: { bot: intent },
      }),
      await sealedRow("conn_c", [k2]),
      await sealedRow("conn_d", [k1], { status: "disconnecting" }),
    ]
    for (const row of given) await store.connections.insert(row)
    const report = await processOf(store, [k2, k1]).rotate()
    expect(report).toMatchObject({ keyId: "k2", connections: 3, conflicts: 0, left: 0, unreadable: 0 })
    expect(await keyIds(store)).toEqual(new Set(["k2"]))
    const vault = vaultOf(k2)
    for (const before of given) {
      const after = (await store.connections.get(before.id)) as ConnectionRow
      const isSealedAnew = before.id !== "conn_c"
      const { keyId: _k, sealed: _s, spares: _p, number: _n, version, ...rest } = after
      const { keyId: _bk, sealed: _bs, spares: _bp, ...same } = before
      expect(rest).toEqual(same)
      expect(version).toBe(isSealedAnew ? 2 : 1)
      for (const slot of Object.keys(before.sealed))
        expect(await vault.openSlot(after, slot)).toEqual(secretOf(before.id, slot))
    }
    const row = (await store.connections.get("conn_b")) as ConnectionRow
    expect(await vault.openSpare(row, "bot")).toEqual({ late: true })
  })

  it("finds a row whose slots are under several keys, also where its writer did not know yet which one seals", async () => {
    const store = memoryStore()
    const older = await sealedRow("conn_a", [k1], { slots: ["bot", "user"] })
    const newer = await sealedRow("conn_a", [k2], { slots: ["bot", "user"] })
    const sealed = { bot: older.sealed.bot as string, user: newer.sealed.user as string }
    // A process that still seals with k1 names the other.
    await store.connections.insert({ ...older, sealed, keyId: vaultOf(k1, k2).rowKeyId({ sealed, spares: {} }) })
    expect((await store.connections.get("conn_a"))?.keyId).toBe("k2")
    expect(await processOf(store, [k2, k1]).rotate()).toMatchObject({ connections: 1 })
    expect(await keyIds(store)).toEqual(new Set(["k2"]))
  })

  it("has nothing to do a second time, and writes nothing", async () => {
    const store = memoryStore()
    await fill(store, 30, [k1])
    const process = processOf(store, [k2, k1])
    await process.rotate()
    const before = await store.connections.list(all)
    expect(await process.rotate()).toMatchObject({ connections: 0, documents: 0, journal: 0, conflicts: 0 })
    expect(await store.connections.list(all)).toEqual(before)
  })

  it.each([1, 2, 4])("goes on where it was killed (behind batch %i)", async (lived) => {
    const store = memoryStore()
    await fill(store, 95, [k1])
    let batches = 0
    // The write that it died in may have landed.
    const dying = over(store, {
      updateMany(rows) {
        if (batches++ < lived) return store.connections.updateMany(rows)
        return new Promise(() => {})
      },
    })
    const killed = processOf(dying, [k2, k1])
    await expect(killed.rotate({ batch: 20 })).rejects.toThrow("nothing moves any more")
    const left = (await store.connections.list({ keyId: "k1", limit: 100 })).length
    expect(left).toBe(95 - 20 * lived)
    expect(await processOf(store, [k2, k1]).rotate({ batch: 20 })).toMatchObject({ connections: left, conflicts: 0 })
    expect(await keyIds(store)).toEqual(new Set(["k2"]))
  })

  it("goes through a store that is away for a moment, also where a write landed and its answer was lost", async () => {
    const store = memoryStore()
    await fill(store, 60, [k1])
    let calls = 0
    const frail = over(store, {
      async list(query) {
        if (calls++ % 3 === 0) throw new Error("away")
        return store.connections.list(query)
      },
      async updateMany(rows) {
        const results = await store.connections.updateMany(rows)
        if (calls++ % 2 === 0) throw new Error("cut off")
        return results
      },
    })
    const report = await processOf(frail, [k2, k1]).rotate({ batch: 10 })
    expect(report).toMatchObject({ left: 0, unreadable: 0 })
    expect(await keyIds(store)).toEqual(new Set(["k2"]))
  })

  it("gives up as store_unavailable when the store stays away", async () => {
    const store = memoryStore()
    await fill(store, 5, [k1])
    const away = over(store, { updateMany: () => Promise.reject(new Error("the driver says: canary")) })
    const error = await processOf(away, [k2, k1])
      .rotate()
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "store_unavailable" })
    expect(String(error)).not.toContain("canary")
  })

  it("never writes over a credential that came meanwhile, and seals that one anew", async () => {
    const store = memoryStore()
    const ids = await fill(store, 20, [k1])
    const renewed = new Set<string>()
    // A refresh of a process that still seals with k1 lands between each look and the write.
    const busy = over(store, {
      async updateMany(rows) {
        for (const { id } of rows.slice(0, 5)) {
          if (renewed.has(id)) continue
          renewed.add(id)
          const row = (await store.connections.get(id)) as ConnectionRow
          const main = await vaultOf(k1).sealSlot(row, "main", 8, { accessToken: `renewed ${id}` })
          const slots = {
            main: { ...row.detail.slots.main, generation: 8 } as ConnectionRow["detail"]["slots"][string],
          }
          const detail = { ...row.detail, slots }
          await store.connections.update({ ...row, generation: 8, sealed: { main }, detail })
        }
        return store.connections.updateMany(rows)
      },
    })
    const report = await processOf(busy, [k2, k1]).rotate({ batch: 20 })
    expect(report).toMatchObject({ connections: 20, conflicts: 5, left: 0 })
    expect(await keyIds(store)).toEqual(new Set(["k2"]))
    for (const id of ids) {
      const row = (await store.connections.get(id)) as ConnectionRow
      expect(await vaultOf(k2).openSlot(row, "main")).toEqual(
        renewed.has(id) ? { accessToken: `renewed ${id}` } : secretOf(id),
      )
    }
  })

  it("leaves a row alone that others change each time, says so, and takes it the next time", async () => {
    const store = memoryStore()
    await fill(store, 3, [k1])
    const restless = over(store, {
      async updateMany(rows) {
        const row = (await store.connections.get("conn_00001")) as ConnectionRow
        await store.connections.update(row)
        return store.connections.updateMany(rows)
      },
    })
    expect(await processOf(restless, [k2, k1]).rotate()).toMatchObject({ connections: 2, left: 1 })
    expect(await processOf(store, [k2, k1]).rotate()).toMatchObject({ connections: 1, left: 0 })
  })

  it("skips a row that is deleted meanwhile", async () => {
    const store = memoryStore()
    await fill(store, 3, [k1])
    const shrinking = over(store, {
      async updateMany(rows) {
        const row = await store.connections.get("conn_00001")
        if (row) await store.connections.delete(row.id, row.version)
        return store.connections.updateMany(rows)
      },
    })
    expect(await processOf(shrinking, [k2, k1]).rotate()).toMatchObject({ connections: 2, conflicts: 1, left: 0 })
    expect(await store.connections.list(all)).toHaveLength(2)
  })

  it("shares the work with one that runs at the same time: each row is sealed anew once", async () => {
    const store = memoryStore()
    await fill(store, 120, [k1])
    const reports = await Promise.all([1, 2].map(() => processOf(store, [k2, k1]).rotate({ batch: 7 })))
    expect(reports.reduce((sum, { connections }) => sum + connections, 0)).toBe(120)
    expect((await store.connections.list(all)).every(({ version, keyId }) => version === 2 && keyId === "k2")).toBe(
      true,
    )
  })
})

describe("rotateKeys and what does not open", () => {
  const garbage = async () => {
    const store = memoryStore()
    await fill(store, 4, [k1])
    const altered = (sealed = "") => `${sealed.slice(0, -6)}AAAAAA`
    const given = [
      await sealedRow("conn_altered", [k1], {
        sealed: { main: altered((await sealedRow("conn_x", [k1])).sealed.main) },
      }),
      await sealedRow("conn_garbage", [k1], { sealed: { main: "canary-that-was-never-sealed" } }),
      await sealedRow("conn_gone", [k3]),
      await sealedRow("conn_half", [k1], { slots: ["bot", "user"] }),
      await sealedRow("conn_other", [entry("k1", 9)]),
    ]
    const half = given[3] as ConnectionRow
    given[3] = { ...half, sealed: { ...half.sealed, bot: altered(half.sealed.bot) } }
    for (const row of given) await store.connections.insert(row)
    return store
  }

  it("leaves it exactly as it is, counts and names it, and goes on with the rest", async () => {
    const store = await garbage()
    const before = await store.connections.list(all)
    const lines: unknown[] = []
    const line = (...given: unknown[]) => void lines.push(given)
    const log: Logger = { debug: line, info: line, warn: line, error: line }
    const report = await processOf(store, [k2, k1], { log }).rotate({ batch: 2 })
    expect(report).toMatchObject({ connections: 5, left: 0, unreadable: 5 })
    expect(report.unreadableValues).toEqual([
      { in: "connection", id: "conn_altered", slot: "main", keyId: "k1", reason: "not_opened" },
      { in: "connection", id: "conn_garbage", slot: "main", reason: "malformed" },
      { in: "connection", id: "conn_gone", slot: "main", keyId: "k3", reason: "key_missing" },
      { in: "connection", id: "conn_half", slot: "bot", keyId: "k1", reason: "not_opened" },
      { in: "connection", id: "conn_other", slot: "main", keyId: "k1", reason: "not_opened" },
    ])
    for (const row of before.filter(({ id }) => /altered|garbage|gone|other/.test(id)))
      expect(await store.connections.get(row.id)).toEqual(row)
    const half = (await store.connections.get("conn_half")) as ConnectionRow
    expect(half.keyId).toBe("k1")
    expect(half.sealed.bot).toBe(before.find(({ id }) => id === "conn_half")?.sealed.bot)
    expect(await vaultOf(k2).openSlot(half, "user")).toEqual(secretOf("conn_half", "user"))
    expect(lines).toHaveLength(5)
    expect(JSON.stringify([lines, report])).not.toMatch(/canary|eyJ|token of/)
  })

  it("writes nothing the second time, and takes what opens once the right key is back", async () => {
    const store = await garbage()
    const process = processOf(store, [k2, k1])
    await process.rotate()
    const before = await store.connections.list(all)
    expect(await process.rotate()).toMatchObject({ connections: 0, unreadable: 5 })
    expect(await store.connections.list(all)).toEqual(before)
    expect(await processOf(store, [k2, k1, k3]).rotate()).toMatchObject({ connections: 1, unreadable: 4 })
  })
})

describe("rotateKeys, its pace and its end", () => {
  it("seals no more a second than it is told to", async () => {
    const store = memoryStore()
    await fill(store, 60, [k1])
    const process = processOf(store, [k2, k1])
    await process.rotate({ perSecond: 10 })
    // The first batch waits for nothing.
    expect(process.time.elapsedMs()).toBeGreaterThanOrEqual(5_000)
    expect(process.time.elapsedMs()).toBeLessThan(7_000)
    await process.rotate({ perSecond: 10 })
    expect(process.time.elapsedMs()).toBeLessThan(7_000)
  })

  it("says behind each batch how far it is, and stops there when it is told to", async () => {
    const store = memoryStore()
    await fill(store, 50, [k1])
    const stop = new AbortController()
    const seen: number[] = []
    const rotating = processOf(store, [k2, k1]).rotate({
      batch: 10,
      signal: stop.signal,
      onProgress({ connections }) {
        seen.push(connections)
        if (connections === 20) stop.abort()
      },
    })
    await expect(rotating).rejects.toMatchObject({ code: "aborted" })
    expect(seen).toEqual([10, 20])
    expect((await store.connections.list({ keyId: "k2", limit: 100 })).length).toBe(20)
  })

  it("refuses batches and paces that are none", async () => {
    const { rotate, verify } = processOf(memoryStore(), [k1])
    for (const options of [
      { batch: 0 },
      { batch: 1_001 },
      { batch: 1.5 },
      { perSecond: 0 },
      { perSecond: Number.NaN },
    ]) {
      await expect(rotate(options)).rejects.toMatchObject({ code: "input_invalid" })
      await expect(verify(options)).rejects.toMatchObject({ code: "input_invalid" })
    }
  })
})
