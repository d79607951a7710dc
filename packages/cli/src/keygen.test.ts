import { keyring } from "@holdfast/core"
import { expect, it } from "vitest"
import { generateKey } from "./keygen.js"

it("makes a key that the keyring takes, named after its day", () => {
  const key = generateKey({ now: new Date("2026-11-21T10:00:00Z") })
  expect(key).toMatch(/^k20261121_[0-9a-f]{6}:[\w-]{43}$/)
  expect(keyring(key).seal.bytes).toHaveLength(32)
})

it("never makes the same key twice", () => {
  expect(generateKey()).not.toBe(generateKey())
})

it("makes keys that stand in one keyring together", () => {
  const keys = keyring(`${generateKey()},${generateKey()}`)
  expect(keys.ids).toHaveLength(2)
})
