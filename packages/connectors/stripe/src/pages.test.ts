import { expect, it } from "vitest"
import { stripeWorld } from "./test-support.js"

it("walks a list from one page to the next", async () => {
  const connection = await stripeWorld().connect()
  for (const name of ["One", "Two"]) await connection.run("create_customer", { name })
  const found: unknown[] = []
  for await (const { id } of connection.paginate("list_customers", { limit: 1 }, { maxPages: 2 })) found.push(id)
  expect(found).toHaveLength(2)
  expect(found[0]).not.toBe(found[1])
})
