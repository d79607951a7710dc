import { createExchange, isNavigation } from "./exchange.js"
import { type Failure, failureJson, failureOf, toFailure } from "./failure.js"
import type { Handler } from "./options.js"
import { failurePage } from "./pages/result.js"
import { createRouter, type Match, type Route } from "./router.js"
import { readBearer } from "./security/bearer.js"
import { answerPreflight, corsHeaders, isPreflight } from "./security/cors.js"
import { checkOrigin } from "./security/csrf.js"
import { baseHeaders, withHeaders } from "./security/headers.js"
import { publicUrl, type Site } from "./site.js"

type Matcher = (method: string, path: string) => Match

/** What every surface shares: routing, origins, CORS, headers and the bodies of errors. Never rejects. */
export function serveRoutes(site: Site, routes: readonly Route[]): Handler {
  const match = createRouter(routes)
  return async (request) => {
    try {
      return complete(site, request, await answer(site, match, request))
    } catch (error) {
      report(site, request, error)
      return complete(site, request, failureJson(toFailure(error)))
    }
  }
}

async function answer(site: Site, match: Matcher, request: Request): Promise<Response> {
  const url = publicUrl(site, request)
  const found = find(site, match, request, url)
  try {
    if (isPreflight(request) && !(found.is === "route" && found.route.method === "*"))
      return answerPreflight(site, request)
    if (found.is === "nothing") return fail(site, request, failureOf("route_unknown"))
    if (found.is === "method") {
      return withHeaders(fail(site, request, failureOf("method_not_allowed")), { allow: found.allowed.join(", ") })
    }
    const bearer = await readBearer(site, request, found.route)
    if (!found.route.open && !bearer) checkOrigin(site, request)
    const tell = (error: unknown) => report(site, request, error)
    const exchange = createExchange(site, request, url, found.params, tell, bearer)
    return await found.route.answer(exchange)
  } catch (error) {
    report(site, request, error)
    return fail(site, request, toFailure(error))
  }
}

function find(site: Site, match: Matcher, request: Request, { pathname }: URL): Match {
  const inside = pathname === site.basePath || pathname.startsWith(`${site.basePath}/`)
  return inside ? match(request.method, pathname.slice(site.basePath.length)) : { is: "nothing" }
}

/** The error as a page for people, as JSON for programs. */
function fail(site: Site, request: Request, failure: Failure): Response {
  return isNavigation(request) ? failurePage(site, failure) : failureJson(failure)
}

function complete(site: Site, request: Request, response: Response): Response {
  const whole = withHeaders(response, baseHeaders, corsHeaders(site, request))
  return request.method === "HEAD" ? new Response(null, whole) : whole
}

function report(site: Site, request: Request, error: unknown): void {
  try {
    site.options.onError?.(error, request)
  } catch {
    // The host's logger failed; the caller still gets the answer.
  }
}
