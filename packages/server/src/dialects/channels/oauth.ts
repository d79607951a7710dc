import { type AttemptView, type Connector, HoldfastError, type Visitor } from "@holdfast/core"
import { z } from "zod"
import { begin, cookieFor } from "../../begin.js"
import { stringValues } from "../../body.js"
import { type Exchange, isNavigation } from "../../exchange.js"
import { toFailure } from "../../failure.js"
import { seeOther } from "../../redirect.js"
import type { Route } from "../../router.js"
import { toArrival } from "../../routes/callback.js"
import { beginByLink, declaredValues } from "../../routes/connect.js"
import { land } from "../host-page.js"
import { connectedBody } from "./accounts.js"
import { type ChannelFacts, factsOf } from "./facts.js"

/** Connecting by the provider's page: begun by a navigation, finished by what the host's own page posts. */
export function oauthRoutes(page: string): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/{connector}/auth",
      acts: true,
      answer: (exchange) => beginByLink(exchange, channelOf(exchange), start),
    },
    { method: "POST", path: "/{connector}/auth", answer: beginByClick },
    {
      method: "GET",
      path: "/{connector}/callback",
      open: true,
      acts: true,
      answer: (exchange) => arrive(exchange, page),
    },
    {
      method: "GET",
      path: "/{connector}/connect",
      open: true,
      acts: true,
      answer: (exchange) => arrive(exchange, page),
    },
    { method: "GET", path: "/{connector}/arrived", open: true, acts: true, answer: (exchange) => goOn(exchange, page) },
    { method: "POST", path: "/{connector}/connect", answer: claim },
  ]
}

async function beginByClick(exchange: Exchange): Promise<Response> {
  return start(exchange, channelOf(exchange), await exchange.fields(stringValues))
}

/** By the first method that begins at the provider's page (ruling S6). */
async function start(
  exchange: Exchange,
  connector: Connector,
  given: Readonly<Record<string, string>>,
): Promise<Response> {
  const method = connector.methods.find(({ facts }) => facts.startsWith === "redirect")
  if (!method) throw new HoldfastError("input_invalid", `${connector.name} is not connected by a page of its own.`)
  const facts = factsOf(connector.id)
  const values = declaredValues(connector, method.id, given)
  const channel = `${exchange.site.basePath}/${connector.id}`
  const { attempt, browser } = await begin(exchange, {
    connector: connector.id,
    method: method.id,
    values,
    returnTo: `${channel}/arrived`,
    defaultRedirectUri: `${exchange.site.origin}${channel}/${facts.arrivesAt}`,
    ...(facts.connectsAt === "page" && { claim: "browser" }),
  })
  const cookie = cookieFor(exchange, browser)
  return seeOther(attempt.step.kind === "redirect" ? attempt.step.url : attempt.url, cookie)
}

async function arrive(exchange: Exchange, page: string): Promise<Response> {
  const facts = factsOf(channelOf(exchange).id)
  try {
    const visitor = await exchange.visitor()
    const view = await exchange.holdfast.attempts.callback(toArrival(exchange, ""), visitor)
    return await toPage(exchange, page, facts, view, visitor)
  } catch (error) {
    return fail(exchange, page, facts, error)
  }
}

/** What arrived at the native callback, or went through pages of ours, comes here. */
async function goOn(exchange: Exchange, page: string): Promise<Response> {
  const facts = factsOf(channelOf(exchange).id)
  try {
    const visitor = await exchange.visitor()
    const { attempt } = exchange.query(z.object({ attempt: z.string().min(1).max(200) }))
    const view = await exchange.holdfast.attempts.view(attempt, visitor)
    return await toPage(exchange, page, facts, view, visitor)
  } catch (error) {
    return fail(exchange, page, facts, error)
  }
}

async function toPage(
  exchange: Exchange,
  page: string,
  facts: ChannelFacts,
  view: AttemptView,
  visitor: Visitor,
): Promise<Response> {
  if (view.status === "connected") return land(page, facts.connected)
  if (view.status === "failed") return land(page, facts.failed(view.error ?? { code: "unexpected" }))
  if (view.status !== "granted") return seeOther(`${exchange.site.url}/attempts/${encodeURIComponent(view.id)}/start`)
  const handle = await exchange.holdfast.attempts.handOut(view.id, visitor)
  const echoed = facts.echoes.flatMap((name) => {
    const value = exchange.url.searchParams.get(name)
    return value === null ? [] : [[name, value]]
  })
  return land(page, {
    [facts.codeParameter]: handle,
    ...(facts.hasState && { state: view.id }),
    ...Object.fromEntries(echoed),
    ...facts.granted,
  })
}

function fail(exchange: Exchange, page: string, facts: ChannelFacts, error: unknown): Response {
  exchange.report(error)
  if (!isNavigation(exchange.request)) throw error
  return land(page, facts.failed(toFailure(error)))
}

const text = z.string().min(1).max(2_000)
const posted = z
  .object({ code: text.optional(), authCode: text.optional(), state: text.optional() })
  .transform(({ code, authCode, state }) => ({ handle: authCode ?? code ?? "", state }))
  .refine(({ handle }) => handle !== "", { path: ["authCode"] })

async function claim(exchange: Exchange): Promise<Response> {
  const connector = channelOf(exchange)
  const owner = await exchange.owner()
  const { handle, state } = await exchange.fields(posted)
  if (factsOf(connector.id).hasState && state === undefined)
    throw new HoldfastError("input_invalid", undefined, { details: { fields: ["state"] } })
  const { browser } = await exchange.visitor()
  if (browser === undefined)
    throw new HoldfastError("state_mismatch", "Our browser cookie did not come with the request.")
  const view = await exchange.holdfast.attempts.claim(handle, {
    connector: connector.id,
    browser,
    owner,
    ...(state !== undefined && { attempt: state }),
  })
  return Response.json(await connectedBody(exchange, owner, view))
}

function channelOf({ holdfast, param }: Exchange): Connector {
  return holdfast.connectorOf(param("connector"))
}
