/** A field of a request, with its arguments' values and what is asked of it. */
interface Field {
  readonly name: string
  readonly alias: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly selections: readonly Selection[]
}

type Selection = Field | { readonly spread: string } | { readonly inline: readonly Selection[] }
type Root = (given: Readonly<Record<string, unknown>>) => unknown

/** Answers of root fields, by their name: a value, or a refusal. */
export type GraphqlRoots = Readonly<Record<string, Root>>

/**
 * Enough of GraphQL for a stand-in: documents with variables, aliases and fragments; only what is asked for is answered.
 * Answers the data, or a Response where a root field refuses; undefined where the document cannot be read or names no root field.
 * @see https://spec.graphql.org/October2021/
 */
export function answerGraphql(
  body: Readonly<Record<string, unknown>>,
  roots: { readonly query: GraphqlRoots; readonly mutation: GraphqlRoots },
): { data: Record<string, unknown> } | Response | undefined {
  const { query, variables } = body
  if (typeof query !== "string") return undefined
  const document = parse(query, (variables ?? {}) as Record<string, unknown>)
  if (!document) return undefined
  const data: Record<string, unknown> = {}
  for (const field of flat(document.selections, document.fragments)) {
    const root = Object.hasOwn(roots[document.kind], field.name) ? roots[document.kind][field.name] : undefined
    if (!root) return undefined
    const value = root(field.arguments)
    if (value instanceof Response) return value
    data[field.alias] = project(value, field.selections, document.fragments)
  }
  return { data }
}

type Fragments = ReadonlyMap<string, readonly Selection[]>

function flat(selections: readonly Selection[], fragments: Fragments): Field[] {
  return selections.flatMap((one) => {
    if ("spread" in one) return flat(fragments.get(one.spread) ?? [], fragments)
    return "inline" in one ? flat(one.inline, fragments) : [one]
  })
}

function project(value: unknown, selections: readonly Selection[], fragments: Fragments): unknown {
  if (Array.isArray(value)) return value.map((item) => project(item, selections, fragments))
  if (selections.length === 0 || typeof value !== "object" || value === null) return value ?? null
  const object = value as Record<string, unknown>
  const fields = flat(selections, fragments)
  return Object.fromEntries(
    fields.map((field) => [field.alias, project(object[field.name], field.selections, fragments)]),
  )
}

function parse(source: string, variables: Readonly<Record<string, unknown>>) {
  const tokens =
    source.replace(/#.*$/gm, "").match(/\.\.\.|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\w+|[{}()[\]:$!=@]/g) ?? []
  let at = 0
  const next = () => tokens[at++] ?? ""
  const take = (token: string) => tokens[at] === token && at++ >= 0
  const fragments = new Map<string, readonly Selection[]>()
  let found: { kind: "query" | "mutation"; selections: readonly Selection[] } | undefined
  while (at < tokens.length) {
    const word = tokens[at] === "{" ? "query" : next()
    if (word === "fragment") {
      const name = next()
      skipTo("{")
      fragments.set(name, selectionSet())
    } else if (word === "query" || word === "mutation") {
      skipTo("{")
      found = { kind: word, selections: selectionSet() }
    } else return undefined
  }
  return found && { ...found, fragments }

  /** Names, types and variable definitions matter to nobody here; their defaults hold no braces. */
  function skipTo(token: string): void {
    while (at < tokens.length && tokens[at] !== token) at++
  }

  function selectionSet(): Selection[] {
    const selections: Selection[] = []
    if (!take("{")) return selections
    while (at < tokens.length && !take("}")) selections.push(selection())
    return selections
  }

  function selection(): Selection {
    if (take("...")) {
      if (!take("on")) return { spread: next() }
      next()
      return { inline: selectionSet() }
    }
    const first = next()
    const name = take(":") ? next() : first
    const given = take("(") ? pairs(")") : {}
    return { name, alias: first, arguments: given, selections: selectionSet() }
  }

  function pairs(end: string): Record<string, unknown> {
    const given: Record<string, unknown> = {}
    while (at < tokens.length && !take(end)) {
      const name = next()
      take(":")
      given[name] = value()
    }
    return given
  }

  function value(): unknown {
    const token = next()
    if (token === "$") return variables[next()]
    if (token === "{") return pairs("}")
    if (token === "[") {
      const items: unknown[] = []
      while (at < tokens.length && !take("]")) items.push(value())
      return items
    }
    // Strings and numbers are JSON's; other words are enumerated values.
    return /^["\d-]|^(true|false|null)$/.test(token) ? JSON.parse(token) : token
  }
}
