import { css } from "lit"
import { tokens } from "./tokens.js"

/** What every view builds on: type, buttons, fields, badges, notes. */
const base = css`
  :host {
    color: var(--hf-text);
    font: 400 15px/1.5 var(--hf-font);
    -webkit-text-size-adjust: 100%;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2 {
    font-size: 1.2rem;
    font-weight: 620;
    line-height: 1.3;
    letter-spacing: -0.011em;
  }
  h3 {
    font-size: 1rem;
    font-weight: 600;
    line-height: 1.4;
  }
  a {
    color: var(--hf-accent);
    text-underline-offset: 0.18em;
  }
  code {
    font: 0.88em/1.5 var(--hf-mono);
    overflow-wrap: anywhere;
  }
  .muted {
    color: var(--hf-muted);
  }
  .small {
    font-size: 0.875rem;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4rem;
    min-block-size: 2.25rem;
    padding: 0.3rem 0.85rem;
    border: 1px solid var(--hf-edge);
    border-radius: var(--hf-radius-small);
    background: var(--hf-raised);
    color: var(--hf-text);
    font: 550 0.9rem/1.3 var(--hf-font);
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition: background-color 120ms ease, border-color 120ms ease;
  }
  button:hover,
  .button:hover {
    background: var(--hf-subtle);
  }
  button.primary,
  .button.primary {
    border-color: transparent;
    background: var(--hf-accent);
    color: var(--hf-on-accent);
  }
  button.primary:hover,
  .button.primary:hover {
    background: color-mix(in oklab, var(--hf-accent) 88%, var(--hf-text));
  }
  button.danger {
    border-color: var(--hf-bad);
    color: var(--hf-bad);
  }
  button.danger:hover {
    background: var(--hf-bad-soft);
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--hf-muted);
  }
  button.plain:hover {
    background: var(--hf-subtle);
    color: var(--hf-text);
  }
  button.danger.plain {
    border-color: transparent;
    color: var(--hf-bad);
  }
  button.danger.primary {
    border-color: transparent;
    background: var(--hf-bad);
    color: var(--hf-surface);
  }
  button.danger.primary:hover {
    background: color-mix(in oklab, var(--hf-bad) 88%, var(--hf-text));
  }
  button.icon {
    inline-size: 2.25rem;
    padding: 0;
  }
  button[aria-disabled="true"],
  button:disabled {
    border-color: var(--hf-line);
    background: var(--hf-subtle);
    color: var(--hf-muted);
    cursor: default;
  }
  svg.glyph {
    flex: none;
    inline-size: 1.15rem;
    block-size: 1.15rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  :focus-visible {
    outline: 2px solid var(--hf-accent);
    outline-offset: 2px;
  }
  :focus:not(:focus-visible) {
    outline: none;
  }

  .field {
    display: grid;
    gap: 0.3rem;
  }
  .field label {
    font-size: 0.9rem;
    font-weight: 550;
  }
  .field .help {
    color: var(--hf-muted);
    font-size: 0.85rem;
  }
  .field .wrong {
    color: var(--hf-bad);
    font-size: 0.875rem;
  }
  input,
  select {
    inline-size: 100%;
    min-block-size: 2.5rem;
    padding: 0.4rem 0.7rem;
    border: 1px solid var(--hf-edge);
    border-radius: var(--hf-radius-small);
    background: var(--hf-surface);
    color: var(--hf-text);
    font: 400 1rem/1.4 var(--hf-font);
  }
  input::placeholder {
    color: var(--hf-muted);
    opacity: 1;
  }
  input:focus-visible,
  select:focus-visible {
    outline-offset: 0;
    border-color: var(--hf-accent);
  }
  input[aria-invalid="true"],
  select[aria-invalid="true"] {
    border-color: var(--hf-bad);
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
    padding: 0.1rem 0.55rem 0.1rem 0.4rem;
    border-radius: 999px;
    background: var(--hf-subtle);
    color: var(--hf-muted);
    font-size: 0.8rem;
    font-weight: 550;
    white-space: nowrap;
  }
  .badge svg.glyph {
    inline-size: 0.95rem;
    block-size: 0.95rem;
    stroke-width: 2;
  }
  .badge.good {
    background: var(--hf-good-soft);
    color: var(--hf-good);
  }
  .badge.warn {
    background: var(--hf-warn-soft);
    color: var(--hf-warn);
  }
  .badge.bad {
    background: var(--hf-bad-soft);
    color: var(--hf-bad);
  }

  .note {
    display: grid;
    gap: 0.25rem;
    padding: 0.7rem 0.85rem;
    border-radius: var(--hf-radius-small);
    background: var(--hf-subtle);
    font-size: 0.9rem;
  }
  .note.progress {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.35rem 0.75rem;
    padding-block: 0.4rem;
    padding-inline-end: 0.4rem;
  }
  .note.progress .row {
    margin-inline-start: auto;
  }
  .note.bad {
    background: var(--hf-bad-soft);
    color: var(--hf-bad);
  }
  .note.warn {
    background: var(--hf-warn-soft);
  }
  .note.good {
    background: var(--hf-good-soft);
    color: var(--hf-good);
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    .badge,
    .note {
      border: 1px solid;
    }
  }
`

/** Both, as `static styles` of a view takes them. */
export const viewStyles = [tokens, base]
