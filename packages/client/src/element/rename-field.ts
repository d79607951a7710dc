import { css, html, LitElement, nothing } from "lit"
import { live } from "lit/directives/live.js"
import { define } from "./define.js"
import { glyph } from "./glyphs.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/**
 * A name that can be changed where it stands: Enter saves, Escape keeps the old one. Tells `hf-rename` with the new name; the page answers
 * with another `name`, or with `error`.
 */
export class RenameField extends LitElement {
  static override properties = {
    name: {},
    error: { attribute: false },
    busy: { type: Boolean },
    strings: { attribute: false },
    isEditing: { state: true },
  }

  static override styles = [
    viewStyles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      .shown {
        display: flex;
        align-items: center;
        gap: 0.25rem;
      }
      h3 {
        overflow-wrap: anywhere;
      }
      h3:focus {
        outline: none;
      }
      button.icon {
        inline-size: 1.9rem;
        min-block-size: 1.9rem;
      }
      button.icon svg {
        inline-size: 1rem;
        block-size: 1rem;
      }
      form {
        display: grid;
        gap: 0.3rem;
      }
      form .row {
        flex-wrap: nowrap;
      }
      input {
        min-block-size: 2.25rem;
      }
    `,
  ]

  declare name: string
  declare error: string | undefined
  declare busy: boolean
  declare strings: Strings
  declare private isEditing: boolean

  constructor() {
    super()
    this.name = ""
    this.busy = false
    this.strings = strings
    this.isEditing = false
  }

  /** Shows the name again, with the focus at its button. */
  async done(): Promise<void> {
    this.isEditing = false
    await this.updateComplete
    this.renderRoot.querySelector("button")?.focus()
  }

  /** Brings the focus to the name, as the head of what it names. */
  override focus(): void {
    this.renderRoot.querySelector("h3")?.focus()
  }

  protected override render() {
    return this.isEditing ? this.#edited() : this.#shown()
  }

  #shown() {
    const { name, strings: texts } = this
    return html`<div class="shown">
      <h3 tabindex="-1">${name}</h3>
      <button
        type="button"
        class="plain icon"
        title=${texts.rename}
        aria-label=${fill(texts.renameOf, { name })}
        @click=${this.#edit}
      >
        ${glyph("pencil")}
      </button>
    </div>`
  }

  #edited() {
    const { name, error, strings: texts } = this
    return html`<form novalidate @submit=${this.#submit} @keydown=${this.#key}>
      <div class="row">
        <input
          name="name"
          aria-label=${texts.renameLabel}
          aria-describedby="help ${error === undefined ? "" : "wrong"}"
          aria-invalid=${error !== undefined}
          maxlength="200"
          autocomplete="off"
          .value=${live(name)}
        />
        <button type="submit" class="primary" aria-disabled=${this.busy}>${texts.save}</button>
      </div>
      ${error === undefined ? nothing : html`<p class="note bad" id="wrong" role="alert">${error}</p>`}
      <p class="muted small" id="help">${texts.renameHelp}</p>
    </form>`
  }

  async #edit(): Promise<void> {
    this.isEditing = true
    await this.updateComplete
    this.renderRoot.querySelector("input")?.select()
  }

  #submit(event: Event): void {
    event.preventDefault()
    const name = this.renderRoot.querySelector("input")?.value.trim() ?? ""
    if (this.busy) return
    if (name === "" || name === this.name) return void this.done()
    this.dispatchEvent(new CustomEvent("hf-rename", { detail: name }))
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return
    // The dialog around it stays open.
    event.preventDefault()
    event.stopPropagation()
    void this.done()
  }
}

define("hf-rename-field", RenameField)
