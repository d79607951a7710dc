import { HoldfastError } from "@holdfast/core"
import type { Site } from "../site.js"

/**
 * Refuses a request that another site's page could have made this browser send. Browsers name the origin on every POST; programs with a
 * bearer token, which no browser attaches by itself, are exempt (S2). A page elsewhere is not: any page can make up a token, and a host may
 * know people by more than that.
 * @throws HoldfastError `forbidden`
 */
export function checkOrigin(site: Site, request: Request): void {
  const origin = request.headers.get("origin")
  if (origin !== null && site.origins.has(origin)) return
  // Without an Origin: navigations, same-origin reads, and programs. Only what a browser attaches by itself can be abused.
  if (origin === null && (isSafe(request) || isBearer(request) || !hasAmbientCredentials(request))) return
  throw new HoldfastError(
    "forbidden",
    `${request.method} with Origin ${origin ?? "missing"}: not one of origins (${[...site.origins].join(", ")}).`,
  )
}

/** Whether the request is a page of ours or of a listed origin speaking, said by the browser itself. */
export function isListedOrigin(site: Site, request: Request): boolean {
  const origin = request.headers.get("origin")
  return origin !== null && site.origins.has(origin)
}

/** Whether the caller proves itself by a token that no browser attaches by itself. */
export function isBearer(request: Request): boolean {
  return /^bearer( |$)/i.test(request.headers.get("authorization") ?? "")
}

/**
 * Whether a navigation was started by a page of ours, by a listed one, or by the person typing: otherwise a foreign page
 * could make somebody connect an account (X5).
 */
export function isTrustedNavigation(site: Site, request: Request): boolean {
  const fetchSite = request.headers.get("sec-fetch-site")
  if (fetchSite !== null && fetchSite !== "cross-site") return true
  const referrer = request.headers.get("referer")
  return referrer !== null && URL.canParse(referrer) && site.origins.has(new URL(referrer).origin)
}

function isSafe(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD"
}

function hasAmbientCredentials(request: Request): boolean {
  return request.headers.has("cookie") || request.headers.has("authorization")
}
