import type { PaginateOptions, RunOptions } from "../connection.js"
import type { Connector } from "../connector.js"
import { HoldfastError } from "../errors.js"
import { findOperation } from "./run-operation.js"

export interface Pagination {
  connector(): Promise<Connector>
  run(operation: string, parameters: unknown, options: RunOptions): Promise<unknown>
}

const defaultMaxPages = 1_000

/**
 * Walks an operation's pages, each a run of its own, and answers what is on them one by one.
 * @throws HoldfastError `operation_unknown` `input_invalid` `response_invalid`, and what a run throws
 */
export async function* paginate(
  through: Pagination,
  asked: string,
  given: unknown,
  { maxPages, ...options }: PaginateOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const connector = await through.connector()
  const { name, operation } = findOperation(connector, asked)
  const { pages } = operation
  const details = { connector: connector.id, operation: name }
  if (!pages) {
    const choices = Object.entries(connector.operations).flatMap(([other, { pages }]) => (pages ? [other] : []))
    throw new HoldfastError(
      "operation_unknown",
      `${name} does not list pages. These do: ${choices.join(", ") || "none"}.`,
      {
        details: { ...details, choices },
      },
    )
  }
  let parameters: unknown = given ?? {}
  for (let page = 1; page <= (maxPages ?? defaultMaxPages); page++) {
    const result = await through.run(name, parameters, options)
    yield* pages.items(result)
    const parsed = await operation.input.safeParseAsync(parameters)
    const change = pages.next(result, parsed.data)
    if (change === undefined) return
    const next = { ...(parameters as object), ...change }
    if (sameValue(next, parameters)) {
      throw new HoldfastError(
        "response_invalid",
        `${name} answers with the page that it has just brought as the next one.`,
        {
          details: { ...details, reason: "same_page_again" },
        },
      )
    }
    parameters = next
  }
  if (maxPages !== undefined) return
  throw new HoldfastError(
    "response_invalid",
    `${name} has more than ${defaultMaxPages} pages. Say maxPages to end earlier or later.`,
    {
      details: { ...details, reason: "too_many_pages" },
    },
  )
}

/** Whether two sets of parameters ask for the same: what is undefined is not sent. */
function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => sameValue(Reflect.get(one, name), Reflect.get(other, name)))
}
