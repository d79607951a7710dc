import { expect, it } from "vitest"
import { wordpressWorld } from "./test-support.js"

it("walks a list from one page to the next", async () => {
  const connection = await wordpressWorld().approved("https://blog.example.com")
  const found: unknown[] = []
  for await (const { id } of connection.paginate("list_posts", { limit: 1 }, { maxPages: 2 })) found.push(id)
  expect(found).toHaveLength(2)
  expect(found[0]).not.toBe(found[1])
})
