import type { HttpValue } from "@holdfast/core"

/** What a parameter of the API may hold. */
export type Parameter = HttpValue | readonly Parameter[] | { readonly [name: string]: Parameter }

/**
 * Parameters as the API reads them, in a form as in a query: hashes and lists in brackets, `address[city]`, `types[0]`.
 * @see https://docs.stripe.com/api
 */
export function bracketed(parameters: { readonly [name: string]: Parameter }): Record<string, HttpValue> {
  return Object.fromEntries(Object.entries(parameters).flatMap(([name, value]) => pairsOf(name, value)))
}

function pairsOf(name: string, value: Parameter): [string, HttpValue][] {
  if (typeof value !== "object") return [[name, value]]
  return Object.entries(value).flatMap(([key, item]) => pairsOf(`${name}[${key}]`, item as Parameter))
}
