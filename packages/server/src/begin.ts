import type { BeginRequest, BegunAttempt, ConnectOptions } from "@holdfast/core"
import { z } from "zod"
import { stringValues } from "./body.js"
import type { Exchange } from "./exchange.js"
import { newBrowserId, setBrowserId } from "./security/cookies.js"
import { isBearer, isListedOrigin } from "./security/csrf.js"

const shortText = z.string().max(500)

/** What may be said when connecting. Whether it may be so is core's to decide. */
export const beginSchema = z.object({
  method: shortText.optional(),
  values: stringValues.optional(),
  name: shortText.optional(),
  alias: shortText.optional(),
  shared: z.enum(["tenant", "user"]).optional(),
  scopes: z.array(shortText).max(200).optional(),
  returnTo: z.string().max(2000).optional(),
  redirectUri: z.string().max(2000).optional(),
})

export interface Begun {
  readonly attempt: BegunAttempt
  /** Id to give to the browser; absent when it has one, or when it is not the browser that will come back. */
  readonly browser: string | undefined
}

/** What a route says, and no request. */
type Begins = Pick<BeginRequest, "connector" | "reconnect" | "claim" | "defaultRedirectUri">

/** Begins an attempt for the owner, bound to this browser where the answer can reach its cookies. */
export async function begin(
  exchange: Exchange,
  { connector, reconnect, claim, defaultRedirectUri, ...asked }: z.output<typeof beginSchema> & Begins,
): Promise<Begun> {
  const owner = await exchange.owner()
  const keepsCookie = canKeepCookie(exchange)
  const browser = keepsCookie ? (exchange.browser ?? newBrowserId()) : undefined
  const options = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as ConnectOptions
  const attempt = await exchange.holdfast.attempts.begin(owner, {
    ...options,
    connector,
    ...(browser !== undefined && { browser }),
    ...(reconnect !== undefined && { reconnect }),
    ...(claim && { claim }),
    ...(defaultRedirectUri !== undefined && { defaultRedirectUri }),
  })
  return { attempt, browser: browser === exchange.browser ? undefined : browser }
}

/** The header that gives a browser its new id. */
export function cookieFor({ site }: Exchange, browser: string | undefined): Record<string, string> {
  return browser === undefined ? {} : { "set-cookie": setBrowserId(site, browser) }
}

/**
 * Whether the answer's cookie will be kept and come back at the callback. Browsers drop a `Lax` cookie set by an answer to another
 * site's page, and any cookie of a call without credentials; a program is not the person's browser at all. Those start at the
 * bounce page (X4).
 */
function canKeepCookie({ site, request, bearer }: Exchange): boolean {
  // Whoever has such a token need not be the person at the browser, whatever cookie came along.
  if (bearer) return false
  const fetchSite = request.headers.get("sec-fetch-site")
  // Whatever page led to it, the browser itself has come here.
  if (request.method === "GET") return true
  // A page that brings a token of its host's may leave cookies out of it.
  if (fetchSite === "same-origin") return !isBearer(request) || request.headers.has("cookie")
  if (fetchSite === null) return request.headers.get("origin") === site.origin && !isBearer(request)
  // Another origin of our site sends credentials only if it says so, which the cookies that came along show.
  return fetchSite === "same-site" && request.headers.has("cookie") && isListedOrigin(site, request)
}
