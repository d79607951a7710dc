import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"

/** Values for `{placeholders}`, by name. */
export type PlaceholderValues = Readonly<Record<string, string>>

const hole = /\{(\w+)\}/g
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const hostAndPort = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?$/i

/** The parts of an endpoint: a fixed scheme and a host, or a whole origin as one placeholder; and the rest. */
function partsOf(template: string): { scheme: string; host: string; origin: string | undefined; rest: string } {
  const fixed = /^(https?:\/\/)([^/?#]+)(.*)$/s.exec(template)
  if (fixed) return { scheme: fixed[1] ?? "", host: fixed[2] ?? "", origin: undefined, rest: fixed[3] ?? "" }
  const chosen = /^\{(\w+)\}(.*)$/s.exec(template)
  if (chosen) return { scheme: "", host: "", origin: chosen[1], rest: chosen[2] ?? "" }
  throw new HoldfastError("config_invalid", "An endpoint is no https address.")
}

/** What the host of an endpoint leaves open: nothing, labels below a fixed domain, or everything. */
export function hostFreedom(template: string): "fixed" | "label" | "any" {
  const { host, origin } = partsOf(template)
  if (origin !== undefined) return "any"
  if (!host.includes("{")) return "fixed"
  const suffix = host.slice(host.lastIndexOf("}") + 1)
  // Below a top-level domain alone, a label chooses whose host it is.
  return /^[a-z0-9-]*(\.[a-z0-9-]+){2,}(:\d+)?$/i.test(suffix) ? "label" : "any"
}

/**
 * Fills an endpoint. A value becomes one host label or one path segment and can be nothing else; only where the person or the provider
 * chooses the host may it be a host with a port, or an origin with a path.
 * @throws HoldfastError `input_invalid` for a value that is none of these, `config_invalid` where there is none
 */
export function expandEndpoint(template: string, values: PlaceholderValues, hostIsChosen: boolean): URL {
  const parts = partsOf(template)
  const path = parts.rest.replace(hole, (_, name: string) => segment(name, valueFor(name, values)))
  const base =
    parts.origin === undefined
      ? parts.scheme + fillHost(parts.host, values, hostIsChosen)
      : origin(parts.origin, values)
  const url = URL.canParse(base + path) ? new URL(base + path) : undefined
  if (url && url.username + url.password + url.hash === "") return url
  throw invalid("endpoint")
}

function fillHost(host: string, values: PlaceholderValues, hostIsChosen: boolean): string {
  const isWhole = /^\{\w+\}$/.test(host)
  return host.replace(hole, (_, name: string) => {
    const value = valueFor(name, values)
    if (!(isWhole && hostIsChosen ? hostAndPort : label).test(value)) throw invalid(name)
    return value
  })
}

function origin(name: string, values: PlaceholderValues): string {
  const value = valueFor(name, values)
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
  if (!isPlain) throw invalid(name)
  return (url.origin + url.pathname).replace(/\/+$/, "")
}

function segment(name: string, value: string): string {
  if (value === "" || value === "." || value === "..") throw invalid(name)
  return encodeURIComponent(value)
}

function valueFor(name: string, values: PlaceholderValues): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) throw new HoldfastError("config_invalid", `There is no value for {${name}} of an endpoint.`)
  return value
}

function invalid(field: string): HoldfastError {
  return new HoldfastError("input_invalid", "A value cannot be part of this address.", { details: { fields: [field] } })
}

/** Fills parameters; what they are filled with is encoded later, with the rest of the request. */
export function expandParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  values: PlaceholderValues,
): Record<string, string> {
  const filled = Object.entries(parameters ?? {}).map(([name, value]) => [
    name,
    value.replace(hole, (_, key: string) => valueFor(key, values)),
  ])
  return Object.fromEntries(filled)
}

/** Whether a name or address is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/**
 * Lets a request to this address leave, or says why not: https or loopback, and the guard's word where the host is chosen.
 * @throws HoldfastError `host_forbidden`
 */
export async function permitEndpoint(context: Pick<Context, "guard">, url: URL, hostIsChosen: boolean): Promise<void> {
  const secure = url.protocol === "https:"
  if (!secure && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new HoldfastError("host_forbidden", "Tokens are asked for over https only.")
  }
  if (!hostIsChosen) return
  await context.guard(url.hostname.replace(/^\[|\]$/g, ""), Number(url.port || (secure ? 443 : 80)))
}
