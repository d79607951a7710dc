import type { AttemptView, Connector } from "@holdfast/core"
import { z } from "zod"
import { begin, cookieFor } from "../../begin.js"
import { isForm, stringValues } from "../../body.js"
import { type Exchange, isNavigation } from "../../exchange.js"
import { toFailure } from "../../failure.js"
import { seeOther } from "../../redirect.js"
import type { Route } from "../../router.js"
import { knownVisitor } from "../../routes/attempts.js"
import { toArrival } from "../../routes/callback.js"
import { beginByLink, declaredValues } from "../../routes/connect.js"
import { isBearer } from "../../security/csrf.js"
import { claimPosted } from "../claim-posted.js"
import { handOver, land } from "../host-page.js"

/** From a link, or a call of a program, to the connection's id. */
export function callbackRoutes(page: string): readonly Route[] {
  const shown = (find: (exchange: Exchange) => Promise<AttemptView>) => (exchange: Exchange) =>
    goOn(exchange, page, find)
  return [
    {
      method: "GET",
      path: "/{provider}/auth",
      acts: true,
      answer: (exchange) => beginByLink(exchange, connectorOf(exchange), leave),
    },
    { method: "POST", path: "/{provider}/auth", scope: "connect", answer: beginByCall },
    { method: "GET", path: "/{provider}/callback", open: true, acts: true, answer: shown(arrived) },
    { method: "GET", path: "/{provider}/arrived", open: true, acts: true, answer: shown(viewed) },
    { method: "POST", path: "/{provider}/callback", scope: "connect", answer: finish },
  ]
}

type Given = Readonly<Record<string, string>>

async function beginByCall(exchange: Exchange): Promise<Response> {
  const connector = connectorOf(exchange)
  const given = await exchange.fields(stringValues)
  // The click on our own page, where a foreign one led to the link.
  if (isForm(exchange.request)) return leave(exchange, connector, given)
  const { attempt, browser } = await start(exchange, connector, given)
  const body = { provider: connector.id, authorizationUrl: attempt.url }
  return Response.json(body, { headers: cookieFor(exchange, browser) })
}

async function leave(exchange: Exchange, connector: Connector, given: Given): Promise<Response> {
  const { attempt, browser } = await start(exchange, connector, given)
  const { step, url } = attempt
  return seeOther(step.kind === "redirect" ? step.url : url, cookieFor(exchange, browser))
}

/** By the first method that begins at the provider's page; where there is none, by the first. */
function start(exchange: Exchange, connector: Connector, given: Given) {
  const method = connector.methods.find(({ facts }) => facts.startsWith === "redirect") ?? connector.methods[0]
  const { basePath, origin } = exchange.site
  const place = `${basePath}/${connector.id}`
  return begin(exchange, {
    connector: connector.id,
    ...(method && { method: method.id, values: declaredValues(connector, method.id, given) }),
    returnTo: `${place}/arrived`,
    defaultRedirectUri: `${origin}${place}/callback`,
    // Whoever proves himself by a token will post the code with it, and without our cookie.
    claim: isBearer(exchange.request) ? "owner" : "browser",
  })
}

async function arrived(exchange: Exchange): Promise<AttemptView> {
  return exchange.holdfast.attempts.callback(toArrival(exchange, ""), await exchange.visitor())
}

async function viewed(exchange: Exchange): Promise<AttemptView> {
  const { attempt } = exchange.query(z.object({ attempt: z.string().min(1).max(200) }))
  return exchange.holdfast.attempts.view(attempt, await knownVisitor(exchange))
}

async function goOn(
  exchange: Exchange,
  page: string,
  find: (exchange: Exchange) => Promise<AttemptView>,
): Promise<Response> {
  try {
    return await handOver(exchange, page, await find(exchange))
  } catch (error) {
    if (!isNavigation(exchange.request)) throw error
    exchange.report(error)
    return land(page, { error: toFailure(error).code })
  }
}

/** Never the access token, whatever the page once read there. */
async function finish(exchange: Exchange): Promise<Response> {
  const connector = connectorOf(exchange)
  const { connectionId } = await claimPosted(exchange, connector)
  const { status } = await exchange.holdfast
    .for(await exchange.owner())
    .connection(connectionId)
    .info()
  return Response.json({ provider: connector.id, connectionId, status })
}

function connectorOf({ holdfast, param }: Exchange): Connector {
  return holdfast.connectorOf(param("provider"))
}
