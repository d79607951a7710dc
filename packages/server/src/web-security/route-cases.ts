import { nativeRoutes } from "../handler.js"
import { createSite } from "../site.js"
import { createTarget, ui } from "./target.js"

/** What is known of a route by those who attack it. */
export interface RouteCase {
  readonly method: string
  readonly path: string
  /**
   * Whom it asks for. `visitor`: an owner or the browser of the attempt. `nobody`: providers and people come from anywhere, and what they
   * bring must prove itself.
   */
  readonly asks: "owner" | "admin" | "visitor" | "nobody"
  /** Whose id stands in the path. */
  readonly about?: "connection" | "attempt"
  /** A body that it takes. */
  readonly body?: Readonly<Record<string, unknown>>
  /** The query that it needs. */
  readonly query?: string
  /** A page for people, reached by navigation. */
  readonly isPage?: true
}

type Facts = Omit<RouteCase, "method" | "path">

const fields = { clientId: "our-app", clientSecret: "our-client-secret", signingSecret: "our-signing-secret" }
const connection: Facts = { asks: "owner", about: "connection" }
const attempt: Facts = { asks: "visitor", about: "attempt" }

const known: Readonly<Record<string, Facts>> = {
  "GET /connectors": { asks: "owner" },
  "POST /attempts": { asks: "owner", body: { connector: "slack" } },
  "GET /attempts/{id}": attempt,
  "POST /attempts/{id}": { ...attempt, body: { values: { shop: "first" } } },
  "POST /attempts/{id}/poll": attempt,
  "DELETE /attempts/{id}": attempt,
  "GET /attempts/{id}/start": { ...attempt, isPage: true },
  "POST /attempts/{id}/start": { ...attempt, isPage: true },
  "GET /attempts/{id}/result": { ...attempt, isPage: true },
  "GET /connect/{connector}": { asks: "owner", isPage: true },
  "POST /connect/{connector}": { asks: "owner", isPage: true, body: {} },
  "GET /oauth/callback": { asks: "nobody", isPage: true, query: "state=unknown&code=code" },
  "GET /oauth/callback/{connector}": { asks: "nobody", isPage: true, query: "state=unknown&code=code" },
  "POST /oauth/callback": { asks: "nobody", query: "state=unknown", body: { key: "value" } },
  "POST /oauth/callback/{connector}": { asks: "nobody", query: "state=unknown", body: { key: "value" } },
  "GET /oauth/error/{code}": { asks: "nobody", isPage: true },
  "GET /connections": { asks: "owner" },
  "GET /connections/{id}": connection,
  "DELETE /connections/{id}": connection,
  "GET /connections/{id}/statistics": connection,
  "GET /connections/{id}/diagnosis": connection,
  "POST /connections/{id}/test": connection,
  "POST /connections/{id}/rename": { ...connection, body: { name: "Work" } },
  "POST /connections/{id}/reconnect": { ...connection, body: { values: { key: "rk_wrong" } } },
  "POST /connections/{id}/run": { ...connection, body: { operation: "list_customers", parameters: {} } },
  "GET /connections/{id}/targets": connection,
  "POST /execute": { asks: "owner", body: { provider: "stripe", operation: "list_customers" } },
  "GET /apps": { asks: "admin" },
  "GET /apps/{connector}": { asks: "admin" },
  "PUT /apps/{connector}": { asks: "admin", body: { fields } },
  "DELETE /apps/{connector}": { asks: "admin" },
  "* /webhooks/{connector}/{appKey}": { asks: "nobody", body: { type: "event" } },
  "GET /assets/{name}": { asks: "nobody" },
  "GET /ui": { asks: "owner", isPage: true },
  "GET /ui/page.js": { asks: "nobody" },
  "GET /ui/page.css": { asks: "nobody" },
}

const { holdfast } = createTarget()
/** The handler's table, with everything that can be switched on. */
export const routes = nativeRoutes(createSite(holdfast, { owner: () => null, ui }))

/** Every route of the handler's table, with what is known of it. One that nothing is known of is an error: say it in `known`. */
export function routeCases(): readonly RouteCase[] {
  const names = routes.map(({ method, path }) => `${method} ${path}`)
  const unknown = names.filter((name) => !Object.hasOwn(known, name))
  const gone = Object.keys(known).filter((name) => !names.includes(name))
  if (unknown.length + gone.length > 0)
    throw new Error(
      `Routes without a case: ${unknown.join(", ") || "none"}. Cases without a route: ${gone.join(", ") || "none"}.`,
    )
  return routes.map(({ method, path }) => ({ method, path, ...(known[`${method} ${path}`] as Facts) }))
}

const holes: Readonly<Record<string, string>> = {
  connector: "slack",
  code: "access_denied",
  name: "page.css",
  appKey: "1000000000001.2000000000002",
}

/** The address of a route below the mount, with `id` in its hole. */
export function addressOf({ path, query }: RouteCase, id = "conn_unknown"): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(name === "id" ? id : (holes[name] ?? "")),
  )
  return query === undefined ? filled : `${filled}?${query}`
}

/** A method of the route; one for those that take any. */
export function methodOf({ method }: RouteCase): string {
  return method === "*" ? "POST" : method
}

/** The title of tests about it. */
export function nameOf({ method, path }: RouteCase): string {
  return `${method} ${path}`
}
