import { html, nothing, type TemplateResult } from "lit"
import type { Progress } from "./connects.js"
import { errorText } from "./error-text.js"
import { fill, type Strings } from "./strings.js"

/** How a connect in a window stands, below the button that began it. */
export function progressNote(
  progress: Progress | undefined,
  { name, texts, cancel }: { readonly name: string; readonly texts: Strings; readonly cancel: () => void },
): TemplateResult | typeof nothing {
  if (!progress) return nothing
  if (progress.is === "failed") return html`<p class="note bad" role="alert">${errorText(texts, progress.error)}</p>`
  if (progress.is === "cancelled") return html`<p class="note" role="status">${texts.cancelled}</p>`
  const link =
    progress.is === "blocked"
      ? html`<a class="button primary" href=${progress.url} target="_blank">${fill(texts.blockedGo, { connector: name })}</a>`
      : nothing
  return html`<div class="note progress" role="status">
    <p>${progress.is === "blocked" ? texts.blocked : texts.waiting}</p>
    <div class="row">${link}<button type="button" class="plain" @click=${cancel}>${texts.cancel}</button></div>
  </div>`
}
