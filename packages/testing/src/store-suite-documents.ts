import { expect } from "vitest"
import type { StoreCase } from "./store-suite.js"

const kept = (key: string, value = "value") => ({ key, value, expiresAt: null })
// A time that has passed for any store's clock, and one that has not.
const past = 1_000
const future = 32_503_680_000_000

export const documentCases: readonly StoreCase[] = [
  {
    title: "answers undefined for a document that is not there",
    async run({ store: { documents } }) {
      expect(await documents.get("attempt:none")).toBeUndefined()
      expect(await documents.take("attempt:none")).toBeUndefined()
    },
  },
  {
    title: "puts a document under the version that is stored, and answers the new one",
    async run({ store: { documents } }) {
      expect(await documents.put({ key: "attempt:a", value: "one", expiresAt: future }, 0)).toBe(1)
      expect(await documents.get("attempt:a")).toEqual({
        key: "attempt:a",
        value: "one",
        version: 1,
        expiresAt: future,
      })
      expect(await documents.put(kept("attempt:a", "two"), 1)).toBe(2)
      expect(await documents.get("attempt:a")).toEqual({ ...kept("attempt:a", "two"), version: 2 })
    },
  },
  {
    title: "refuses a put under another version, and changes nothing",
    async run({ store: { documents } }) {
      expect(await documents.put(kept("attempt:a"), 1)).toBeUndefined()
      expect(await documents.get("attempt:a")).toBeUndefined()
      await documents.put(kept("attempt:a", "one"), 0)
      for (const version of [0, 2]) expect(await documents.put(kept("attempt:a", "two"), version)).toBeUndefined()
      expect(await documents.get("attempt:a")).toEqual({ ...kept("attempt:a", "one"), version: 1 })
    },
  },
  {
    title: "takes an expired document for absent when it is put anew, and for stored under its version",
    async run({ store: { documents } }) {
      await documents.put({ key: "attempt:a", value: "old", expiresAt: past }, 0)
      await documents.put({ key: "attempt:b", value: "old", expiresAt: past }, 0)
      const version = await documents.put(kept("attempt:a", "new"), 0)
      // Above the expired one's: who still holds that must not write over the new one.
      expect(version).toBeGreaterThan(1)
      expect(await documents.put(kept("attempt:a", "late"), 1)).toBeUndefined()
      expect(await documents.get("attempt:a")).toEqual({ ...kept("attempt:a", "new"), version })
      expect(await documents.put(kept("attempt:b", "renewed"), 1)).toBe(2)
      expect(await documents.put(kept("attempt:b"), 0)).toBeUndefined()
    },
  },
  {
    title: "takes a document once",
    async run({ store: { documents } }) {
      await documents.put(kept("handle:a", "one"), 0)
      expect(await documents.take("handle:a")).toEqual({ ...kept("handle:a", "one"), version: 1 })
      expect(await documents.take("handle:a")).toBeUndefined()
      expect(await documents.get("handle:a")).toBeUndefined()
      expect(await documents.put(kept("handle:a"), 0)).toBe(1)
    },
  },
  {
    title: "deletes a document, and one that is not there",
    async run({ store: { documents } }) {
      await documents.put(kept("handle:a"), 0)
      for (let times = 0; times < 2; times++) expect(await documents.delete("handle:a")).toBeUndefined()
      expect(await documents.get("handle:a")).toBeUndefined()
    },
  },
  {
    title: "lists documents by prefix, in ascending order of key, behind a key, up to the limit",
    async run({ store: { documents } }) {
      const keys = ["app:b", "app:a", "app:B", "app_:x", "app", "appx:a", "ap", "App:a", "apq", "app:%", "app:a%"]
      for (const key of keys) await documents.put(kept(key, `value of ${key}`), 0)
      const list = async (prefix: string, after?: string, limit = 100) =>
        (await documents.list(prefix, after, limit)).map(({ key }) => key)
      expect(await list("app:")).toEqual(["app:%", "app:B", "app:a", "app:a%", "app:b"])
      expect(await list("app:", "app:B", 2)).toEqual(["app:a", "app:a%"])
      expect(await list("app:", "app:b")).toEqual([])
      expect(await list("app:", "a")).toEqual(await list("app:"))
      expect(await list("app:", undefined, 0)).toEqual([])
      // A prefix is text, not a pattern.
      expect(await list("app_")).toEqual(["app_:x"])
      expect(await list("app:%")).toEqual(["app:%"])
      expect(await list("none:")).toEqual([])
      expect(await list("")).toHaveLength(keys.length)
      expect(await documents.list("app:", "app:a%", 1)).toEqual([{ ...kept("app:b", "value of app:b"), version: 1 }])
    },
  },
  {
    title: "sweeps what expired before a time, up to the limit, and says how many",
    async run({ store: { documents } }) {
      for (const [at, expiresAt] of [past, past + 1, past + 2, past + 3, null].entries()) {
        await documents.put({ key: `attempt:${at}`, value: "v", expiresAt }, 0)
      }
      expect(await documents.sweep(past, 10)).toBe(0)
      expect(await documents.sweep(past + 3, 0)).toBe(0)
      expect(await documents.sweep(past + 3, 2)).toBe(2)
      expect(await documents.sweep(past + 3, 2)).toBe(1)
      expect(await documents.sweep(past + 3, 2)).toBe(0)
      expect((await documents.list("attempt:", undefined, 10)).map(({ key }) => key)).toEqual([
        "attempt:3",
        "attempt:4",
      ])
    },
  },
  {
    title: "holds documents of 100 kB, and text of every script",
    async run({ store: { documents } }) {
      const value = "ü🔑".repeat(33_000)
      await documents.put(kept("app:large", value), 0)
      expect((await documents.get("app:large"))?.value === value).toBe(true)
      await documents.put(kept("app:鍵", "値"), 0)
      expect(await documents.list("app:鍵", undefined, 1)).toEqual([{ ...kept("app:鍵", "値"), version: 1 }])
      expect(await documents.take("app:鍵")).toMatchObject({ value: "値" })
    },
  },
]
