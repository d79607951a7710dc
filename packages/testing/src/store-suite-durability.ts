import { expect } from "vitest"
import { exampleRow, fullRow } from "./example-row.js"
import type { StoreCase } from "./store-suite.js"
import { inserted } from "./store-suite-connections.js"

export const durabilityCases: readonly StoreCase[] = [
  {
    title: "has every acknowledged write after it was closed and opened again (R21)",
    async run({ store, reopen }) {
      if (!reopen) throw new Error("create() gives no reopen(): give one, or skip this test and say why.")
      const row = await inserted(store, fullRow("conn_a"))
      await inserted(store, exampleRow("conn_b"))
      expect(await store.connections.update({ ...row, status: "degraded" })).toBe("updated")
      expect(await store.connections.delete("conn_b", 1)).toBe(true)
      await store.documents.put({ key: "attempt:a", value: "one", expiresAt: null }, 0)
      await store.documents.put({ key: "attempt:a", value: "two", expiresAt: null }, 1)
      const again = await reopen()
      expect(await again.connections.list({ limit: 10 })).toEqual([{ ...row, status: "degraded", version: 2 }])
      expect(await again.documents.get("attempt:a")).toMatchObject({ value: "two", version: 2 })
      expect((await inserted(again, exampleRow("conn_c"))).number).toBe(3)
    },
  },
]
