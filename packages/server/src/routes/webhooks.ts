import { readRawBytes } from "../body.js"
import type { Exchange } from "../exchange.js"
import type { Route } from "../router.js"

/** Deliveries from providers. Proved by their signature alone: no cookie, no Origin, no owner, any method. */
export const webhookRoutes: readonly Route[] = [
  { method: "*", path: "/webhooks/{connector}/{appKey}", open: true, answer: receive },
]

async function receive(exchange: Exchange): Promise<Response> {
  const { request, url, site } = exchange
  const body = await readRawBytes(request, site.bodyLimitBytes)
  const { response, settled } = await exchange.holdfast.webhooks.receive(
    exchange.param("connector"),
    exchange.param("appKey"),
    { method: request.method, url: url.href, headers: request.headers, body, text: new TextDecoder().decode(body) },
  )
  // Providers give up after seconds and send again: the answer goes out first, the handlers' work behind it.
  const work = settled.catch(exchange.report)
  site.options.waitUntil?.(work, request)
  return response
}
