import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { OperationMap } from "../connector.js"
import { operation } from "../operation.js"
import { paginate } from "./paginate.js"
import { acmeConnector, rejectionOf } from "./test-support.js"

const list = operation({
  summary: "Lists letters",
  effect: "read",
  input: z.object({ page: z.number().default(1), of: z.string().optional() }),
  output: z.looseObject({ letters: z.array(z.string()), more: z.boolean() }),
  pages: {
    items: (result) => result.letters,
    next: (result, { page }) => (result.more ? { page: page + 1 } : undefined),
  },
  run: async () => ({ letters: [], more: false }),
})
const operations = { list, get: operation({ ...list, pages: undefined } as never) } as unknown as OperationMap

function walk(
  answers: (page: number) => unknown,
  parameters?: unknown,
  options?: { maxPages?: number; target?: string },
) {
  const runs: { parameters: unknown; options: unknown }[] = []
  const through = {
    connector: async () => acmeConnector({ operations }),
    async run(_name: string, given: unknown, more: unknown) {
      runs.push({ parameters: given, options: more })
      return answers(runs.length)
    },
  }
  return { runs, items: paginate(through, "list", parameters, options), through }
}

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of items) found.push(item)
  return found
}

const letters = ["a", "b", "c"]
const upTo = (last: number) => (page: number) => ({ letters: [letters[page - 1]], more: page < last })

describe("walking pages", () => {
  it("brings every item, each page with what it began with and the parameters of the last answer", async () => {
    const { runs, items } = walk(upTo(3), { of: "alphabet" }, { target: "t1" })
    expect(await all(items)).toEqual(letters)
    expect(runs.map(({ parameters }) => parameters)).toEqual([
      { of: "alphabet" },
      { of: "alphabet", page: 2 },
      { of: "alphabet", page: 3 },
    ])
    expect(runs.map(({ options }) => options)).toEqual(Array(3).fill({ target: "t1" }))
  })

  it("asks for a page when its first item is wanted, and for none after the loop was left", async () => {
    const { runs, items } = walk(upTo(3))
    expect(runs).toEqual([])
    for await (const item of items) if (item === "b") break
    expect(runs).toHaveLength(2)
  })

  it("stops at a page that names itself as the next one", async () => {
    const stuck = { ...list, pages: { items: () => ["a"], next: () => ({ page: 2, of: undefined }) } }
    const through = {
      connector: async () => acmeConnector({ operations: { list: stuck } as unknown as OperationMap }),
      run: async () => ({ letters: ["a"], more: true }),
    }
    expect(await rejectionOf(all(paginate(through, "list", { page: 2 })))).toMatchObject({
      code: "response_invalid",
      details: { reason: "same_page_again", operation: "list" },
    })
  })

  it("ends after maxPages where that was asked for, and says so after 1 000 where not", async () => {
    const asked = walk(() => ({ letters: ["a"], more: true }), undefined, { maxPages: 2 })
    expect(await all(asked.items)).toEqual(["a", "a"])
    const endless = walk(() => ({ letters: [], more: true }))
    expect(await rejectionOf(all(endless.items))).toMatchObject({
      code: "response_invalid",
      details: { reason: "too_many_pages" },
    })
    expect(endless.runs).toHaveLength(1_000)
  })

  it("refuses operations that list no pages, naming those that do", async () => {
    const { through } = walk(upTo(1))
    expect(await rejectionOf(all(paginate(through, "get", {})))).toMatchObject({
      code: "operation_unknown",
      details: { choices: ["list"] },
    })
    expect(await rejectionOf(all(paginate(through, "lust", {})))).toMatchObject({ code: "operation_unknown" })
  })
})
