import { type Context, HoldfastError } from "@holdfast/core"
import { z } from "zod"

/** Where a site's REST API is, and what it says of itself. */
export interface Place {
  /** Where readers come, without a trailing slash. */
  readonly site: string
  /** Root of the REST API: `https://example.com/wp-json/`, or `https://example.com/?rest_route=/`. */
  readonly restRoot: string
  /** Where WordPress itself is. */
  readonly siteUrl?: string
  /** The page that gives applications their passwords. */
  readonly authorization?: string
}

/** Why a site cannot be connected, for the person who typed it. */
export const siteTroubles = {
  not_https: "The address must begin with https://, so that nobody on the way can read the password.",
  not_an_address: "This is not the address of a site. It looks like https://yoursite.com.",
  wordpress_com:
    "This site is hosted by WordPress.com, which connects apps by OAuth. Application passwords are for self-hosted sites.",
  not_wordpress:
    "There is no WordPress REST API at this address. Is it the site's home page, and is the API switched on?",
  moved: "This address leads to another one. Enter the address that the browser shows on the site's home page.",
  application_passwords_off:
    "Application passwords are switched off on this site. They need https and WordPress 5.6 or newer.",
  other_address:
    "This site's WordPress is at another address than the site itself. Create an application password by hand.",
} as const

export type SiteTrouble = keyof typeof siteTroubles

/** @returns `input_invalid` about the field `site` */
export function trouble(reason: SiteTrouble): HoldfastError {
  return new HoldfastError("input_invalid", siteTroubles[reason], { details: { fields: ["site"], reason } })
}

/**
 * What a person typed, as a site's address: https unless it is this machine, without what belongs to a page of it.
 * @throws HoldfastError `input_invalid` with the reason in its details
 */
export function siteAddress(typed: string): string {
  const text = typed.trim()
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:"
  if (!url || !isWeb || text === "" || url.username !== "" || url.password !== "") throw trouble("not_an_address")
  if (url.protocol === "http:" && !isLoopback(url.hostname)) throw trouble("not_https")
  if (/(?:^|\.)wordpress\.com$/.test(url.hostname)) throw trouble("wordpress_com")
  return url.origin + trimmed(url.pathname)
}

const indexSchema = z.looseObject({
  namespaces: z.array(z.string()),
  url: z.string().optional(),
  home: z.string().optional(),
  authentication: z.unknown(),
})
// Where there is none, PHP writes the empty array.
const offered = z.object({ "application-passwords": z.object({ endpoints: z.object({ authorization: z.string() }) }) })

/**
 * Finds a site's REST API by the `Link` of its front page, or where it usually is.
 * @throws HoldfastError `input_invalid` `host_forbidden` `provider_unavailable`
 * @see https://developer.wordpress.org/rest-api/discovery/
 */
export async function discover(context: Context, typed: string): Promise<Place> {
  const front = await ask(context, "HEAD", siteAddress(typed))
  const site = siteAddress(front.url)
  const linked = apiRootOf(front.response.headers.get("link"))
  if (linked && new URL(linked).hostname === "public-api.wordpress.com") throw trouble("wordpress_com")
  if (linked && new URL(linked).origin !== new URL(site).origin) throw trouble("moved")
  for (const root of linked ? [linked] : [`${site}/wp-json/`, `${site}/?rest_route=/`]) {
    const place = await placeAt(context, site, root)
    if (place) return place
  }
  throw trouble("not_wordpress")
}

/** An address of the REST API, however the site writes them. */
export function restUrl(restRoot: string, route: string): string {
  const url = new URL(restRoot)
  if (url.searchParams.has("rest_route")) url.searchParams.set("rest_route", route)
  else url.pathname = trimmed(url.pathname) + route
  return url.href
}

/** Whether two addresses are the same site, however they are written. */
export function isSameSite(left: string, right: string): boolean {
  if (!URL.canParse(left) || !URL.canParse(right)) return false
  const [one, other] = [new URL(left), new URL(right)]
  return one.host === other.host && trimmed(one.pathname) === trimmed(other.pathname)
}

async function placeAt(context: Context, site: string, root: string): Promise<Place | undefined> {
  const address = new URL(root)
  address.searchParams.set("_fields", "name,url,home,namespaces,authentication")
  const { response, url } = await ask(context, "GET", address.href)
  const restRoot = withoutFields(url)
  // Some sites show their API to nobody but who is logged in. Then the password must prove itself.
  if (response.status === 401 || response.status === 403)
    return (await jsonOf(response)) ? { site, restRoot } : undefined
  const index = indexSchema.safeParse(response.ok ? await jsonOf(response) : undefined)
  if (!index.success || !index.data.namespaces.includes("wp/v2")) return undefined
  const { home, url: siteUrl, authentication } = index.data
  const isHere = home !== undefined && URL.canParse(home) && new URL(home).origin === new URL(site).origin
  const authorization = offered.safeParse(authentication).data?.["application-passwords"].endpoints.authorization
  return {
    site: isHere ? siteAddress(home) : site,
    restRoot,
    ...(siteUrl !== undefined && { siteUrl }),
    ...(authorization !== undefined && { authorization }),
  }
}

const mostHops = 3

/** Follows a site to itself: a slash, https, `www.` or without. Wherever else it leads, a password must not follow. */
async function ask(
  context: Context,
  method: "HEAD" | "GET",
  address: string,
): Promise<{ url: string; response: Response }> {
  let url = address
  for (let hops = 0; ; hops++) {
    const request = new Request(url, { method, headers: { accept: "application/json" } })
    const response = await context.fetch(request, { hostIsChosen: true })
    const location = response.headers.get("location")
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null
    if (!isRedirect) return { url, response }
    if (hops === mostHops || !URL.canParse(location, url) || !leadsHome(url, new URL(location, url).href)) {
      throw trouble("moved")
    }
    url = new URL(location, url).href
  }
}

function leadsHome(from: string, to: string): boolean {
  const [left, right] = [new URL(from), new URL(to)]
  const bare = ({ hostname }: URL) => hostname.replace(/^www\./, "")
  const isSecure = right.protocol === left.protocol || right.protocol === "https:"
  return isSecure && bare(left) === bare(right) && left.port === right.port
}

function apiRootOf(link: string | null): string | undefined {
  const found = /<([^<>]*)>\s*;\s*rel="?https:\/\/api\.w\.org\/"?/.exec(link ?? "")?.[1]
  return found !== undefined && URL.canParse(found) ? found : undefined
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse((await response.text()).replace(/^\uFEFF/, ""))
  } catch {
    return undefined
  }
}

function withoutFields(address: string): string {
  const url = new URL(address)
  url.searchParams.delete("_fields")
  return url.href
}

function trimmed(pathname: string): string {
  return pathname.replace(/\/(?:wp-admin|wp-login\.php)(?:\/.*)?$/, "").replace(/\/+$/, "")
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
