import { css, html, type TemplateResult } from "lit"

const tones = 6

/** A tile with the initials of a service: drawn, since its logo is not ours to show. */
export function monogram(name: string): TemplateResult {
  return html`<svg class="monogram tone-${toneOf(name)}" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <rect width="40" height="40" rx="10"></rect>
    <text x="20" y="20" dy="0.355em" text-anchor="middle">${initials(name)}</text>
  </svg>`
}

export const monogramStyles = css`
  .monogram {
    flex: none;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    fill: currentColor;
  }
  .monogram rect {
    fill: var(--hf-tile);
  }
  .monogram text {
    font: 640 15px/1 var(--hf-font);
    letter-spacing: -0.01em;
  }
  .tone-0 {
    --hf-tile: light-dark(#e6ecff, #232c4d);
    color: light-dark(#27439f, #b4c4ff);
  }
  .tone-1 {
    --hf-tile: light-dark(#e2f3ee, #17352d);
    color: light-dark(#12614d, #8edcc4);
  }
  .tone-2 {
    --hf-tile: light-dark(#fbecdd, #3c2a17);
    color: light-dark(#8a4a0c, #f3c393);
  }
  .tone-3 {
    --hf-tile: light-dark(#f6e6f2, #3a2136);
    color: light-dark(#86306f, #eeb1de);
  }
  .tone-4 {
    --hf-tile: light-dark(#e8eaf0, #2b303b);
    color: light-dark(#424b5e, #c5ccda);
  }
  .tone-5 {
    --hf-tile: light-dark(#e2f0f8, #173240);
    color: light-dark(#12577a, #96d3f2);
  }
`

function initials(name: string): string {
  // Words that matter begin with a capital: of “Email (IMAP and SMTP)”, E and I.
  const [first = "", ...others] = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const second = others.find((word) => /^[\p{Lu}\p{N}]/u.test(word))
  const letters = second === undefined ? [...first].slice(0, 1) : [...first].slice(0, 1).concat([...second].slice(0, 1))
  return letters.join("").toUpperCase()
}

function toneOf(name: string): number {
  let sum = 7
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % tones
}
