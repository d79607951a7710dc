import { css } from "lit"

/**
 * The look, as tokens. Those that begin with `--holdfast-` are the page's to set; what begins with `--hf-` is derived, once, for all views.
 * Colours hold 4.5:1 for text and 3:1 for the edges of controls, in both themes.
 */
export const tokens = css`
  :host {
    --hf-accent: var(--holdfast-accent, light-dark(#2b4fc7, #9db4ff));
    --hf-on-accent: var(--holdfast-on-accent, light-dark(#ffffff, #0d1330));
    --hf-surface: var(--holdfast-surface, light-dark(#ffffff, #16181d));
    --hf-raised: var(--holdfast-raised, light-dark(#ffffff, #1c1f26));
    --hf-subtle: var(--holdfast-subtle, light-dark(#f5f6f8, #23272f));
    --hf-text: var(--holdfast-text, light-dark(#171a21, #eceef2));
    --hf-muted: var(--holdfast-muted, light-dark(#596070, #a4abb9));
    --hf-line: var(--holdfast-line, light-dark(#e3e6eb, #2e333d));
    --hf-edge: var(--holdfast-edge, light-dark(#838b9a, #737b8a));
    --hf-good: var(--holdfast-good, light-dark(#17753f, #62cf93));
    --hf-good-soft: light-dark(#e8f5ed, #15301f);
    --hf-warn: var(--holdfast-warn, light-dark(#8a5300, #e9b85c));
    --hf-warn-soft: light-dark(#fdf3e1, #33270f);
    --hf-bad: var(--holdfast-bad, light-dark(#b3261e, #ff9f97));
    --hf-bad-soft: light-dark(#fdecea, #3a1917);
    --hf-radius: var(--holdfast-radius, 10px);
    --hf-radius-small: calc(var(--hf-radius) * 0.7);
    --hf-font: var(--holdfast-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif);
    --hf-mono: var(--holdfast-mono, ui-monospace, "SF Mono", Menlo, Consolas, monospace);
  }
`
