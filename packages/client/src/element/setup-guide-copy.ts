import { css, html, LitElement } from "lit"
import { define } from "./define.js"
import { glyph } from "./glyphs.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/**
 * An address with a button that copies it.
 *
 * ```ts
 * html`<hf-copy .label=${texts.redirectUri} .value=${redirectUri} .strings=${texts}></hf-copy>`
 * ```
 */
class HoldfastCopy extends LitElement {
  static override properties = { label: {}, value: {}, strings: { attribute: false }, said: { state: true } }

  static override styles = [
    viewStyles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        max-inline-size: 100%;
        border: 1px solid var(--hf-line);
        border-radius: var(--hf-radius-small);
        background: var(--hf-subtle);
        vertical-align: middle;
      }
      code {
        padding: 0.2rem 0.2rem 0.2rem 0.55rem;
      }
      button.icon {
        flex: none;
        inline-size: 1.9rem;
        min-block-size: 1.75rem;
      }
      button svg.glyph {
        inline-size: 1rem;
        block-size: 1rem;
      }
      button.done {
        color: var(--hf-good);
      }
    `,
  ]

  /** What it is, as it is said behind “Copy the”. */
  declare label: string
  declare value: string
  declare strings: Strings
  declare protected said: "" | "copied" | "copySelected"

  constructor() {
    super()
    this.label = ""
    this.value = ""
    this.strings = strings
    this.said = ""
  }

  protected override render() {
    const { label, value, said, strings: texts } = this
    const name = fill(texts.copyOf, { name: label })
    return html`
      <code>${value}</code>
      <button class="plain icon ${said && "done"}" type="button" title=${name} aria-label=${name} @click=${this.#copy}>
        ${glyph(said ? "check" : "copy")}
      </button>
      <span class="unseen" role="status">${said && texts[said]}</span>
    `
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.value)
      this.said = "copied"
    } catch {
      // Not every page may write there: only those over https, and of those not all.
      const code = this.renderRoot.querySelector("code")
      if (code) getSelection()?.selectAllChildren(code)
      this.said = "copySelected"
    }
  }
}

define("hf-copy", HoldfastCopy)
