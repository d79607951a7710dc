import { describe, expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import { type StoredPurpose, sealedKinds, sealedPartOf, storedPurposes } from "../sealed-documents.js"
import type { StoredDocument, TokenStore } from "../store.js"
import { k1, k2, k3, processOf, vaultOf } from "./test-rows.js"

const future = 32_503_680_000_000

/** A document as its kind is written: some are bound to their whole key, some have words in the clear in front. */
async function put(store: TokenStore, purpose: StoredPurpose, name: string, key = k1, expiresAt: number | null = null) {
  const { boundTo, ...more } = sealedKinds[purpose]
  const id = `${purpose}:${name}`
  const sealed = await vaultOf(key).sealDocument(purpose, boundTo === "key" ? id : name, { of: id })
  const before = "wordsBefore" in more ? "17 2 " : ""
  await store.documents.put({ key: id, value: `${before}${sealed}`, expiresAt }, 0)
  return id
}

async function opened(store: TokenStore, purpose: StoredPurpose, id: string, key = k2) {
  const document = (await store.documents.get(id)) as StoredDocument
  const { boundTo, clear, sealed } = sealedPartOf(purpose, document)
  return { clear, value: await vaultOf(key).openDocument(purpose, boundTo, sealed), expiresAt: document.expiresAt }
}

describe("rotateKeys and documents", () => {
  it.each(storedPurposes)(
    "R23: seals those of the kind %s anew, at their place, with the life they have",
    async (purpose) => {
      const store = memoryStore()
      const ids = []
      for (let at = 0; at < 5; at++) ids.push(await put(store, purpose, `d${at}`, k1, at === 0 ? future : null))
      expect(await processOf(store, [k2, k1]).rotate({ batch: 2 })).toMatchObject({ documents: 5, left: 0 })
      for (const [at, id] of ids.entries())
        expect(await opened(store, purpose, id)).toEqual({
          clear: purpose === "failed-event" ? "17 2 " : "",
          value: { of: id },
          expiresAt: at === 0 ? future : null,
        })
      expect(await processOf(store, [k2, k1]).rotate()).toMatchObject({ documents: 0 })
    },
  )

  it("leaves alone what is not sealed, what has expired, and what does not open", async () => {
    const store = memoryStore()
    await put(store, "handle", "expired", k1, 1_000)
    await put(store, "app", "gone", k3)
    await store.documents.put({ key: "attempt:garbage", value: "canary", expiresAt: null }, 0)
    await store.documents.put({ key: "usage:conn_1", value: "{}", expiresAt: null }, 0)
    const process = processOf(store, [k2, k1])
    await process.rotate()
    const before = await store.documents.list("", undefined, 10)
    expect(await process.rotate()).toMatchObject({
      documents: 0,
      unreadable: 2,
      unreadableValues: [
        { in: "document", id: "app:gone", keyId: "k3", reason: "key_missing" },
        { in: "document", id: "attempt:garbage", reason: "malformed" },
      ],
    })
    expect(await store.documents.list("", undefined, 10)).toEqual(before)
  })

  it("never writes over what came meanwhile, and does not bring back what was deleted", async () => {
    const store = memoryStore()
    for (const name of ["a", "b", "c"]) await put(store, "app", name)
    const met = new Set<string>()
    const busy: TokenStore = {
      ...store,
      documents: {
        ...store.documents,
        async put(document, version) {
          if (document.key === "app:a" && !met.has("a")) {
            met.add("a")
            const value = await vaultOf(k1).sealDocument("app", "app:a", "newer")
            await store.documents.put({ ...document, value }, version)
          }
          if (document.key === "app:b") await store.documents.delete("app:b")
          return store.documents.put(document, version)
        },
      },
    }
    expect(await processOf(busy, [k2, k1]).rotate()).toMatchObject({ documents: 2, conflicts: 2, left: 0 })
    expect((await opened(store, "app", "app:a")).value).toBe("newer")
    expect(await store.documents.get("app:b")).toBeUndefined()
  })

  it("says what others changed each time, and goes on", async () => {
    const store = memoryStore()
    for (const name of ["a", "b"]) await put(store, "app", name)
    const restless: TokenStore = {
      ...store,
      documents: {
        ...store.documents,
        async put(document, version) {
          const there = await store.documents.get(document.key)
          if (there?.key === "app:a") await store.documents.put(there, there.version)
          return store.documents.put(document, version)
        },
      },
    }
    expect(await processOf(restless, [k2, k1]).rotate()).toMatchObject({ documents: 1, left: 1 })
    expect(await processOf(store, [k2, k1]).rotate()).toMatchObject({ documents: 1, left: 0 })
  })
})
