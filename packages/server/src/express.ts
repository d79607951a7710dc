import type { ServerResponse } from "node:http"
import type { Connector, Holdfast } from "@holdfast/core"
import { serve } from "./adapters/serve.js"
import type { NodeRequest } from "./adapters/to-request.js"
import type { AdapterOptions } from "./options.js"

export type { NodeRequest } from "./adapters/to-request.js"

declare global {
  /** What Express's own types, and those of its middleware (sessions), add to a request. */
  namespace Express {
    interface Request {}
  }
}

/** A request as middleware has made it: with `session`, `user` and whatever else the types in use declare. */
export type ExpressRequest = NodeRequest & Express.Request

/**
 * A middleware for Express and Connect. Mount it at the path of `holdfast.url`, before `express.json()`: webhooks are signed
 * over the bytes as they were sent.
 *
 * ```ts
 * app.use("/api/integrations", toExpress(holdfast, {
 *   owner: (req) => req.session.user && { tenantId: req.session.orgId, userId: req.session.user.id },
 * }))
 * ```
 */
export function toExpress<Req extends NodeRequest = ExpressRequest, C extends Connector = Connector>(
  holdfast: Holdfast<C>,
  options: AdapterOptions<Req>,
): (request: Req, response: ServerResponse) => Promise<void> {
  return serve(holdfast, options)
}
