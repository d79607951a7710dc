import { callbackRoutes } from "./dialects/atom/callback.js"
import { hostPage } from "./dialects/host-page.js"
import type { Dialect } from "./options.js"
import { serveRoutes } from "./serve-routes.js"
import { createSite } from "./site.js"

/** Options of {@link atom}. */
export interface AtomOptions {
  /** The page that people come back to: a path on the origin of `holdfast.url`, or an entry of `returnUrls`. */
  readonly page: string
  /** Where the dialect is mounted. Default: `/api/integrations/atom`. */
  readonly path?: string
}

/**
 * A surface for front ends that begin at `/{provider}/auth`, are handed a `code` on their own page and post it to `/{provider}/callback`. That
 * code is a handle of ours, and what is answered is the connection's id and status: no token ever leaves the server.
 *
 * ```ts
 * app.use("/api/integrations/atom", toExpress(holdfast, { dialect: atom({ page: "/integrations" }), owner }))
 * ```
 * @throws HoldfastError `config_invalid` when made, for a page elsewhere that is not listed
 */
export function atom({ page, path = "/api/integrations/atom" }: AtomOptions): Dialect {
  return {
    path,
    createHandler(holdfast, options) {
      const site = createSite(holdfast, options, path)
      return serveRoutes(site, callbackRoutes(hostPage(site, page, "atom")))
    },
  }
}
