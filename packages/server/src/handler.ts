import type { Connector, Holdfast } from "@holdfast/core"
import type { Handler, HandlerOptions } from "./options.js"
import type { Route } from "./router.js"
import { appRoutes } from "./routes/apps.js"
import { assetRoutes } from "./routes/assets.js"
import { attemptRoutes } from "./routes/attempts.js"
import { callbackRoutes } from "./routes/callback.js"
import { catalogueRoutes } from "./routes/catalogue.js"
import { connectRoutes } from "./routes/connect.js"
import { connectionRoutes } from "./routes/connections.js"
import { startRoutes } from "./routes/start.js"
import { uiRoutes } from "./routes/ui.js"
import { webhookRoutes } from "./routes/webhooks.js"
import { serveRoutes } from "./serve-routes.js"
import { createSite, type Site } from "./site.js"

const routes: readonly Route[] = [
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

/** The table of the native routes of a site. */
export function nativeRoutes(site: Site): readonly Route[] {
  return [...routes, ...uiRoutes(site)]
}

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
  const site = createSite(holdfast as unknown as Holdfast, options)
  return serveRoutes(site, nativeRoutes(site))
}
