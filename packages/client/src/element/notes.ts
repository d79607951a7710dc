import { html } from "lit"
import type { ClientError } from "../contract.js"
import { errorText } from "./error-text.js"
import { glyph } from "./glyphs.js"
import type { Strings } from "./strings.js"

// What is clicked is a method of the element that shows the note, which is called on it.

/** What has just gone well, until the person does something else. */
export function saidNote(said: string, texts: Strings, dismiss: () => void) {
  return html`<div class="note good said">
    <p>${said}</p>
    <button type="button" class="plain icon" aria-label=${texts.dismiss} @click=${dismiss}>${glyph("cross")}</button>
  </div>`
}

/** In place of the catalogue. */
export function loadFailed(error: ClientError, texts: Strings, retry: () => void) {
  return html`<div class="failed" role="alert">
    <p>${texts.loadFailed}</p>
    <p class="muted">${errorText(texts, error)}</p>
    <button type="button" @click=${retry}>${texts.retry}</button>
  </div>`
}
