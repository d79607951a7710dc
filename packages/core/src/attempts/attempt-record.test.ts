import { describe, expect, it } from "vitest"
import { systemCipher } from "../cipher-system.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import { createVault } from "../vault.js"
import { type AttemptRecord, createAttemptRecords } from "./attempt-record.js"

const record = { id: "att_1", status: "pending", submissions: 0, expiresAt: 9_000_000_000_000 } as AttemptRecord
const vault = createVault({ keyring: keyring(`k1:${"A".repeat(43)}`), cipher: systemCipher() })

function stored() {
  const store = memoryStore()
  return {
    records: createAttemptRecords(store, vault),
    /** What key rotation does: the same record, sealed anew. */
    async resealed() {
      const document = await store.documents.get("attempt:att_1")
      if (!document) throw new Error("There is no attempt.")
      const plain = await vault.openDocument("attempt", "att_1", document.value)
      const value = await vault.sealDocument("attempt", "att_1", plain)
      await store.documents.put({ ...document, value }, document.version)
    },
  }
}

describe("an attempt's record", () => {
  it("is saved by whoever read it last, and by nobody else", async () => {
    const { records } = stored()
    const first = await records.save(record, 0)
    expect(await records.load("att_1")).toEqual(first)
    const second = await records.save({ ...record, submissions: 1 }, first?.version ?? 0)
    expect(second?.record.submissions).toBe(1)
    expect(await records.save({ ...record, submissions: 2 }, first?.version ?? 0)).toBeUndefined()
    expect(await records.save(record, 0)).toBeUndefined()
    expect((await records.load("att_1"))?.record.submissions).toBe(1)
  })

  it("R23: is saved by a step under way though it was sealed under another key meanwhile, however often", async () => {
    const { records, resealed } = stored()
    let version = (await records.save(record, 0))?.version ?? 0
    for (let step = 1; step <= 3; step++) {
      for (let times = 0; times < step; times++) await resealed()
      const saved = await records.save({ ...record, submissions: step }, version)
      expect(saved?.record.submissions).toBe(step)
      version = saved?.version ?? 0
    }
    expect(await records.load("att_1")).toEqual({ record: { ...record, submissions: 3 }, version })
  })

  it("is not saved by a slower one, sealed anew or not", async () => {
    const { records, resealed } = stored()
    const first = await records.save(record, 0)
    await resealed()
    const faster = await records.save({ ...record, submissions: 1 }, first?.version ?? 0)
    await resealed()
    expect(await records.save({ ...record, submissions: 2 }, first?.version ?? 0)).toBeUndefined()
    expect(await records.load("att_1")).toEqual(faster)
  })
})
