import { compactDecrypt } from "jose"
import { describe, expect, it, vi } from "vitest"
import type { Cipher } from "./cipher.js"
import { keyIdOf } from "./cipher-header.js"
import { joseCipher } from "./cipher-jose.js"
import { nodeCipher } from "./cipher-node.js"
import { systemCipher } from "./cipher-system.js"
import type { Key } from "./keyring.js"

const key: Key = { id: "k1", bytes: new Uint8Array(32).fill(7) }
const other: Key = { id: "k1", bytes: new Uint8Array(32).fill(8) }
const renamed: Key = { id: "k2", bytes: key.bytes }
const binding = ["slot", "tenant", "conn_1", "main", 3]

// Written once, opened for ever: what is at rest must not depend on the version that reads it.
const kept =
  "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiazEiLCJjdHgiOlsic2xvdCIsInRlbmFudCIsImNvbm5fMSIsIm1haW4iLDNdfQ..7SKy42YWUl2sH-Ls.9mZLDJNUhZC97yLG.JxgOjOQeuj5Br6LZzWt1qg"

const node = nodeCipher() as Cipher
const ciphers = { jose: joseCipher(), node }
const texts = ["", "plain", "ünï – 暗号 🔑", JSON.stringify({ token: "x".repeat(100_000) })]

describe.each(Object.entries(ciphers))("the %s cipher", (_name, cipher) => {
  it.each(Object.entries(ciphers))("is opened by the %s one", async (_reader, reader) => {
    for (const text of texts) {
      const sealed = await cipher.seal(key, text, binding)
      expect((await reader.open(key, sealed, binding)) === text).toBe(true)
    }
  })

  it("writes compact JWE that any JOSE library opens, with key id and place in the header (X16)", async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(await cipher.seal(key, "text", binding), key.bytes)
    expect(new TextDecoder().decode(plaintext)).toBe("text")
    expect(protectedHeader).toEqual({ alg: "dir", enc: "A256GCM", kid: "k1", ctx: binding })
  })

  it("opens what was sealed before", async () => {
    expect(await cipher.open(key, kept, binding)).toBe("not a secret")
  })

  it("never seals twice to the same text", async () => {
    expect(await cipher.seal(key, "text", binding)).not.toBe(await cipher.seal(key, "text", binding))
  })

  it.each([
    ["another tenant", ["slot", "other", "conn_1", "main", 3]],
    ["another connection", ["slot", "tenant", "conn_2", "main", 3]],
    ["another slot", ["slot", "tenant", "conn_1", "user", 3]],
    ["another generation", ["slot", "tenant", "conn_1", "main", 4]],
    ["another purpose", ["spare", "tenant", "conn_1", "main", 3]],
    ["a generation written as text", ["slot", "tenant", "conn_1", "main", "3"]],
  ])("does not open at the place of %s (X16)", async (_what, elsewhere) => {
    expect(await cipher.open(key, await cipher.seal(key, "text", binding), elsewhere)).toBeUndefined()
  })

  it("does not open with other bytes, or under another key id", async () => {
    const sealed = await cipher.seal(key, "text", binding)
    expect(await cipher.open(other, sealed, binding)).toBeUndefined()
    expect(await cipher.open(renamed, sealed, binding)).toBeUndefined()
  })

  it("does not open with any one character changed", async () => {
    const sealed = await cipher.seal(key, "some longer text", binding)
    for (let at = 0; at < sealed.length; at++) {
      if (sealed[at] === ".") continue
      // The high bit of a character always counts; its low ones may be padding.
      const flipped = sealed[at] === "A" ? "g" : "A"
      const altered = sealed.slice(0, at) + flipped + sealed.slice(at + 1)
      if (decodes(altered) === decodes(sealed)) continue
      expect(await cipher.open(key, altered, binding)).toBeUndefined()
    }
  })

  it("does not open with a character in any part that no base64url has", async () => {
    const parts = kept.split(".")
    for (const at of [0, 2, 3, 4]) {
      const spoilt = parts.map((part, index) => (index === at ? part.replace(/.$/, "~") : part)).join(".")
      await expect(cipher.open(key, spoilt, binding)).resolves.toBeUndefined()
    }
  })

  it("does not open what is no sealed value, and says nothing of why", async () => {
    const [header, , iv, text, tag] = kept.split(".") as string[]
    const short = `${header}..${iv}.${text}.${tag?.slice(0, 6)}`
    for (const value of ["", ".", "....", "a.b.c.d.e", `${header}....`, kept.slice(0, -1), `${kept}.`, short]) {
      expect(await cipher.open(key, value, binding)).toBeUndefined()
    }
  })

  it("takes no header with more or other members than its own", async () => {
    const { CompactEncrypt } = await import("jose")
    const seal = (header: Record<string, unknown>) =>
      new CompactEncrypt(new Uint8Array(3))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", ...header })
        .encrypt(key.bytes)
    expect(await cipher.open(key, await seal({ ctx: binding, kid: "k1" }), binding)).toBe("\0\0\0")
    expect(await cipher.open(key, await seal({ ctx: binding, kid: "k1", typ: "JWT" }), binding)).toBeUndefined()
    expect(await cipher.open(key, await seal({ ctx: binding }), binding)).toBeUndefined()
  })
})

describe("keyIdOf", () => {
  it("reads the key id of every length, whoever wrote the header", async () => {
    for (const id of ["a", "k1", "key-2026_11", "x".repeat(32)]) {
      const named = { id, bytes: key.bytes }
      expect(keyIdOf(await node.seal(named, "text", binding))).toBe(id)
      expect(keyIdOf(`${btoa(JSON.stringify({ kid: id, alg: "dir", enc: "A256GCM" }))}..`)).toBe(id)
    }
  })

  it("is undefined for anything else", () => {
    for (const value of ["", ".", "text", "bm90IGpzb24.x", `${btoa('{"kid":7}')}.`, `${btoa('{"kid":"a b"}')}.`]) {
      expect(keyIdOf(value)).toBeUndefined()
    }
    expect(keyIdOf(kept.slice(0, 50))).toBeUndefined()
    expect(keyIdOf(`${kept.slice(0, 50)}..`)).toBeUndefined()
  })
})

describe("systemCipher (C19)", () => {
  it("falls back to jose where the runtime lacks node:crypto, or has one that fails", async () => {
    const builtin = vi.spyOn(process, "getBuiltinModule")
    try {
      for (const answer of [
        () => undefined,
        () => {
          throw new Error("not here")
        },
        () => ({ createDecipheriv: () => ({}), Buffer }),
      ]) {
        builtin.mockImplementation(answer as never)
        expect(nodeCipher()).toBeUndefined()
        expect(await systemCipher().open(key, kept, binding)).toBe("not a secret")
      }
    } finally {
      builtin.mockRestore()
    }
  })
})

function decodes(sealed: string): string {
  return sealed
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString("hex"))
    .join(".")
}
