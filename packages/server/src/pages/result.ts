import type { AttemptView } from "@holdfast/core"
import { type Failure, failureOf, retryAfter } from "../failure.js"
import type { Site } from "../site.js"
import { html, page } from "./html.js"

/**
 * How an attempt ended, for windows and for people without a page to return to. Tells pages that wait for it. Closes itself when all is well;
 * a failure stays to be read, unless the page that opened the window shows it and closes it.
 */
export function resultPage(site: Site, view: AttemptView, connector: string): Response {
  const failed = view.error ? failureOf(view.error.code).message : undefined
  return page(site, {
    title: failed === undefined ? `${connector} is connected` : `${connector} was not connected`,
    script: "done.js",
    body:
      failed === undefined
        ? html`<p data-attempt="${view.id}" data-closes>You can close this window.</p>`
        : html`<p data-attempt="${view.id}" class="error">${failed}</p><p>You can close this window.</p>`,
  })
}

/** An error, for people. Pages that wait for an attempt are told to look after theirs. */
export function failurePage(site: Site, failure: Failure): Response {
  return page(site, {
    title: "This did not work",
    script: "failed.js",
    body: html`<p class="error">${failure.message}</p><p><small>${failure.code}</small></p>`,
    status: failure.status,
    headers: retryAfter(failure),
  })
}
