import { HoldfastError } from "../errors.js"

/** For development: the loopback origin to call instead of each public origin. */
export type Reroute = Readonly<Record<string, string>>

/** Turns public URLs to loopback and back. */
export interface Rerouting {
  /** The loopback form of a public URL; other URLs as they are. */
  toLoopback(url: string): string
  /** The public form of a loopback URL; other URLs as they are. */
  toPublic(url: string): string
}

/**
 * Reads a `reroute` table: a credential of a public origin must never be sent anywhere but to this machine.
 * @throws HoldfastError `config_invalid`
 */
export function createRerouting(reroute: Reroute = {}): Rerouting {
  const loopbackOf = new Map(
    Object.entries(reroute).map(([from, to]) => [readOrigin(from, from), readTarget(from, to)] as const),
  )
  const publicOf = new Map([...loopbackOf].map(([from, to]) => [to, from] as const))
  return {
    toLoopback: (url) => move(url, loopbackOf),
    toPublic: (url) => move(url, publicOf),
  }
}

/** Whether a URL's `hostname` is this machine by its very form. */
export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "").toLowerCase()
  return bare === "localhost" || bare.endsWith(".localhost") || bare === "::1" || /^127(\.\d{1,3}){3}$/.test(bare)
}

function move(url: string, to: ReadonlyMap<string, string>): string {
  if (to.size === 0 || !URL.canParse(url)) return url
  const { origin, href } = new URL(url)
  const target = to.get(origin)
  return target === undefined ? url : target + href.slice(origin.length)
}

function readTarget(from: string, to: string): string {
  const origin = readOrigin(from, to)
  const { protocol, hostname } = new URL(origin)
  if (protocol !== "http:" || !isLoopback(hostname)) throw invalid(from, "its target is not http on loopback")
  return origin
}

function readOrigin(from: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname.includes("*"))
    throw invalid(from, "not a concrete origin")
  if (url.href !== `${url.origin}/`) throw invalid(from, "an origin has no path, query or user")
  return url.origin
}

function invalid(from: string, why: string): HoldfastError {
  return new HoldfastError(
    "config_invalid",
    `reroute entry "${from.slice(0, 80)}": ${why}. It maps origins to loopback, for development: { "https://acme.example": "http://127.0.0.1:4001" }.`,
  )
}
