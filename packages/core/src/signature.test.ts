import { describe, expect, it } from "vitest"
import { hmac, isFresh, isSameText, isSignedByAny } from "./signature.js"

describe("hmac", () => {
  // https://www.rfc-editor.org/rfc/rfc4231#section-4.3
  it("answers the published vector, however the text is cut", async () => {
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    expect(await hmac("SHA-256", "Jefe", ["what do ya want for nothing?"], "hex")).toBe(expected)
    const bytes = new TextEncoder().encode("want for nothing?")
    expect(await hmac("SHA-256", "Jefe", ["what do ya ", bytes], "hex")).toBe(expected)
  })

  it("signs bytes that are no text, and writes base64", async () => {
    const body = new Uint8Array([0, 255, 254, 128])
    const hex = await hmac("SHA-256", "key", [body], "hex")
    const base64 = await hmac("SHA-256", "key", [body], "base64")
    expect(Buffer.from(base64, "base64").toString("hex")).toBe(hex)
    expect(await hmac("SHA-256", "key", [new TextDecoder().decode(body)], "hex")).not.toBe(hex)
  })
})

describe("isSameText", () => {
  it("tells texts apart by every character and by length", () => {
    expect(isSameText("v0=abc", "v0=abc")).toBe(true)
    for (const other of ["v0=abd", "w0=abc", "v0=ab", "v0=abcd", ""]) expect(isSameText("v0=abc", other)).toBe(false)
  })
})

describe("isSignedByAny", () => {
  const parts = ["1800000000.", new Uint8Array([0, 255, 254, 128])]

  it("holds for each of the keys and each of the signatures", async () => {
    const signed = await hmac("SHA-256", "new", parts, "base64")
    expect(await isSignedByAny("SHA-256", ["old", "new"], parts, "base64", signed)).toBe(true)
    expect(await isSignedByAny("SHA-256", ["new"], parts, "base64", ["", "another", signed])).toBe(true)
  })

  it("holds for nothing else: another key, algorithm, encoding or part, no key, no signature", async () => {
    const signed = await hmac("SHA-256", "new", parts, "hex")
    expect(await isSignedByAny("SHA-256", ["old"], parts, "hex", signed)).toBe(false)
    expect(await isSignedByAny("SHA-512", ["new"], parts, "hex", signed)).toBe(false)
    expect(await isSignedByAny("SHA-256", ["new"], parts, "base64", signed)).toBe(false)
    expect(await isSignedByAny("SHA-256", ["new"], [...parts, "x"], "hex", signed)).toBe(false)
    expect(await isSignedByAny("SHA-256", [], parts, "hex", [signed, ""])).toBe(false)
    expect(await isSignedByAny("SHA-256", ["new"], parts, "hex", [])).toBe(false)
    expect(await isSignedByAny("SHA-256", ["new"], parts, "hex", signed.slice(1))).toBe(false)
  })
})

describe("isFresh", () => {
  it("holds up to the tolerance, before and after, and never for a time that could not be read", () => {
    const now = 1_800_000_000_000
    for (const away of [0, 300_000, -300_000]) expect(isFresh(now + away, now, 300_000)).toBe(true)
    for (const away of [300_001, -300_001, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isFresh(now + away, now, 300_000)).toBe(false)
    }
    expect(isFresh(Date.parse("yesterday"), now, 300_000)).toBe(false)
  })
})
