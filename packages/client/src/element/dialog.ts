import { css, html, LitElement, type PropertyValues } from "lit"
import { define } from "./define.js"
import { glyph } from "./glyphs.js"
import { type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/**
 * A modal dialog around what is slotted in, on the native one. It is open as long as it is in the document: render it to open it, and take
 * it out at `hf-close`, which Escape and the close button ask for, and a click beside it where nothing can be typed in it (`side`). Focus starts at what has `autofocus`, else at the
 * heading, is kept inside, and goes back to where it was.
 *
 * ```ts
 * html`<hf-dialog heading="Rename" .strings=${texts} @hf-close=${close}><form>…</form></hf-dialog>`
 * ```
 */
class HoldfastDialog extends LitElement {
  static override properties = {
    heading: {},
    variant: { reflect: true },
    strings: { attribute: false },
  }

  static override styles = [
    viewStyles,
    css`
      dialog {
        inline-size: min(30rem, calc(100vw - 1.5rem));
        max-block-size: min(44rem, calc(100dvh - 1.5rem));
        padding: 0;
        border: 1px solid var(--hf-line);
        border-radius: calc(var(--hf-radius) * 1.3);
        background: var(--hf-raised);
        color: var(--hf-text);
        box-shadow: 0 24px 60px -12px rgb(10 14 28 / 0.32);
        overflow: auto;
        overscroll-behavior: contain;
      }
      dialog::backdrop {
        background: rgb(12 15 24 / 0.45);
      }
      :host([variant="wide"]) dialog {
        inline-size: min(46rem, calc(100vw - 1.5rem));
      }
      :host([variant="side"]) dialog {
        inline-size: min(36rem, 100vw);
        max-inline-size: none;
        block-size: 100dvh;
        max-block-size: none;
        margin-block: 0;
        margin-inline: auto 0;
        border-width: 0;
        border-inline-start-width: 1px;
        border-radius: 0;
      }
      header {
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        display: flex;
        align-items: center;
        gap: 0.75rem;
        padding: 1rem 1rem 0.75rem 1.5rem;
        background: var(--hf-raised);
      }
      h2 {
        flex: 1;
        overflow-wrap: anywhere;
      }
      h2:focus {
        outline: none;
      }
      ::slotted([slot="icon"]) {
        display: flex;
      }
      .body {
        padding: 0.25rem 1.5rem 1.5rem;
      }
      @media (max-width: 30rem) {
        header {
          padding-inline-start: 1.1rem;
        }
        .body {
          padding-inline: 1.1rem;
        }
      }
    `,
  ]

  declare heading: string
  /** `side`: as tall as the window, at its edge. */
  declare variant: "centre" | "wide" | "side"
  declare strings: Strings

  #opener: HTMLElement | undefined

  constructor() {
    super()
    this.heading = ""
    this.variant = "centre"
    this.strings = strings
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog")
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#opener = focused()
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    this.#dialog?.showModal()
    const first = this.querySelector<HTMLElement>("[autofocus]") ?? this.renderRoot.querySelector("h2")
    first?.focus()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#dialog?.close()
    // Where the opener is gone, whoever took it out knows what stands in its place.
    if (this.#opener?.isConnected) this.#opener.focus()
  }

  protected override render() {
    return html`
      <dialog part="dialog" aria-labelledby="heading" @cancel=${this.#cancel} @close=${this.#closed} @click=${this.#click}>
        <header>
          <slot name="icon"></slot>
          <h2 id="heading" tabindex="-1">${this.heading}</h2>
          <button class="plain icon" type="button" aria-label=${this.strings.close} @click=${this.#ask}>${glyph("cross")}</button>
        </header>
        <div class="body"><slot></slot></div>
      </dialog>
    `
  }

  /** Escape: whoever opened it decides, such as while something is being saved. */
  #cancel(event: Event): void {
    if (event.target !== event.currentTarget) return
    event.preventDefault()
    this.#ask()
  }

  /** Browsers close it themselves at a second Escape. Who keeps it all the same, keeps it open. */
  #closed(): void {
    if (!this.isConnected) return
    this.#ask()
    requestAnimationFrame(() => {
      if (this.isConnected && !this.#dialog?.open) this.#dialog?.showModal()
    })
  }

  #click(event: MouseEvent): void {
    if (this.variant === "side" && event.target === event.currentTarget) this.#ask()
  }

  #ask(): void {
    this.dispatchEvent(new CustomEvent("hf-close"))
  }
}

/** What has the focus, inside shadow roots, too. */
function focused(): HTMLElement | undefined {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active instanceof HTMLElement ? active : undefined
}

define("hf-dialog", HoldfastDialog)
