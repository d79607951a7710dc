import { css, html, LitElement, nothing, type PropertyValues } from "lit"
import type { CatalogueEntry, CatalogueMethod } from "../contract.js"
import { actionsOf } from "./actions.js"
import type { Progress } from "./connects.js"
import { define } from "./define.js"
import { glyph } from "./glyphs.js"
import { monogram, monogramStyles } from "./monogram.js"
import { progressNote } from "./progress.js"
import { needsAttention } from "./status-badge.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/** What a person asked for at a card. */
export type CardRequest =
  | { readonly to: "connect"; readonly entry: CatalogueEntry; readonly method: CatalogueMethod; readonly name?: string }
  | { readonly to: "manage" | "guide" | "settings"; readonly entry: CatalogueEntry }
  /** The connect in a window that was begun under this key: a connector's id, or a connection's. */
  | { readonly to: "give up"; readonly key: string }

/** One service of the catalogue. Tells what was asked for with `hf-request`, inside the click. */
class ConnectorCard extends LitElement {
  static override properties = {
    entry: { attribute: false },
    progress: { attribute: false },
    admin: { type: Boolean },
    strings: { attribute: false },
  }

  static override styles = [
    viewStyles,
    monogramStyles,
    css`
      :host {
        display: flex;
      }
      article {
        flex: 1;
        min-inline-size: 0;
        display: flex;
        flex-direction: column;
        gap: 0.85rem;
        padding: 1rem;
        border: 1px solid var(--hf-line);
        border-radius: var(--hf-radius);
        background: var(--hf-raised);
      }
      header {
        display: flex;
        align-items: center;
        gap: 0.75rem;
      }
      .name {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        justify-items: start;
        gap: 0.1rem;
      }
      h4 {
        font-size: 0.98rem;
        font-weight: 600;
        line-height: 1.35;
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .missing {
        display: grid;
        gap: 0.15rem;
        font-size: 0.875rem;
      }
      .missing strong {
        font-weight: 550;
        color: var(--hf-warn);
      }
    `,
  ]

  declare entry: CatalogueEntry
  declare progress: Progress | undefined
  declare admin: boolean
  declare strings: Strings

  constructor() {
    super()
    this.admin = false
    this.strings = strings
  }

  /** Where the focus belongs once something of the card has changed: what to do next with this service. */
  override focus(): void {
    const find = (selector: string) => this.renderRoot.querySelector<HTMLElement>(selector)
    const next = find(".actions button") ?? find(".guide")
    next?.focus()
  }

  /** What had the focus may be gone with an update, such as “Manage” once nothing is connected any more. */
  protected override update(changed: PropertyValues<this>): void {
    const focused = this.shadowRoot?.activeElement
    super.update(changed)
    if (focused && !focused.isConnected) this.focus()
  }

  protected override render() {
    const { entry, strings: texts } = this
    const { name } = entry
    return html`
      <article part="card" aria-labelledby="name">
        <header>
          ${monogram(name)}
          <div class="name">
            <h4 id="name">${name}</h4>
            ${this.#status()}
          </div>
          <button
            class="plain icon guide"
            type="button"
            title=${texts.setupGuide}
            aria-label=${fill(texts.setupGuideOf, { connector: name })}
            @click=${() => this.#ask({ to: "guide", entry })}
          >
            ${glyph("info")}
          </button>
        </header>
        ${progressNote(this.progress, { name, texts, cancel: () => this.#ask({ to: "give up", key: entry.id }) })}
        ${entry.connected ? this.#manage() : this.#ways()}
      </article>
    `
  }

  #status() {
    const { entry, strings: texts } = this
    if (!entry.connected) return nothing
    if (entry.connections.some(({ status }) => needsAttention(status))) {
      return html`<span class="badge warn">${glyph("warning")}${texts.needsAttention}</span>`
    }
    const count = entry.connections.length
    const text = count > 1 ? fill(texts.connectedCount, { count }) : texts.connected
    return html`<span class="badge good">${glyph("check")}${text}</span>`
  }

  #manage() {
    const { entry, strings: texts } = this
    return html`<div class="actions">
      <button
        type="button"
        aria-label=${fill(texts.manageOf, { connector: entry.name })}
        @click=${() => this.#ask({ to: "manage", entry })}
      >
        ${texts.manage}
      </button>
    </div>`
  }

  #ways() {
    const { entry, strings: texts } = this
    const actions = actionsOf(entry, texts)
    const ready = actions.filter(({ isMissingApp }) => !isMissingApp)
    const lacksApp = ready.length < actions.length
    return html`
      ${ready.length === 0 ? this.#missingApp() : nothing}
      <div class="actions">
        ${ready.map(({ method, label }) => this.#button(label, { to: "connect", entry, method }))}
        ${
          lacksApp && this.admin
            ? this.#button(texts.oauthSettings, { to: "settings", entry }, ready.length === 0 ? "" : "plain")
            : nothing
        }
      </div>
    `
  }

  #button(label: string, request: CardRequest, look = "") {
    const { entry, strings: texts } = this
    return html`<button
      type="button"
      class=${look}
      aria-label=${fill(texts.connectTo, { action: label, connector: entry.name })}
      @click=${() => this.#ask(request)}
    >
      ${request.to === "settings" ? glyph("gear") : nothing}${label}
    </button>`
  }

  #missingApp() {
    const { strings: texts } = this
    return html`<p class="missing">
      <strong>${texts.appMissing}</strong>
      <span class="muted">${this.admin ? texts.appMissingAdmin : texts.appMissingOther}</span>
    </p>`
  }

  #ask(request: CardRequest): void {
    this.dispatchEvent(new CustomEvent("hf-request", { detail: request, bubbles: true, composed: true }))
  }
}

define("hf-connector-card", ConnectorCard)
