import { accountRoutes } from "./dialects/channels/accounts.js"
import { oauthRoutes } from "./dialects/channels/oauth.js"
import { signInRoutes } from "./dialects/channels/sign-in.js"
import { hostPage } from "./dialects/host-page.js"
import type { Dialect } from "./options.js"
import { serveRoutes } from "./serve-routes.js"
import { createSite } from "./site.js"

/** Options of {@link channels}. */
export interface ChannelsOptions {
  /** The page that people come back to: a path on the origin of `holdfast.url`, or an entry of `returnUrls`. */
  readonly page: string
  /** Where the dialect is mounted. Default: `/api/v1/channels`. */
  readonly path?: string
}

/**
 * A surface for front ends that begin at `/{connector}/auth`, are handed a `code` on their own page and post it to `/{connector}/connect`.
 * That code is a handle of ours: it lives a minute, and is worth nothing in another browser, for another owner or for another connector.
 *
 * ```ts
 * app.use("/api/v1/channels", toExpress(holdfast, { dialect: channels({ page: "/integrations" }), owner }))
 * ```
 * @throws HoldfastError `config_invalid` when made, for a page elsewhere that is not listed
 */
export function channels({ page, path = "/api/v1/channels" }: ChannelsOptions): Dialect {
  return {
    path,
    createHandler(holdfast, options) {
      const site = createSite(holdfast, options, path)
      const routes = [...oauthRoutes(hostPage(site, page, "channels")), ...signInRoutes, ...accountRoutes]
      return serveRoutes(site, routes)
    },
  }
}
