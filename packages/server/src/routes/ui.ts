import { base64url, HoldfastError } from "@holdfast/core"
import type { Exchange } from "../exchange.js"
import type { IntegrationsPage } from "../options.js"
import { integrationsDocument, integrationsStyle } from "../pages/integrations.js"
import { seeOther } from "../redirect.js"
import type { Route } from "../router.js"
import type { Site } from "../site.js"

/**
 * The integrations page, at `/ui`. No routes where the host has given none.
 * @throws HoldfastError `config_invalid` for a stylesheet of another origin, which the page's own policy would refuse
 */
export function uiRoutes(site: Site): readonly Route[] {
  const page = site.options.ui
  if (!page) return []
  checkStylesheet(site, page)
  return [
    { method: "GET", path: "/ui", answer: (exchange) => showPage(exchange, page) },
    { method: "GET", path: "/ui/page.js", open: true, answer: file("text/javascript", page.script) },
    { method: "GET", path: "/ui/page.css", open: true, answer: file("text/css", integrationsStyle) },
  ]
}

async function showPage({ site, ownerIfKnown }: Exchange, page: IntegrationsPage): Promise<Response> {
  if (await ownerIfKnown()) return integrationsDocument(site, page)
  if (page.signInUrl === undefined) throw new HoldfastError("unauthenticated")
  return seeOther(new URL(page.signInUrl, site.origin).href)
}

/** Kept by browsers and asked for anew each time, so that a page never runs the script of an older version. */
function file(type: string, text: string): Route["answer"] {
  let digest: Promise<string> | undefined
  return async ({ request }) => {
    digest ??= digestOf(text)
    const etag = `"${await digest}"`
    const headers = { etag, "cache-control": "public, no-cache" }
    // Proxies that compress say W/"…", and lists are allowed.
    if (request.headers.get("if-none-match")?.includes(etag)) return new Response(null, { status: 304, headers })
    return new Response(text, { headers: { ...headers, "content-type": `${type}; charset=utf-8` } })
  }
}

async function digestOf(text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))))
}

function checkStylesheet({ origin }: Site, { stylesheet = "" }: IntegrationsPage): void {
  if (URL.canParse(stylesheet, origin) && new URL(stylesheet, origin).origin === origin) return
  throw new HoldfastError(
    "config_invalid",
    `ui.stylesheet "${stylesheet}" is not on ${origin}. Write a path of your app, such as /brand.css.`,
  )
}
