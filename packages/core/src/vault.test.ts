import { describe, expect, it } from "vitest"
import { systemCipher } from "./cipher-system.js"
import { isHoldfastError } from "./errors.js"
import { keyring } from "./keyring.js"
import { base64url } from "./runtime.js"
import { createVault, type Vault } from "./vault.js"

const entry = (id: string, fill: number) => `${id}:${base64url(new Uint8Array(32).fill(fill))}`
const vaultOf = (...entries: string[]) => createVault({ keyring: keyring(entries.join(",")), cipher: systemCipher() })
const k1 = entry("k1", 1)
const k2 = entry("k2", 2)

const secret = { accessToken: "canary-access", refreshToken: "canary-refresh" }
const identity = { id: "conn_1", tenantId: "acme" }

async function rowOf(vault: Vault, generation = 3) {
  const sealed = { main: await vault.sealSlot(identity, "main", generation, secret) }
  const spares = { main: await vault.sealSpare(identity, "main", secret) }
  return { ...identity, sealed, spares, detail: { slots: slots(generation) } }
}

const slots = (generation: number) => ({ main: { generation }, user: { generation } })

describe("the vault", () => {
  it("gives back what was sealed, from slot, spare and document", async () => {
    const vault = vaultOf(k1)
    const row = await rowOf(vault)
    expect(await vault.openSlot(row, "main")).toEqual(secret)
    expect(await vault.openSpare(row, "main")).toEqual(secret)
    const document = await vault.sealDocument("attempt", "d1", { state: "s" })
    expect(await vault.openDocument("attempt", "d1", document)).toEqual({ state: "s" })
  })

  it("answers undefined for a slot that holds nothing, also one named like a method of objects", async () => {
    const vault = vaultOf(k1)
    const row = await rowOf(vault)
    for (const slot of ["user", "constructor", "__proto__"]) {
      expect(await vault.openSlot(row, slot)).toBeUndefined()
      expect(await vault.openSpare(row, slot)).toBeUndefined()
    }
  })

  it("opens no ciphertext that was swapped, rolled back, or moved between slot, spare and document (X16)", async () => {
    const vault = vaultOf(k1)
    const row = await rowOf(vault)
    const moved = [
      () => vault.openSlot({ ...row, tenantId: "other" }, "main"),
      () => vault.openSlot({ ...row, id: "conn_2" }, "main"),
      () => vault.openSlot({ ...row, sealed: { user: row.sealed.main } }, "user"),
      () => vault.openSlot({ ...row, detail: { slots: slots(4) } }, "main"),
      () => vault.openSlot({ ...row, detail: { slots: {} } }, "main"),
      () => vault.openSlot({ ...row, sealed: row.spares }, "main"),
      () => vault.openSpare({ ...row, spares: row.sealed }, "main"),
      () => vault.openSpare({ ...row, tenantId: "other" }, "main"),
      () => vault.openDocument("slot", "conn_1", row.sealed.main),
    ]
    for (const open of moved) expect(await refusal(open)).toMatchObject({ reason: "not_opened" })

    const document = await vault.sealDocument("attempt", "d1", 1)
    expect(await refusal(() => vault.openDocument("attempt", "d2", document))).toMatchObject({ reason: "not_opened" })
    expect(await refusal(() => vault.openDocument("app", "d1", document))).toMatchObject({ reason: "not_opened" })
  })

  it("says which key is missing, and nothing that is secret (R23)", async () => {
    const row = await rowOf(vaultOf(k1))
    const error = await vaultOf(k2)
      .openSlot(row, "main")
      .catch((thrown: unknown) => thrown)
    expect(isHoldfastError(error, "credential_unreadable")).toBe(true)
    expect(String(error)).toContain('has no key "k1"')
    expect(isHoldfastError(error) && error.details).toEqual({
      connectionId: "conn_1",
      slot: "main",
      reason: "key_missing",
    })
    expect(JSON.stringify(error) + String(error)).not.toMatch(/canary|eyJ/)
  })

  it("refuses other bytes under a known id, and text that is no sealed value", async () => {
    const row = await rowOf(vaultOf(k1))
    expect(await refusal(() => vaultOf(entry("k1", 9)).openSlot(row, "main"))).toMatchObject({ reason: "not_opened" })
    const plain = { ...row, sealed: { main: JSON.stringify(secret) } }
    expect(await refusal(() => vaultOf(k1).openSlot(plain, "main"))).toMatchObject({ reason: "malformed" })
  })

  it("opens with every key and seals with the first: a key is handed out, then promoted (R23)", async () => {
    const before = await rowOf(vaultOf(k1))
    expect(await vaultOf(k1, k2).openSlot(before, "main")).toEqual(secret)
    const after = await rowOf(vaultOf(k2, k1))
    expect(await vaultOf(k1, k2).openSlot(after, "main")).toEqual(secret)
    expect(vaultOf(k2, k1).keyIdOf(after.sealed.main)).toBe("k2")
  })

  it("names for a row the key that rotation still has to replace", async () => {
    const old = await rowOf(vaultOf(k1))
    const vault = vaultOf(k2, k1)
    const fresh = await rowOf(vault)
    expect(vault.rowKeyId(fresh)).toBe("k2")
    expect(vault.rowKeyId({ sealed: fresh.sealed, spares: old.spares })).toBe("k1")
    expect(vault.rowKeyId({ sealed: {}, spares: {} })).toBe("k2")
  })

  it("refuses to seal what JSON cannot hold", async () => {
    await expect(vaultOf(k1).sealSlot(identity, "main", 1, undefined)).rejects.toMatchObject({ code: "config_invalid" })
  })
})

