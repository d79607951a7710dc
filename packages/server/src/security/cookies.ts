import { base64url } from "@holdfast/core"
import { parseCookie, stringifySetCookie } from "cookie"
import type { Site } from "../site.js"

// Browsers keep no cookie longer than 400 days.
const maxAgeSeconds = 400 * 24 * 60 * 60
// A browser gets a second one only by beginning twice before the first answer.
const maxIds = 20

/** How the names of browser ids begin. Browsers take `__Host-` over https only, and Safari drops `Secure` cookies of http://localhost (X12). */
function namePrefix(site: Site): string {
  return site.secure ? "__Host-holdfast-" : "holdfast-"
}

/** The long-lived random ids that this browser brings: none, one, or a few where pages began at once, in the order it sends them. */
export function readBrowserIds(site: Site, request: Request): readonly string[] {
  const header = request.headers.get("cookie")
  if (header === null) return []
  const prefix = namePrefix(site)
  return Object.entries(parseCookie(header))
    .flatMap(([name, id]) => (name.startsWith(prefix) && id !== undefined && isBrowserId(id) ? [id] : []))
    .slice(0, maxIds)
}

function isBrowserId(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** A new id: one a browser for all its attempts, so that two tabs do not overwrite each other's (X12). */
export function newBrowserId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

/**
 * The `Set-Cookie` value that gives a browser its id. Under a name of its own: of two answers to a browser that had none yet, the later
 * would otherwise take away what the earlier one's attempt is bound to.
 */
export function setBrowserId(site: Site, id: string): string {
  const name = namePrefix(site) + base64url(crypto.getRandomValues(new Uint8Array(6)))
  return stringifySetCookie(name, id, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: site.secure,
    maxAge: maxAgeSeconds,
  })
}
