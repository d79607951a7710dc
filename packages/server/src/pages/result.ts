import type { AttemptView } from "@holdfast/core"
import { type Failure, failureOf, retryAfter } from "../failure.js"
import type { Site } from "../site.js"
import { html, page } from "./html.js"

/** How an attempt ended, for popups and for people without a page to return to. Tells the opener, and closes itself. */
export function resultPage(site: Site, view: AttemptView, connector: string): Response {
  const failed = view.error ? failureOf(view.error.code).message : undefined
  return page(site, {
    title: failed === undefined ? `${connector} is connected` : `${connector} was not connected`,
    script: "done.js",
    body: html`<p data-attempt="${view.id}"${failed !== undefined && html` class="error"`}>${failed ?? "You can close this window."}</p>`,
  })
}

/** An error, for people. */
export function failurePage(site: Site, failure: Failure): Response {
  return page(site, {
    title: "This did not work",
    body: html`<p class="error">${failure.message}</p><p><small>${failure.code}</small></p>`,
    status: failure.status,
    headers: retryAfter(failure),
  })
}
