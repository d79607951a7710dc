import { createHoldfast, keyring } from "@holdfast/core"
import { expect, it } from "vitest"
import { sqliteStore } from "./sqlite.js"

it("API keys in SQL: many are listed over pages, each is found by itself, and a revoked one is gone (X9)", async () => {
  const store = sqliteStore(":memory:")
  const url = "https://app.example/api/integrations"
  const holdfast = createHoldfast({ url, connectors: [], store, keys: keyring(`k1:${"A".repeat(43)}`), env: {} })
  const { access } = holdfast
  const owner = { tenantId: "t%_\u{1F511}", userId: "ada" }
  const made = []
  for (let at = 0; at < 205; at++) made.push(await access.createKey(owner, { name: `key ${at}`, scopes: ["run"] }))
  await access.createKey({ tenantId: "t%_" }, { name: "of another tenant" })
  const listed = await access.listKeys({ tenantId: owner.tenantId })
  expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)))
  const [first, last] = [made[0], made.at(-1)]
  expect(await access.readKey(last?.key ?? "", "run")).toEqual({ id: last?.id, owner })
  await access.revokeKey(owner, first?.id ?? "")
  await expect(access.readKey(first?.key ?? "", "run")).rejects.toMatchObject({ code: "unauthenticated" })
  expect(await access.listKeys(owner)).toHaveLength(204)
  await holdfast.close()
  store.close()
})
