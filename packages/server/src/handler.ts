import type { Connector, Holdfast } from "@holdfast/core"
import { createExchange, isNavigation } from "./exchange.js"
import { type Failure, failureJson, failureOf, toFailure } from "./failure.js"
import type { Handler, HandlerOptions } from "./options.js"
import { failurePage } from "./pages/result.js"
import { createRouter, type Match } from "./router.js"
import { appRoutes } from "./routes/apps.js"
import { assetRoutes } from "./routes/assets.js"
import { attemptRoutes } from "./routes/attempts.js"
import { callbackRoutes } from "./routes/callback.js"
import { catalogueRoutes } from "./routes/catalogue.js"
import { connectRoutes } from "./routes/connect.js"
import { connectionRoutes } from "./routes/connections.js"
import { startRoutes } from "./routes/start.js"
import { webhookRoutes } from "./routes/webhooks.js"
import { answerPreflight, corsHeaders, isPreflight } from "./security/cors.js"
import { checkOrigin } from "./security/csrf.js"
import { baseHeaders, withHeaders } from "./security/headers.js"
import { createSite, publicUrl, type Site } from "./site.js"

const match = createRouter([
  ...catalogueRoutes,
  ...attemptRoutes,
  ...startRoutes,
  ...connectRoutes,
  ...callbackRoutes,
  ...connectionRoutes,
  ...appRoutes,
  ...webhookRoutes,
  ...assetRoutes,
])

/**
 * The native routes over a Holdfast, as one function from request to response. It never rejects: errors are answered as
 * `{ error: code, message }` with our fixed text for the code, and go to `onError` as they are.
 *
 * Requests are routed by their path below the path of `holdfast.url`; the public origin is configuration, not the `Host` header.
 *
 * @throws HoldfastError `config_invalid` at once, for options that cannot work
 * @see README.md of this package for the routes
 */
export function createHandler<C extends Connector>(holdfast: Holdfast<C>, options: HandlerOptions): Handler {
  const site = createSite(holdfast as unknown as Holdfast, options)
  return async (request) => {
    try {
      return complete(site, request, await answer(site, request))
    } catch (error) {
      report(site, request, error)
      return complete(site, request, failureJson(toFailure(error)))
    }
  }
}

async function answer(site: Site, request: Request): Promise<Response> {
  const url = publicUrl(site, request)
  const found = find(site, request, url)
  try {
    if (isPreflight(request) && !(found.is === "route" && found.route.method === "*"))
      return answerPreflight(site, request)
    if (found.is === "nothing") return fail(site, request, failureOf("route_unknown"))
    if (found.is === "method") {
      return withHeaders(fail(site, request, failureOf("method_not_allowed")), { allow: found.allowed.join(", ") })
    }
    if (!found.route.open) checkOrigin(site, request)
    const exchange = createExchange(site, request, url, found.params, (error) => report(site, request, error))
    return await found.route.answer(exchange)
  } catch (error) {
    report(site, request, error)
    return fail(site, request, toFailure(error))
  }
}

function find(site: Site, request: Request, { pathname }: URL): Match {
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
