import { css, html, LitElement, nothing } from "lit"
import type { CatalogueEntry } from "../contract.js"
import { define } from "./define.js"
import { glyph } from "./glyphs.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"
import "./setup-guide-copy.js"

/**
 * What a person does at the provider before anything can be connected: numbered steps, the way to the provider's console, and our addresses
 * to copy. It has no heading: put it into `<hf-dialog .heading=${texts.setupGuide}>`, or anywhere.
 *
 * ```ts
 * html`<hf-setup-guide .name=${entry.name} .setup=${entry.setup} .mount=${client.url} .strings=${texts}></hf-setup-guide>`
 * ```
 *
 * `redirectUri` and `webhookUrl` are needed only where they are not below `mount`, as saved ones may be.
 */
class HoldfastSetupGuide extends LitElement {
  static override properties = {
    name: {},
    setup: { attribute: false },
    mount: {},
    redirectUri: {},
    webhookUrl: {},
    strings: { attribute: false },
  }

  static override styles = [
    viewStyles,
    css`
      :host {
        display: grid;
        justify-items: start;
        gap: 1.1rem;
      }
      ol {
        display: grid;
        gap: 0.85rem;
        list-style: none;
        counter-reset: step;
      }
      li {
        display: grid;
        grid-template-columns: 1.6rem minmax(0, 1fr);
        gap: 0.7rem;
        counter-increment: step;
        overflow-wrap: anywhere;
      }
      li::before {
        content: counter(step);
        display: grid;
        place-items: center;
        inline-size: 1.6rem;
        block-size: 1.6rem;
        border-radius: 50%;
        background: var(--hf-subtle);
        color: var(--hf-muted);
        font-size: 0.8rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
    `,
  ]

  /** Of the provider, for people. */
  declare name: string
  declare setup: CatalogueEntry["setup"] | undefined
  /** Address of the mount: what is below it is ours, to be copied. */
  declare mount: string | undefined
  declare redirectUri: string | undefined
  declare webhookUrl: string | undefined
  declare strings: Strings

  constructor() {
    super()
    this.name = ""
    this.strings = strings
  }

  protected override render() {
    const { setup, name, strings: texts } = this
    if (!setup) return nothing
    return html`
      <a class="button" href=${setup.url} target="_blank" rel="noreferrer">
        ${fill(texts.openConsole, { connector: name })}${glyph("out")}<span class="unseen"> ${texts.opensInNewTab}</span>
      </a>
      <ol role="list">
        ${setup.steps.map((step) => html`<li><span>${this.#parts(step)}</span></li>`)}
      </ol>
    `
  }

  /** The text of a step, with our addresses to copy and those of others to follow. */
  #parts(step: string) {
    return step.split(addresses).map((part, index) => {
      if (index % 2 === 0) return part
      const label = this.#labelOf(part)
      if (label !== undefined) return html`<hf-copy .label=${label} .value=${part} .strings=${this.strings}></hf-copy>`
      // Others are examples of what to type, such as http://127.0.0.1.
      if (!part.startsWith("https:")) return part
      return html`<a href=${part} target="_blank" rel="noreferrer">${part}<span class="unseen"> ${this.strings.opensInNewTab}</span></a>`
    })
  }

  #labelOf(address: string): string | undefined {
    const { mount, redirectUri, webhookUrl, strings: texts } = this
    const isBelow = (path: string) => mount !== undefined && address.startsWith(mount.replace(/\/*$/, path))
    if (address === webhookUrl || isBelow("/webhooks/")) return texts.webhookUrl
    if (address === redirectUri || isBelow("/")) return texts.redirectUri
    return undefined
  }
}

// A stop or a comma behind an address belongs to the sentence.
const addresses = /(https?:\/\/[^\s“”"<>]*[^\s“”"<>.,;:!?)])/

define("hf-setup-guide", HoldfastSetupGuide)
