import type { Connector, Holdfast } from "@holdfast/core"
import { adapt } from "./adapters/adapt.js"
import type { AdapterOptions } from "./options.js"

/** The part of Hono's context that is used. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  /** A getter that throws where the platform has none. */
  readonly executionCtx: { waitUntil(work: Promise<unknown>): void }
}

/**
 * A handler for Hono on any platform: `app.all("/api/integrations/*", toHono(holdfast, { owner: (c) => c.get("owner") }))`.
 * Work behind webhooks goes to the platform's `waitUntil`, where there is one.
 */
export function toHono<Context extends HonoContext, C extends Connector = Connector>(
  holdfast: Holdfast<C>,
  options: AdapterOptions<Context>,
): (context: Context) => Promise<Response> {
  const contexts = new WeakMap<Request, Context>()
  const waitUntil = (work: Promise<void>, request: Request) => {
    try {
      contexts.get(request)?.executionCtx.waitUntil(work)
    } catch {
      // Node and Bun have no execution context, and live on by themselves.
    }
  }
  const adapted = adapt<Context, C>(holdfast, { waitUntil, ...options })
  return (context) => {
    contexts.set(context.req.raw, context)
    return adapted.answer(context.req.raw, context)
  }
}
