import { badParameter } from "./refusal.js"

/** What a parameter may be. A record is a hash with those keys, `map` a hash with any. */
export type Kind = "string" | "integer" | "boolean" | "strings" | "map" | ParameterSpec
export interface ParameterSpec {
  readonly [name: string]: Kind
}

/** Parameters as read: numbers are numbers, hashes records. */
export type Value = string | number | boolean | readonly string[] | { readonly [name: string]: Value }
export type Values = { readonly [name: string]: Value }

interface Tree {
  [name: string]: string | Tree
}

/**
 * Reads form-encoded parameters as Stripe does: `address[city]`, `payment_method_types[0]`, `payment_method_types[]`.
 * @throws StripeRefusal for whatever the endpoint does not document
 */
export function readParameters(pairs: Iterable<[string, string]>, spec: ParameterSpec): Values {
  const tree: Tree = {}
  for (const [name, value] of pairs) plant(tree, name, value)
  return readHash(tree, spec, "")
}

function plant(tree: Tree, name: string, value: string): void {
  const [, head = name, rest = ""] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? []
  const path = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, key = ""]) => key)]
  let at = tree
  for (const [index, key] of path.entries()) {
    const own = key === "" ? String(Object.keys(at).length) : key
    if (index === path.length - 1) at[own] = value
    else {
      const next = Object.hasOwn(at, own) ? at[own] : undefined
      const branch = typeof next === "object" ? next : {}
      at[own] = branch
      at = branch
    }
  }
}

function readHash(tree: Tree, spec: ParameterSpec, prefix: string): Values {
  const values: Record<string, Value> = {}
  for (const [name, given] of Object.entries(tree)) {
    const full = prefix === "" ? name : `${prefix}[${name}]`
    const kind = Object.hasOwn(spec, name) ? spec[name] : undefined
    if (kind === undefined) throw badParameter(full, "parameter_unknown", `Received unknown parameter: ${full}`)
    values[name] = readValue(given, kind, full)
  }
  return values
}

function readValue(given: string | Tree, kind: Kind, name: string): Value {
  if (typeof kind === "object") {
    if (typeof given === "string") throw badParameter(name, undefined, "Invalid object")
    return readHash(given, kind, name)
  }
  if (kind === "map" || kind === "strings") {
    if (typeof given === "string")
      throw badParameter(name, undefined, kind === "map" ? "Invalid hash" : "Invalid array")
    const texts = Object.entries(given).map(([key, text]) => [key, readText(text, `${name}[${key}]`)] as const)
    return kind === "map" ? Object.fromEntries(texts) : texts.map(([, text]) => text)
  }
  const text = readText(given, name)
  if (kind === "integer") {
    if (!/^-?\d{1,15}$/.test(text)) throw badParameter(name, "parameter_invalid_integer", `Invalid integer: ${text}`)
    return Number(text)
  }
  if (kind === "boolean") {
    if (text !== "true" && text !== "false") throw badParameter(name, undefined, `Invalid boolean: ${text}`)
    return text === "true"
  }
  return text
}

function readText(given: string | Tree, name: string): string {
  if (typeof given !== "string") throw badParameter(name, undefined, "Invalid string")
  if (given === "") {
    throw badParameter(name, "parameter_invalid_empty", `You passed an empty string for '${name}'.`)
  }
  return given
}
