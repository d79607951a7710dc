import { HoldfastError, type Visitor } from "@holdfast/core"
import { z } from "zod"
import { begin, beginSchema, cookieFor } from "../begin.js"
import { isForm, stringValues } from "../body.js"
import { type Exchange, isNavigation } from "../exchange.js"
import { connectorName } from "../finish.js"
import { stepPage } from "../pages/step.js"
import { seeOther } from "../redirect.js"
import type { Route } from "../router.js"

/** The conversation that connects, as data: for pages that draw the steps themselves. */
export const attemptRoutes: readonly Route[] = [
  { method: "POST", path: "/attempts", scope: "connect", answer: beginAttempt },
  { method: "GET", path: "/attempts/{id}", scope: "connect", answer: viewAttempt },
  { method: "POST", path: "/attempts/{id}", scope: "connect", answer: submitForm },
  { method: "POST", path: "/attempts/{id}/poll", scope: "connect", answer: pollAttempt },
  { method: "DELETE", path: "/attempts/{id}", scope: "connect", answer: cancelAttempt },
]

async function beginAttempt(exchange: Exchange): Promise<Response> {
  const request = await exchange.fields(beginSchema.extend({ connector: z.string().min(1).max(100) }))
  const begun = await begin(exchange, request)
  return Response.json(begun.attempt, { status: 201, headers: cookieFor(exchange, begun.browser) })
}

async function viewAttempt(exchange: Exchange): Promise<Response> {
  return Response.json(await exchange.holdfast.attempts.view(exchange.param("id"), await knownVisitor(exchange)))
}

async function submitForm(exchange: Exchange): Promise<Response> {
  const { attempts } = exchange.holdfast
  const visitor = await knownVisitor(exchange)
  const id = exchange.param("id")
  // Our own page posts the fields themselves; scripts send them below `values`.
  const fromPage = isForm(exchange.request)
  const values = fromPage
    ? await exchange.fields(stringValues)
    : (await exchange.fields(z.object({ values: stringValues }))).values
  const view = await attempts.submit(id, visitor, values)
  if (!fromPage || !isNavigation(exchange.request)) return Response.json(view)
  // A form that comes back keeps what was typed, which no address may carry.
  const isWrong = view.status === "pending" && view.step.kind === "form" && view.step.error !== undefined
  const again = isWrong && stepPage(exchange.site, view, connectorName(exchange, view.connector), values)
  return again || seeOther(`${exchange.site.url}/attempts/${encodeURIComponent(id)}/start`)
}

async function pollAttempt(exchange: Exchange): Promise<Response> {
  return Response.json(await exchange.holdfast.attempts.poll(exchange.param("id"), await knownVisitor(exchange)))
}

async function cancelAttempt(exchange: Exchange): Promise<Response> {
  await exchange.holdfast.attempts.cancel(exchange.param("id"), await knownVisitor(exchange))
  return new Response(null, { status: 204 })
}

/** Who comes back. @throws HoldfastError `unauthenticated` when neither browser nor owner is known */
export async function knownVisitor(exchange: Exchange): Promise<Visitor> {
  const visitor = await exchange.visitor()
  if (visitor.browser !== undefined || visitor.owner) return visitor
  throw new HoldfastError("unauthenticated", "Neither our browser cookie nor an owner came with the request.")
}
