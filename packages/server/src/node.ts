import type { ServerResponse } from "node:http"
import type { Connector, Holdfast } from "@holdfast/core"
import { serve } from "./adapters/serve.js"
import type { NodeRequest } from "./adapters/to-request.js"
import type { AdapterOptions } from "./options.js"

export type { NodeRequest } from "./adapters/to-request.js"
export { type GuardOptions, guardedFetch, nodeGuard } from "./guard/node-guard.js"

/**
 * A listener for node:http: `createServer(toNodeHandler(holdfast, { owner }))`. Paths outside `holdfast.url` answer 404.
 * The promise never rejects, and resolves when the answer is sent.
 */
export function toNodeHandler<Req extends NodeRequest = NodeRequest, C extends Connector = Connector>(
  holdfast: Holdfast<C>,
  options: AdapterOptions<Req>,
): (request: Req, response: ServerResponse) => Promise<void> {
  return serve(holdfast, options)
}
