import type { AttemptView } from "@holdfast/core"
import type { Exchange } from "./exchange.js"
import { stepPage } from "./pages/step.js"
import { seeOther } from "./redirect.js"

/** The connector's name, for people. */
export function connectorName({ holdfast }: Exchange, id: string): string {
  return holdfast.connectors.get(id)?.name ?? id
}

/** Brings the person to what comes next: the provider, a page of ours, or the end. */
export function proceed(exchange: Exchange, view: AttemptView, headers: Record<string, string> = {}): Response {
  if (view.status === "pending" && view.step.kind === "redirect") return seeOther(view.step.url, headers)
  const shown = stepPage(exchange.site, view, connectorName(exchange, view.connector))
  if (isOver(view) || !shown) return finish(exchange, view, headers)
  for (const [name, value] of Object.entries(headers)) shown.headers.append(name, value)
  return shown
}

/** Nothing is left to do for the person: it has ended, or what was granted waits for a page to claim it. */
function isOver({ status }: AttemptView): boolean {
  return status === "connected" || status === "failed" || status === "granted"
}

/**
 * The end, at an address without the provider's code in it (X15): the page that was asked for, told of the attempt and of how
 * it ended, or a page of ours.
 */
export function finish(exchange: Exchange, view: AttemptView, headers: Record<string, string> = {}): Response {
  const attempt = `${exchange.site.url}/attempts/${encodeURIComponent(view.id)}`
  if (!isOver(view)) return seeOther(`${attempt}/start`, headers)
  if (view.returnTo === undefined) return seeOther(`${attempt}/result`, headers)
  const target = new URL(view.returnTo, exchange.site.origin)
  target.searchParams.set("attempt", view.id)
  target.searchParams.set("connector", view.connector)
  target.searchParams.set("status", view.status)
  if (view.error) target.searchParams.set("error", view.error.code)
  return seeOther(target.href, headers)
}
