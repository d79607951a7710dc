import { type Holdfast, HoldfastError } from "@holdfast/core"
import type { HandlerOptions } from "./options.js"

/** What is the same for every request of one mount. */
export interface Site {
  readonly holdfast: Holdfast
  readonly options: HandlerOptions
  /** Public address of the native routes, without a trailing slash. */
  readonly url: string
  /** Path of what is served here, without a trailing slash; empty at the root. */
  readonly basePath: string
  readonly origin: string
  /** Whose pages may call with cookies. */
  readonly origins: ReadonlySet<string>
  /** Whether browsers reach us over https, so that cookies can be `Secure`. */
  readonly secure: boolean
  readonly bodyLimitBytes: number
}

/**
 * Reads the options once. `path`: where a dialect is mounted, instead of at `holdfast.url`.
 * @throws HoldfastError `config_invalid` for an entry of `origins` that is no origin
 */
export function createSite(holdfast: Holdfast, options: HandlerOptions, path?: string): Site {
  const base = new URL(holdfast.url)
  return Object.freeze({
    holdfast,
    options,
    url: holdfast.url.replace(/\/+$/, ""),
    basePath: (path ?? base.pathname).replace(/\/+$/, ""),
    origin: base.origin,
    origins: new Set([...(options.origins ?? [base.origin]).map(parseOrigin)]),
    secure: base.protocol === "https:",
    bodyLimitBytes: options.bodyLimitBytes ?? 1_048_576,
  })
}

/** The request's address as the public knows it. The origin is configuration, never the `Host` header (pains 19). */
export function publicUrl(site: Site, request: Request): URL {
  const { pathname, search } = new URL(request.url)
  return new URL(site.origin + pathname + search)
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // A path, a wildcard or a trailing slash would silently match nothing.
  if (url?.origin === text) return text
  throw new HoldfastError(
    "config_invalid",
    `"${text}" in origins is not an origin. Write scheme, host and port alone, such as https://app.example.com.`,
  )
}
