import { type Call, json } from "@holdfast/emulator"
import type { Passwords } from "./passwords.js"
import type { Site, WordpressUser } from "./site.js"

/** One request to the REST API, on its way to an endpoint. */
export interface RestCall {
  readonly call: Call
  readonly site: Site
  readonly passwords: Passwords
  /** Nobody is logged in where there is none. */
  readonly user: WordpressUser | undefined
  /** Of the application password in use. */
  readonly uuid: string | undefined
  /** The holes of the route, in order. */
  readonly ids: readonly string[]
  /** The query, `rest_route` left out. */
  readonly query: URLSearchParams
}

/** An endpoint of the REST API. `route` is written as the index shows it, without a trailing slash; its groups are the holes. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE"
  readonly route: string
  answer(rest: RestCall): Response | Promise<Response>
}

/**
 * Finds the endpoint of a route. Who shows a wrong password is refused everywhere, also where nobody need be logged in.
 * @see https://developer.wordpress.org/rest-api/
 */
export async function dispatch(
  endpoints: readonly Endpoint[],
  call: Call,
  route: string,
  place: { readonly site: Site; readonly passwords: Passwords },
): Promise<Response> {
  const visitor = place.passwords.visitor(call.request)
  if ("refused" in visitor) return failure(401, visitor.refused.code, visitor.refused.message)
  const path = route.replace(/\/+$/, "") || "/"
  const known = endpoints.filter((endpoint) => matching(endpoint).test(path))
  const endpoint = known.find(({ method }) => method === call.request.method)
  if (!endpoint) return failure(404, "rest_no_route", "No route was found matching the URL and request method.")
  const query = new URLSearchParams(call.url.searchParams)
  query.delete("rest_route")
  const ids = matching(endpoint).exec(path)?.slice(1) ?? []
  return await endpoint.answer({ call, ...place, user: visitor.user, uuid: visitor.uuid, ids, query })
}

// PHP names groups with a P.
function matching({ route }: Endpoint): RegExp {
  return new RegExp(`^${route.replaceAll("(?P<", "(?<")}$`)
}

export function failure(status: number, code: string, message: string, data: object = {}): Response {
  return json({ code, message, data: { status, ...data } }, { status })
}

/** Who is not logged in gets 401, who may not gets 403. */
export function forbidden({ user }: RestCall, code: string, message: string): Response {
  return failure(user ? 403 : 401, code, message)
}

export function invalidParameter(name: string, message: string): Response {
  return failure(400, "rest_invalid_param", `Invalid parameter(s): ${name}`, { params: { [name]: message } })
}

/**
 * A page of a collection, with its totals in headers.
 * @see https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/
 */
export function collection<Item>(
  { call, query }: RestCall,
  items: readonly Item[],
  show: (item: Item) => object,
  pastTheEnd: string,
): Response {
  const [page, perPage] = [Number(query.get("page") ?? 1), Number(query.get("per_page") ?? 10)]
  if (!Number.isInteger(page) || page < 1) return invalidParameter("page", "page must be greater than or equal to 1")
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 100) {
    return invalidParameter("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
  }
  const pages = Math.ceil(items.length / perPage)
  if (page > Math.max(1, pages)) {
    return failure(400, pastTheEnd, "The page number requested is larger than the number of pages available.")
  }
  const linkTo = (to: number, rel: string) => {
    const url = new URL(call.url)
    url.searchParams.set("page", String(to))
    return `<${url.href}>; rel="${rel}"`
  }
  const links = [...(page > 1 ? [linkTo(page - 1, "prev")] : []), ...(page < pages ? [linkTo(page + 1, "next")] : [])]
  return json(items.slice((page - 1) * perPage, page * perPage).map(show), {
    headers: {
      "x-wp-total": String(items.length),
      "x-wp-totalpages": String(pages),
      ...(links.length > 0 && { link: links.join(", ") }),
    },
  })
}
