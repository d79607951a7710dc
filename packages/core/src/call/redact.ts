import { looksRandom } from "../looks-random.js"
import { isAmbiguousName, isPlainWord, isSecretName } from "./secret-names.js"

/** Takes secrets out of what is about to be written down. */
export interface Redactor {
  text(text: string): string
  value(value: unknown): unknown
}

export interface RedactorOptions {
  /** Values that must never be written, whatever they look like. */
  readonly secrets?: readonly string[]
}

const redacted = "[redacted]"
const maxDepth = 6
const maxItems = 50
const maxText = 4_000

/**
 * A redactor that goes by names, by shape (authorization values, JWTs and JWEs, long random strings, query strings), and by
 * the values it is told. It would rather take out too much.
 */
export function createRedactor({ secrets = [] }: RedactorOptions = {}): Redactor {
  const known = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length)

  function text(given: string): string {
    let out = given
    for (const secret of known) out = out.replaceAll(secret, redacted)
    return shapes(out.length > maxText ? `${out.slice(0, maxText)}…` : out)
  }

  function value(given: unknown, depth = 0, seen: ReadonlySet<object> = new Set()): unknown {
    if (typeof given === "string") return text(given)
    if (typeof given === "bigint" || typeof given === "symbol") return text(String(given))
    if (typeof given === "function") return "[function]"
    if (typeof given !== "object" || given === null) return given
    if (depth >= maxDepth || seen.has(given)) return "[…]"
    const within = new Set(seen).add(given)
    const inner = (each: unknown) => value(each, depth + 1, within)
    if (Array.isArray(given)) return given.slice(0, maxItems).map(inner)
    return special(given, text, inner) ?? fields(given, text, inner)
  }

  return Object.freeze({ text, value: (given: unknown) => value(given) })
}

type Text = (text: string) => string
type Inner = (value: unknown) => unknown

/** Objects whose own fields do not tell what they are, or tell too much. */
function special(given: object, text: Text, inner: Inner): unknown {
  if (given instanceof Error) return errorFields(given, text, inner)
  if (given instanceof URL) return text(given.href)
  if (given instanceof Date) return Number.isNaN(given.getTime()) ? "[date]" : given.toISOString()
  if (given instanceof Request) return text(`${given.method} ${given.url}`)
  if (given instanceof Response) return `Response ${given.status}`
  if (given instanceof Headers || given instanceof URLSearchParams)
    return fields(Object.fromEntries(given), text, inner)
  if (given instanceof Map || given instanceof Set) return `[${given.constructor.name} of ${given.size}]`
  if (ArrayBuffer.isView(given) || given instanceof ArrayBuffer) return `[${given.byteLength} bytes]`
  return undefined
}

/** What an error says, without the fields that libraries hang on it: requests, options, bodies. */
function errorFields(error: Error, text: Text, inner: Inner): unknown {
  const { code, details, cause, stack } = error as {
    code?: unknown
    details?: unknown
    cause?: unknown
    stack?: unknown
  }
  return {
    name: text(error.name),
    message: text(error.message),
    ...(typeof code === "string" && { code: text(code) }),
    ...(typeof details === "object" && details !== null && { details: inner(details) }),
    ...(typeof stack === "string" && { stack: text(stack) }),
    ...(cause instanceof Error && { cause: inner(cause) }),
  }
}

function fields(given: object, text: Text, inner: Inner): unknown {
  const entries = Object.entries(given).slice(0, maxItems)
  return Object.fromEntries(
    entries.map(([name, value]) => [text(name), isHidden(name, value) ? redacted : inner(value)]),
  )
}

function isHidden(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === "boolean") return false
  if (isAmbiguousName(name)) return !isPlainWord(String(value))
  // `tokens: 3` is a count.
  return isSecretName(name) && !(typeof value === "number" && name.endsWith("s"))
}

// `name=value`, `"name": "value"`, `name: value`.
const namedValue = /(["']?)(?<![\w-])([\w-]+)\1(\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&"'{}[\]]+)/g

/** Everything that is secret by its look. */
function shapes(text: string): string {
  return text
    .replace(/\b([a-z][a-z\d+.-]*:\/\/)([^\s"'<>\\]+)/gi, (_, scheme: string, rest: string) => scheme + address(rest))
    .replace(/\b(bearer)\s+[\w.~+/=:-]{6,}/gi, `$1 ${redacted}`)
    .replace(/\b(basic|oauth|[\w-]{0,40}token|digest)\s+(?=[\w.~+/=:-]*[\d=_-])[\w.~+/=:-]{6,}/gi, `$1 ${redacted}`)
    .replace(namedValue, named)
    .replace(/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, redacted)
    .replace(/[A-Za-z\d+/=_~-]{20,}/g, (run) =>
      run
        .split("/")
        .map((part) => (looksRandom(part) ? redacted : part))
        .join("/"),
    )
}

/** Host and path: a query, a fragment and a user name are nobody's business. */
function address(rest: string): string {
  const [host = "", ...path] = (rest.split(/[?#]/, 1)[0] ?? "").split("/")
  return [host.slice(host.lastIndexOf("@") + 1), ...path].join("/")
}

function named(matched: string, quote: string, name: string, between: string, value: string): string {
  const bare = value.replace(/^["']|["']$/g, "")
  const isHiding = isAmbiguousName(name) ? between.includes("=") && !isPlainWord(bare) : isSecretName(name)
  if (bare === redacted || /^(?:true|false|null|undefined)$/.test(bare)) return matched
  // `Error: password=…`: what follows one name may itself be a name with its value.
  if (!isHiding) return quote + name + quote + between + value.replace(namedValue, named)
  return `${quote}${name}${quote}${between}${redacted}`
}
