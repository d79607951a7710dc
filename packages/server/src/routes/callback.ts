import { type Arrival, type AttemptView, HoldfastError } from "@holdfast/core"
import { isForm, readBytes, readRawBytes } from "../body.js"
import { type Exchange, isNavigation } from "../exchange.js"
import { failureOf, toFailure } from "../failure.js"
import { finish } from "../finish.js"
import { fragmentPage, resubmitPage } from "../pages/relay.js"
import { failurePage } from "../pages/result.js"
import { seeOther } from "../redirect.js"
import type { Route } from "../router.js"

/** Where providers send people, and servers, back to. */
export const callbackRoutes: readonly Route[] = [
  { method: "GET", path: "/oauth/callback", open: true, acts: true, answer: arriveByQuery },
  { method: "GET", path: "/oauth/callback/{connector}", open: true, acts: true, answer: arriveByQuery },
  { method: "POST", path: "/oauth/callback", open: true, answer: arriveByPost },
  { method: "POST", path: "/oauth/callback/{connector}", open: true, answer: arriveByPost },
  { method: "GET", path: "/oauth/error/{code}", open: true, answer: showError },
]

async function arriveByQuery(exchange: Exchange): Promise<Response> {
  // Nothing but the state (or not even that): what there is, is in the fragment, which only a page of ours can see.
  const hasAnswer = [...exchange.url.searchParams.keys()].some((name) => name !== "state")
  if (!hasAnswer && isNavigation(exchange.request)) return fragmentPage(exchange.site)
  return arrive(exchange, "")
}

async function arriveByPost(exchange: Exchange): Promise<Response> {
  const { site, request, browser } = exchange
  const raw = isForm(request) ? readBytes : readRawBytes
  const body = new TextDecoder().decode(await raw(request, site.bodyLimitBytes))
  // A form from the provider's page comes without our cookie. Once: what our own page posts is taken as it is.
  const isOurs = request.headers.get("origin") === site.origin
  if (browser === undefined && !isOurs && isForm(request) && isNavigation(request)) {
    return resubmitPage(site, exchange.url.href, body)
  }
  return arrive(exchange, body)
}

async function arrive(exchange: Exchange, body: string): Promise<Response> {
  const isPerson = showsPages(exchange.request)
  const visitor = await exchange.visitor()
  let view: AttemptView
  try {
    view = await exchange.holdfast.attempts.callback(toArrival(exchange, body), visitor)
  } catch (error) {
    if (!isPerson) throw error
    exchange.report(error)
    // The address holds the provider's answer: the error is shown at one that does not (X15).
    return seeOther(`${exchange.site.url}/oauth/error/${toFailure(error).code}`)
  }
  if (isPerson) return finish(exchange, view)
  // A provider's server is told that it was heard, and nothing of the attempt.
  return Response.json(visitor.browser === undefined && !visitor.owner ? { ok: true } : view)
}

/** Whether the answer is for a browser. Whoever comes by GET is sent on, but scripts that ask for JSON. */
function showsPages(request: Request): boolean {
  if (request.method !== "GET") return isNavigation(request)
  const accept = request.headers.get("accept") ?? ""
  return isNavigation(request) || !accept.includes("application/json")
}

/** What came, as the attempts take it. */
export function toArrival(exchange: Exchange, body: string): Arrival {
  const { request, url } = exchange
  const connector = exchange.param("connector")
  const headers = new Headers(request.headers)
  // Ours and the host's, and no business of a connector's.
  for (const name of ["cookie", "authorization"]) headers.delete(name)
  return {
    state: readState(exchange, body),
    ...(connector !== "" && { connector }),
    url: url.href,
    method: request.method,
    headers,
    body,
  }
}

/** The one value of `state`, in the query (ours, and perhaps echoed) or in a posted form. */
function readState({ url, request }: Exchange, body: string): string {
  const values = new Set(url.searchParams.getAll("state"))
  if (isForm(request)) for (const value of new URLSearchParams(body).getAll("state")) values.add(value)
  const [state, ...others] = values
  if (state !== undefined && state !== "" && state.length <= 1000 && others.length === 0) return state
  throw new HoldfastError("state_mismatch", "The callback brought no state, or several that differ.")
}

function showError({ site, param }: Exchange): Response {
  const failure = failureOf(param("code"))
  // Anybody can write a link to this page; a code that is none is not an error of ours.
  return failurePage(site, failure.code === param("code") ? failure : failureOf("route_unknown"))
}
