import type { HttpMethod, RouteHandler, RouteOptions } from "./contract.js"
import { assertOrigin, originMatches } from "./origins.js"

/** A registered route. */
export interface Route {
  id: string
  methods: readonly HttpMethod[]
  origin: string
  template: string
  handler: RouteHandler
  names: RouteOptions["names"]
}

/** What the router made of a request line. */
export type RouteMatch =
  | { is: "found"; route: Route; params: Record<string, string> }
  | { is: "unknown"; allowed: readonly HttpMethod[] }

/** The routes of one emulator. */
export interface Router {
  add(route: Route): void
  match(method: string, url: URL): RouteMatch
}

interface Compiled extends Route {
  pattern: RegExp
  holes: string[]
  literals: number
}

/** An empty router. */
export function createRouter(): Router {
  const routes: Compiled[] = []
  return {
    add(route) {
      assertOrigin(route.origin)
      routes.push({ ...route, ...compile(route.template) })
      // The sort is stable: of equally literal templates the first registered wins.
      routes.sort((a, b) => b.literals - a.literals || Number(a.origin.includes("*")) - Number(b.origin.includes("*")))
    },
    match(method, url) {
      const allowed = new Set<HttpMethod>()
      for (const route of routes) {
        if (!originMatches(route.origin, url.origin)) continue
        const found = route.pattern.exec(url.pathname)
        if (!found) continue
        if (route.methods.some((known) => known === method))
          return { is: "found", route, params: fillHoles(route, found) }
        for (const known of route.methods) allowed.add(known)
      }
      return { is: "unknown", allowed: [...allowed] }
    },
  }
}

function compile(template: string): { pattern: RegExp; holes: string[]; literals: number } {
  if (!template.startsWith("/")) throw new TypeError(`a path template starts with "/": "${template}"`)
  const holes: string[] = []
  let literals = 0
  const source = template
    .split(/(\{\w+(?:\.\.\.)?\})/)
    .map((piece) => {
      const hole = /^\{(\w+)(\.\.\.)?\}$/.exec(piece)
      if (!hole?.[1]) {
        literals += piece.length
        return piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      }
      holes.push(hole[1])
      return hole[2] ? "(.+)" : "([^/]+?)"
    })
    .join("")
  return { pattern: new RegExp(`^${source}$`), holes, literals }
}

function fillHoles(route: Compiled, found: RegExpExecArray): Record<string, string> {
  return Object.fromEntries(route.holes.map((hole, index) => [hole, decode(found[index + 1] ?? "")]))
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
