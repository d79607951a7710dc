import type { Connector, Holdfast } from "@holdfast/core"
import type { Handler, HandlerOptions } from "./options.js"
import { appRoutes } from "./routes/apps.js"
import { assetRoutes } from "./routes/assets.js"
import { attemptRoutes } from "./routes/attempts.js"
import { callbackRoutes } from "./routes/callback.js"
import { catalogueRoutes } from "./routes/catalogue.js"
import { connectRoutes } from "./routes/connect.js"
import { connectionRoutes } from "./routes/connections.js"
import { startRoutes } from "./routes/start.js"
import { webhookRoutes } from "./routes/webhooks.js"
import { serveRoutes } from "./serve-routes.js"
import { createSite } from "./site.js"

const routes = [
  ...catalogueRoutes,
  ...attemptRoutes,
  ...startRoutes,
  ...connectRoutes,
  ...callbackRoutes,
  ...connectionRoutes,
  ...appRoutes,
  ...webhookRoutes,
  ...assetRoutes,
]

/**
 * The native routes over a Holdfast, as one function from request to response. It never rejects: errors are answered as
 * `{ error: code, message }` with our fixed text for the code, and go to `onError` as they are.
 *
 * Requests are routed by their path below the path of `holdfast.url`; the public origin is configuration, not the `Host` header.
 *
 * @throws HoldfastError `config_invalid` at once, for options that cannot work
 * @see README.md of this package for the routes
 */
export function createHandler<C extends Connector>(holdfast: Holdfast<C>, options: HandlerOptions): Handler {
  return serveRoutes(createSite(holdfast as unknown as Holdfast, options), routes)
}
