import type { ServerResponse } from "node:http"
import type { Connector, Holdfast } from "@holdfast/core"
import type { AdapterOptions } from "../options.js"
import { adapt } from "./adapt.js"
import { sendResponse } from "./send-response.js"
import { type NodeRequest, toRequest } from "./to-request.js"

/** The one way from node:http to the handler and back, under Express, Connect and bare servers. Resolves when all is sent. */
export function serve<Req extends NodeRequest, C extends Connector>(
  holdfast: Holdfast<C>,
  options: AdapterOptions<Req>,
): (request: Req, response: ServerResponse) => Promise<void> {
  const adapted = adapt(holdfast, options)
  return async (incoming, outgoing) => {
    let request: Request
    try {
      request = toRequest(adapted.url, incoming, outgoing)
    } catch {
      // TRACE and targets that are no address cannot be said as a Request.
      outgoing.writeHead(400).end()
      return
    }
    await sendResponse(await adapted.answer(request, incoming), outgoing)
  }
}
