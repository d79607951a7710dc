import { describe, expect, it } from "vitest"
import { systemCipher } from "../cipher-system.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import { base64url } from "../runtime.js"
import type { TokenStore } from "../store.js"
import { createVault } from "../vault.js"
import { fingerprintDocument } from "./fingerprint-key.js"

const entry = (id: string, fill: number) => `${id}:${base64url(new Uint8Array(32).fill(fill))}`
const [k1, k2, k3] = [entry("k1", 1), entry("k2", 2), entry("k3", 3)]

const vaultOf = (keys: string[], store?: TokenStore) =>
  createVault({ keyring: keyring(keys.join(",")), cipher: systemCipher(), ...(store && store) })

describe("fingerprints", () => {
  it("R23: outlive every key of the ring, once one was made", async () => {
    const store = memoryStore()
    const one = await vaultOf([k1], store).fingerprint("key")
    expect(await vaultOf([k2, k1], store).fingerprint("key")).toBe(one)
    const kept = await store.documents.get(fingerprintDocument)
    const both = vaultOf([k2, k1], store)
    const plain = await both.openDocument("fingerprint-key", "1", kept?.value ?? "")
    await store.documents.put(
      { key: fingerprintDocument, value: await both.sealDocument("fingerprint-key", "1", plain), expiresAt: null },
      1,
    )
    expect(await vaultOf([k2], store).fingerprint("key")).toBe(one)
    expect(await vaultOf([k3, k2], store).fingerprint("key")).toBe(one)
  })

  it("are those that were made before anything was kept", async () => {
    const before = await vaultOf([k1]).fingerprint("key")
    expect(await vaultOf([k2, k1], memoryStore()).fingerprint("key")).toBe(before)
  })

  it("are the same from processes that make the first one at once, on rings of different age", async () => {
    const store = memoryStore()
    const rings = [[k1], [k1, k2], [k2, k1], [k1]]
    const made = await Promise.all(rings.map((ring) => vaultOf(ring, store).fingerprint("key")))
    expect(new Set(made).size).toBe(1)
  })

  it("are not made with another key where the kept one does not open, and nothing is overwritten", async () => {
    const store = memoryStore()
    await vaultOf([k1], store).fingerprint("key")
    const kept = await store.documents.get(fingerprintDocument)
    await expect(vaultOf([k2], store).fingerprint("key")).rejects.toMatchObject({
      code: "credential_unreadable",
      details: { reason: "key_missing" },
    })
    expect(await store.documents.get(fingerprintDocument)).toEqual(kept)
  })

  it("are made again when the store is back", async () => {
    const sound = memoryStore()
    let down = true
    const documents = {
      ...sound.documents,
      get: (key: string) => (down ? Promise.reject(new Error("away")) : sound.documents.get(key)),
    }
    const vault = vaultOf([k1], { ...sound, documents })
    await expect(vault.fingerprint("key")).rejects.toThrow("away")
    down = false
    expect(await vault.fingerprint("key")).toBe(await vaultOf([k1]).fingerprint("key"))
  })
})
