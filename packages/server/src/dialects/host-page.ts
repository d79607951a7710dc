import { type AttemptView, HoldfastError } from "@holdfast/core"
import type { Exchange } from "../exchange.js"
import { seeOther } from "../redirect.js"
import type { Site } from "../site.js"

/**
 * The address of a page of the host's that people come back to: a path on our origin, or an entry of `returnUrls`.
 * @throws HoldfastError `config_invalid`
 */
export function hostPage(site: Site, page: string, dialect: string): string {
  const target = URL.canParse(page, site.origin) ? new URL(page, site.origin) : undefined
  if (target?.origin === site.origin) return target.href
  if (site.holdfast.returnUrls.includes(page)) return page
  throw new HoldfastError("config_invalid", `${dialect}: "${page}" is neither a path here nor an entry of returnUrls.`)
}

/** Sends the person to a page of the host's. What stands in its address must not travel on in a `Referer`. */
export function land(page: string, query: Readonly<Record<string, string>>): Response {
  const target = new URL(page)
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
  return seeOther(target.href, { "referrer-policy": "no-referrer" })
}

/**
 * Sends the person on to the host's page with a handle, which its page or server posts back, or with why there is none. `state` is the
 * attempt's id, which whoever began knows.
 */
export async function handOver(exchange: Exchange, page: string, view: AttemptView): Promise<Response> {
  const { attempts } = exchange.holdfast
  const state = view.begunAs ?? view.id
  if (view.status === "failed") return land(page, { error: view.error?.code ?? "unexpected", state })
  if (view.status === "granted") {
    return land(page, { code: await attempts.handOut(view.id, await exchange.visitor()), state })
  }
  // Loaded again after the code was posted, or before the provider was asked.
  const place = view.status === "connected" ? "result" : "start"
  return seeOther(`${exchange.site.url}/attempts/${encodeURIComponent(view.id)}/${place}`)
}
