import type { Site } from "../site.js"
import { html, page } from "./html.js"

/**
 * A provider's form comes cross-site, where browsers leave `Lax` cookies out. The page posts the same fields again, same-site,
 * and then the cookie is there (X12).
 */
export function resubmitPage(site: Site, action: string, body: string): Response {
  return page(site, {
    title: "One moment",
    script: "resubmit.js",
    hasForm: true,
    body: html`<form method="post" action="${action}">
${[...new URLSearchParams(body)].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<noscript><button type="submit">Continue</button></noscript>
</form>`,
  })
}

/** A provider's answer in the fragment never reaches a server by itself: the page's script posts it. */
export function fragmentPage(site: Site): Response {
  return page(site, {
    title: "One moment",
    script: "fragment.js",
    hasForm: true,
    body: html`<form method="post"></form><noscript><p class="error">This page needs JavaScript.</p></noscript>`,
  })
}