describe("what stays open in memory", () => {
  function counting(openLimit?: number) {
    const cipher = systemCipher()
    const opens: string[] = []
    const open: typeof cipher.open = (key, sealed, binding) => {
      opens.push(String(binding[2]))
      return cipher.open(key, sealed, binding)
    }
    const vault = createVault({
      keyring: keyring(k1),
      cipher: { ...cipher, open },
      ...(openLimit !== undefined && { openLimit }),
    })
    return { vault, opens }
  }

  it("spares the second open of the same row, and is frozen so that no caller changes another's", async () => {
    const { vault, opens } = counting()
    const nested = { ...secret, more: { list: [{ deep: "down" }] } }
    const row = {
      ...identity,
      sealed: { main: await vault.sealSlot(identity, "main", 3, nested) },
      detail: { slots: slots(3) },
    }
    for (const asked of [row, structuredClone(row)]) {
      const opened = (await vault.openSlot(asked, "main")) as typeof nested
      expect(opened).toEqual(nested)
      expect(() => Object.assign(opened, { accessToken: "changed" })).toThrow(TypeError)
      expect(() => Object.assign(opened.more.list[0]!, { deep: "changed" })).toThrow(TypeError)
    }
    expect(opens).toHaveLength(1)
  })

  it("opens once for callers of one moment, and for those of another row by itself (X16)", async () => {
    const { vault, opens } = counting()
    const row = await rowOf(vault)
    const foreign = { ...row, tenantId: "other" }
    const asked = [row, structuredClone(row), foreign, row].map((one) => vault.openSlot(one, "main"))
    const answers = await Promise.allSettled(asked)
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"])
    expect(opens).toHaveLength(2)
    // What failed is tried anew.
    await expect(vault.openSlot(foreign, "main")).rejects.toMatchObject({ code: "credential_unreadable" })
    expect(opens).toHaveLength(3)
  })

  it("is answered for no other ciphertext, tenant, slot or generation (X16)", async () => {
    const { vault } = counting()
    const row = await rowOf(vault)
    await vault.openSlot(row, "main")
    const altered = { ...row, sealed: { main: row.sealed.main.replace(/.$/, (last) => (last === "A" ? "g" : "A")) } }
    const moved = [
      altered,
      { ...row, tenantId: "other" },
      { ...row, detail: { slots: slots(4) } },
      { ...row, id: "conn_2" },
    ]
    for (const other of moved)
      expect(await refusal(() => vault.openSlot(other, "main"))).toMatchObject({ reason: "not_opened" })
    await vault.openSlot(row, "main")
    const renewed = {
      ...row,
      sealed: { main: await vault.sealSlot(identity, "main", 4, "new") },
      detail: { slots: slots(4) },
    }
    expect(await vault.openSlot(renewed, "main")).toBe("new")
    expect(await refusal(() => vault.openSlot({ ...row, detail: { slots: slots(4) } }, "main"))).toBeTruthy()
  })

  it("is bounded: the older half makes room for what comes", async () => {
    const { vault, opens } = counting(4)
    const rows = await Promise.all(
      ["a", "b", "c", "d", "e"].map(async (id) => {
        const row = await rowOf(vault)
        return { ...row, id, sealed: { main: await vault.sealSlot({ id, tenantId: "acme" }, "main", 3, id) } }
      }),
    )
    const order = [0, 1, 2, 3, 0, 1, 2, 3, 4, 2, 3, 4, 0]
    for (const at of order) expect(await vault.openSlot(rows[at]!, "main")).toBe(rows[at]?.id)
    expect(opens).toEqual(["a", "b", "c", "d", "e", "a"])
  })

  it("can be nothing", async () => {
    const { vault, opens } = counting(0)
    const row = await rowOf(vault)
    for (let times = 0; times < 3; times++) await vault.openSlot(row, "main")
    expect(opens).toHaveLength(3)
  })
})

describe("fingerprints", () => {
  it("tell texts and installations apart", async () => {
    const one = await vaultOf(k1).fingerprint("key")
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await vaultOf(k1).fingerprint("key")).toBe(one)
    expect(await vaultOf(k1).fingerprint("other")).not.toBe(one)
    expect(await vaultOf(entry("k1", 5)).fingerprint("key")).not.toBe(one)
  })

  it("stay while a key is handed out and promoted, until the oldest is dropped", async () => {
    const k9 = entry("k9", 9)
    const k10 = entry("k10", 10)
    const one = await vaultOf(k9).fingerprint("key")
    expect(await vaultOf(k9, k10).fingerprint("key")).toBe(one)
    expect(await vaultOf(k10, k9).fingerprint("key")).toBe(one)
    expect(await vaultOf(k10).fingerprint("key")).not.toBe(one)
  })
})

async function refusal(open: () => Promise<unknown>) {
  const error = await open().catch((thrown: unknown) => thrown)
  if (!isHoldfastError(error, "credential_unreadable")) throw new Error("It opened, or failed otherwise.")
  return error.details
}
