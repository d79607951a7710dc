import { css, html, type TemplateResult } from "lit"
import { glyph } from "./glyphs.js"

/** A field to search with. `label` is also what stands in it while it is empty; every letter is told. */
export function searchField(label: string, query: string, typed: (query: string) => void): TemplateResult {
  return html`<div class="search" role="search">
    ${glyph("search")}
    <input
      type="search"
      aria-label=${label}
      placeholder=${label}
      autocomplete="off"
      .value=${query}
      @input=${(event: InputEvent) => typed((event.target as HTMLInputElement).value)}
    />
  </div>`
}

export const searchFieldStyles = css`
  .search {
    position: relative;
  }
  .search svg {
    position: absolute;
    inset-inline-start: 0.75rem;
    inset-block-start: 50%;
    translate: 0 -50%;
    color: var(--hf-muted);
    pointer-events: none;
  }
  .search input {
    padding-inline-start: 2.4rem;
  }
`
