import { type AttemptView, HoldfastError, type Owner } from "@holdfast/core"
import { cookieFor } from "../begin.js"
import type { Exchange } from "../exchange.js"
import { connectorName, finish, proceed } from "../finish.js"
import { askPage } from "../pages/ask.js"
import { resultPage } from "../pages/result.js"
import { seeOther } from "../redirect.js"
import type { Route } from "../router.js"
import { newBrowserId } from "../security/cookies.js"
import { isListedOrigin } from "../security/csrf.js"
import { knownVisitor } from "./attempts.js"

/** The pages of an attempt, for people: where it starts, its steps, and how it ended. */
export const startRoutes: readonly Route[] = [
  { method: "GET", path: "/attempts/{id}/start", acts: true, answer: showStep },
  { method: "POST", path: "/attempts/{id}/start", answer: bindByClick },
  { method: "GET", path: "/attempts/{id}/result", answer: showResult },
]

type About = Awaited<ReturnType<Exchange["holdfast"]["attempts"]["about"]>>

async function showStep(exchange: Exchange): Promise<Response> {
  const { attempts } = exchange.holdfast
  const id = exchange.param("id")
  const about = await attempts.about(id)
  const owner = await fittingOwner(exchange, about)
  if (!about.bound) {
    // Without a sign-in, somebody else may have begun it and sent the link here, to have this person's account (X4).
    return owner ? bindBrowser(exchange) : ask(exchange, about)
  }
  const visitor = await knownVisitor(exchange)
  // Its owner may look from elsewhere, but the provider's answer would be refused there at the end.
  if (visitor.browser === undefined)
    throw new HoldfastError("state_mismatch", "Another browser is bound to the attempt.")
  const view = await attempts.view(id, visitor)
  return proceed(exchange, asksForPoll(view) ? await attempts.poll(id, visitor) : view)
}

async function bindByClick(exchange: Exchange): Promise<Response> {
  // The page with the button is ours, so its origin is always said.
  if (!isListedOrigin(exchange.site, exchange.request)) {
    throw new HoldfastError("forbidden", "The click did not come from our own page.")
  }
  await fittingOwner(exchange, await exchange.holdfast.attempts.about(exchange.param("id")))
  return bindBrowser(exchange)
}

async function bindBrowser(exchange: Exchange): Promise<Response> {
  if (exchange.request.method === "GET" && isFirstVisit(exchange)) return comeAgain(exchange)
  const given = exchange.browser === undefined ? newBrowserId() : undefined
  const { browser = [], ...known } = await exchange.visitor()
  const view = await exchange.holdfast.attempts.bind(exchange.param("id"), { ...known, browser: given ?? browser })
  const cookie = cookieFor(exchange, given)
  // After a click the page is asked for again, so that going back does not post again.
  return exchange.request.method === "POST" ? seeOther(exchange.url.href, cookie) : proceed(exchange, view, cookie)
}

/** Whether the browser has no id yet, and was not given one just now: where cookies are blocked it would come again for ever. */
function isFirstVisit({ browser, url }: Exchange): boolean {
  return browser === undefined && !url.searchParams.has("again")
}

/** Has the browser come again with an id. Bound by an answer that a second click or a reload makes it drop, the attempt would be nobody's. */
function comeAgain(exchange: Exchange): Response {
  const again = new URL(exchange.url)
  again.searchParams.set("again", "")
  return seeOther(again.href, cookieFor(exchange, newBrowserId()))
}

async function showResult(exchange: Exchange): Promise<Response> {
  const view = await exchange.holdfast.attempts.view(exchange.param("id"), await knownVisitor(exchange))
  if (view.status !== "connected" && view.status !== "failed") return finish(exchange, view)
  return resultPage(exchange.site, view, connectorName(exchange, view.connector))
}

async function ask(exchange: Exchange, about: About): Promise<Response> {
  const asker: Owner = { tenantId: about.tenantId, ...(about.userId !== undefined && { userId: about.userId }) }
  return askPage(exchange.site, {
    connector: connectorName(exchange, about.connector),
    asker: (await exchange.site.options.describeOwner?.(asker)) ?? describe(asker),
    action: exchange.url.href,
    // Given now, the id is the same at both clicks of a person who clicks twice. It is bound to nothing yet.
    headers: cookieFor(exchange, exchange.browser === undefined ? newBrowserId() : undefined),
  })
}

/** Whoever is signed in must be the one whose attempt it is; for all others it does not exist. */
async function fittingOwner(exchange: Exchange, about: About): Promise<Owner | undefined> {
  const owner = await exchange.ownerIfKnown()
  if (!owner || (owner.tenantId === about.tenantId && owner.userId === about.userId)) return owner
  throw new HoldfastError("not_found", "The attempt was begun for another owner than the one who is signed in.")
}

function asksForPoll({ status, step }: AttemptView): boolean {
  return status === "pending" && (step.kind === "qr" || step.kind === "wait")
}

function describe({ tenantId, userId }: Owner): string {
  return userId === undefined ? tenantId : `${userId} (${tenantId})`
}
