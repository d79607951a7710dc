import { base64url } from "@holdfast/core"
import { parseCookie, stringifySetCookie } from "cookie"
import type { Site } from "../site.js"

// Browsers keep no cookie longer than 400 days.
const maxAgeSeconds = 400 * 24 * 60 * 60

/** Name of the browser's id. Browsers take `__Host-` over https only, and Safari drops `Secure` cookies of http://localhost (X12). */
export function browserCookieName(site: Site): string {
  return site.secure ? "__Host-holdfast" : "holdfast"
}

/** The long-lived random id that this browser brings, if it has a well-formed one. */
export function readBrowserId(site: Site, request: Request): string | undefined {
  const header = request.headers.get("cookie")
  const id = header === null ? undefined : parseCookie(header)[browserCookieName(site)]
  return id !== undefined && /^[A-Za-z0-9_-]{43}$/.test(id) ? id : undefined
}

/** A new id: one a browser for all its attempts, so that two tabs do not overwrite each other's (X12). */
export function newBrowserId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** The `Set-Cookie` value that gives a browser its id. */
export function setBrowserId(site: Site, id: string): string {
  return stringifySetCookie(browserCookieName(site), id, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: site.secure,
    maxAge: maxAgeSeconds,
  })
}
