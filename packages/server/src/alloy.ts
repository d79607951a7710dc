import { credentialRoutes } from "./dialects/alloy/credentials.js"
import type { Dialect } from "./options.js"
import { serveRoutes } from "./serve-routes.js"
import { createSite } from "./site.js"

/** Options of {@link alloy}. */
export interface AlloyOptions {
  /** Where the dialect is mounted. Default: `/connectors`. */
  readonly path?: string
}

/**
 * A surface for servers that ask for an `oauthUrl` at `POST /{connector}/credentials`, send a person there, are handed a `code` at their own
 * `redirectUri` and post it to `/{connector}/credentials/callback`. They prove themselves by an API key with the scope `connect`, made with
 * `holdfast.access.createKey` or `holdfast api-key create`. The native routes must be mounted too: `oauthUrl` is a page of theirs.
 *
 * ```ts
 * app.use("/connectors", toExpress(holdfast, { dialect: alloy(), owner }))
 * ```
 */
export function alloy({ path = "/connectors" }: AlloyOptions = {}): Dialect {
  return {
    path,
    createHandler: (holdfast, options) => serveRoutes(createSite(holdfast, options, path), credentialRoutes),
  }
}
