import { expect, it } from "vitest"
import { airtableWorld } from "./test-support.js"

it("walks a list from one page to the next", async () => {
  const connection = await airtableWorld().connect()
  const found: unknown[] = []
  for await (const { id } of connection.paginate(
    "list_records",
    { base_id: "appFirst000000001", table: "Tasks", page_size: 1 },
    { maxPages: 2 },
  ))
    found.push(id)
  expect(found).toHaveLength(2)
  expect(found[0]).not.toBe(found[1])
})
