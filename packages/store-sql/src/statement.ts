import type { Compilable } from "kysely"

/** SQL that is compiled once and run often, with a name where each value comes. */
export interface Statement {
  readonly sql: string
  /** Run again and again with other values: worth keeping prepared at a server. */
  readonly isReused: boolean
  /** Changes nothing, so that it may be asked again when its answer was lost. */
  readonly isRead: boolean
  /** The driver's parameters, in the order of the SQL. */
  parameters(values: Readonly<Record<string, unknown>>): unknown[]
}

const holes = new WeakSet<object>()

/** Stands in a query where a text of that name comes when it runs. */
export const text = (name: string) => hole<string>(name)

/** Stands in a query where an integer of that name comes when it runs. */
export const integer = (name: string) => hole<number>(name)

function hole<Value>(name: string): Value {
  const made = Object.freeze({ name })
  holes.add(made)
  // The query builder passes values through to `parameters` untouched, so nothing but that sees it.
  return made as unknown as Value
}

/** Compiles a query, its holes to be filled at each run. */
export function statement(query: Compilable): Statement {
  const { sql, parameters, query: root } = query.compile()
  const fillers = parameters.map((value) => (isHole(value) ? value.name : undefined))
  return {
    sql,
    isReused: fillers.length === 0 || fillers.some((name) => name !== undefined),
    // A select may change rows in front of itself.
    isRead: root.kind === "SelectQueryNode" && root.with === undefined,
    parameters: (values) => fillers.map((name, at) => (name === undefined ? parameters[at] : values[name])),
  }
}

function isHole(value: unknown): value is { readonly name: string } {
  return typeof value === "object" && value !== null && holes.has(value)
}
