import type { ApiKeyScope } from "@holdfast/core"
import type { Exchange } from "./exchange.js"

/** One address of the handler. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "*"
  /** Below the mount, with `{holes}` of one segment each. */
  readonly path: string
  /** Reached by providers and by navigation from anywhere: no Origin is asked for. Whoever answers must check by other means. */
  readonly open?: true
  /** What an API key needs to call it. Absent: no key may. */
  readonly scope?: ApiKeyScope
  /** A GET that does something, so that HEAD and prefetches must not. */
  readonly acts?: true
  answer(exchange: Exchange): Promise<Response> | Response
}

/** Which route a request means: one, or the methods that the address takes, or nothing. */
export type Match =
  | { readonly is: "route"; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly is: "method"; readonly allowed: readonly string[] }
  | { readonly is: "nothing" }

/** Finds routes by method and path. The first one that fits wins. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const compiled = routes.map((route) => ({ route, segments: route.path.split("/").slice(1) }))
  return (method, path) => {
    const segments = decodeSegments(path)
    const allowed = new Set<string>()
    for (const { route, segments: template } of segments ? compiled : []) {
      const params = fit(template, segments ?? [])
      if (!params) continue
      if (takes(route, method)) return { is: "route", route, params }
      allowed.add(route.method)
      if (route.method === "GET" && !route.acts) allowed.add("HEAD")
    }
    return allowed.size > 0 ? { is: "method", allowed: [...allowed] } : { is: "nothing" }
  }
}

function takes(route: Route, method: string): boolean {
  return route.method === "*" || route.method === method || (method === "HEAD" && route.method === "GET" && !route.acts)
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.replace(/\/+$/, "").split("/").slice(1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

function fit(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const segment = segments[index] as string
    const hole = /^\{(\w+)\}$/.exec(part)?.[1]
    if (hole === undefined && part !== segment) return undefined
    if (hole !== undefined && segment === "") return undefined
    if (hole !== undefined) params[hole] = segment
  }
  return params
}
