import type { Connector, Field } from "@holdfast/core"
import { begin, beginSchema, cookieFor } from "../begin.js"
import { checkInput, stringValues } from "../body.js"
import type { Exchange } from "../exchange.js"
import { askPage } from "../pages/ask.js"
import { seeOther } from "../redirect.js"
import type { Route } from "../router.js"
import { isTrustedNavigation } from "../security/csrf.js"

/** Beginning by a plain link: `<a href=".../connect/slack?returnTo=/settings">`. */
export const connectRoutes: readonly Route[] = [
  { method: "GET", path: "/connect/{connector}", acts: true, answer: connectByLink },
  { method: "POST", path: "/connect/{connector}", answer: connectByClick },
]

function connectByLink(exchange: Exchange): Promise<Response> {
  return beginByLink(exchange, findConnector(exchange), start)
}

type Begin = (exchange: Exchange, connector: Connector, given: Readonly<Record<string, string>>) => Promise<Response>

/** Begins with what the link says, for a person who is signed in. */
export async function beginByLink(exchange: Exchange, connector: Connector, start: Begin): Promise<Response> {
  const query = Object.fromEntries(exchange.url.searchParams)
  const owner = await exchange.owner()
  if (isTrustedNavigation(exchange.site, exchange.request)) return start(exchange, connector, query)
  // A page elsewhere led here: without a click it could have anybody connect an account (X5).
  return askPage(exchange.site, {
    connector: connector.name,
    asker: (await exchange.site.options.describeOwner?.(owner)) ?? owner.userId ?? owner.tenantId,
    action: exchange.site.origin + exchange.url.pathname,
    hidden: query,
  })
}

async function connectByClick(exchange: Exchange): Promise<Response> {
  return start(exchange, findConnector(exchange), await exchange.fields(stringValues))
}

async function start(
  exchange: Exchange,
  connector: Connector,
  { method, name, alias, returnTo, reconnect, scopes, ...rest }: Readonly<Record<string, string>>,
): Promise<Response> {
  const values = declaredValues(connector, method, rest)
  const { attempt, browser } = await begin(exchange, {
    connector: connector.id,
    ...(reconnect !== undefined && { reconnect }),
    ...(method !== undefined && { method }),
    ...(name !== undefined && { name }),
    ...(alias !== undefined && { alias }),
    ...(returnTo !== undefined && { returnTo }),
    ...(Object.keys(values).length > 0 && { values }),
    ...(scopes !== undefined && { scopes: scopesOf(scopes) }),
  })
  const cookie = cookieFor(exchange, browser)
  // A page of ours stays at an address of its own: loading this one again would begin again.
  return seeOther(attempt.step.kind === "redirect" ? attempt.step.url : attempt.url, cookie)
}

/** Separated by blanks, as RFC 6749 section 3.3 writes them. How many and how long is what `POST /attempts` takes, too. */
function scopesOf(text: string): string[] {
  const scopes = text.split(/\s+/).filter((scope) => scope !== "")
  return checkInput({ scopes }, beginSchema.pick({ scopes: true }).required()).scopes
}

/** What the method asks for, but no secret: those do not belong in an address, and the form asks for them. */
export function declaredValues(
  connector: Connector,
  methodId: string | undefined,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const method = connector.methods.find(({ id }) => id === methodId) ?? connector.methods[0]
  const taken = (method?.fields ?? []).filter((field: Field) => field.type !== "password" && field.type !== "code")
  return Object.fromEntries(taken.flatMap(({ name }) => (given[name] === undefined ? [] : [[name, given[name]]])))
}

function findConnector({ holdfast, param }: Exchange): Connector {
  return holdfast.connectorOf(param("connector"))
}
