import { expect, it } from "vitest"
import { zoomWorld } from "./test-support.js"

it("walks a list from one page to the next", async () => {
  const connection = await zoomWorld().connect()
  for (const topic of ["One", "Two"])
    await connection.run("create_meeting", { topic, start_time: "2030-01-01T10:00:00Z" })
  const found: unknown[] = []
  for await (const { id } of connection.paginate("list_meetings", { limit: 1 }, { maxPages: 2 })) found.push(id)
  expect(found).toHaveLength(2)
  expect(found[0]).not.toBe(found[1])
})
