const originShape = /^https?:\/\/(\*\.)?[a-z0-9.-]+(:\d+)?$/

/** Refuses what is neither an origin nor an origin pattern: `https://*.myshopify.com`. */
export function assertOrigin(origin: string): void {
  if (!originShape.test(origin)) {
    throw new TypeError(`"${origin}" is not an origin: write "https://host" or "https://*.host", without a path`)
  }
}

/** Whether an origin is the declared one, or matches its pattern. */
export function originMatches(declared: string, origin: string): boolean {
  if (!declared.includes("*")) return declared === origin
  const [before = "", after = ""] = declared.split("*")
  if (!origin.startsWith(before) || !origin.endsWith(after)) return false
  const label = origin.slice(before.length, origin.length - after.length)
  return /^[^./:]+$/.test(label)
}

/** Splits `https://*.host/path/{id}` into an origin pattern and a path template. */
export function splitEndpoint(endpoint: string): { origin: string; path: string } {
  const match = /^(https?:\/\/[^/]+)(\/.*)?$/.exec(endpoint)
  if (!match?.[1]) throw new TypeError(`"${endpoint}" is not an endpoint: write "https://host/path"`)
  assertOrigin(match[1])
  return { origin: match[1], path: match[2] ?? "/" }
}
