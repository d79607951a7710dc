import { css, html, type TemplateResult } from "lit"
import type { Strings } from "./strings.js"

/** The shape of what is being loaded. */
export function skeleton(texts: Strings): TemplateResult {
  return html`<div class="skeleton" role="status">
    <span class="unseen">${texts.loading}</span>
    ${Array.from({ length: 6 }, () => html`<div></div>`)}
  </div>`
}

export const skeletonStyles = css`
  .skeleton {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(17.5rem, 100%), 1fr));
    gap: 0.85rem;
  }
  .skeleton > div {
    block-size: 7.9rem;
    border: 1px solid var(--hf-line);
    border-radius: var(--hf-radius);
    background: var(--hf-subtle);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`
