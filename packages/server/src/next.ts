import type { Connector, Holdfast } from "@holdfast/core"
import { adapt } from "./adapters/adapt.js"
import type { AdapterOptions } from "./options.js"

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const

/** What a route file of Next exports, by method. */
export type NextHandlers<Req extends Request> = Readonly<
  Record<(typeof methods)[number], (request: Req) => Promise<Response>>
>

/**
 * Route handlers for Next, in `app/api/integrations/[...path]/route.ts`:
 *
 * ```ts
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toNextHandlers(holdfast, { owner, waitUntil: (work) => after(() => work) })
 * ```
 */
export function toNextHandlers<Req extends Request = Request, C extends Connector = Connector>(
  holdfast: Holdfast<C>,
  options: AdapterOptions<Req>,
): NextHandlers<Req> {
  const adapted = adapt(holdfast, options)
  const handle = (request: Req) => adapted.answer(request, request)
  return Object.fromEntries(methods.map((method) => [method, handle])) as NextHandlers<Req>
}
