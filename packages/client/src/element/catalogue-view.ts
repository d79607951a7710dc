import { css, html, LitElement, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { Catalogue, CatalogueEntry } from "../contract.js"
import "./connector-card.js"
import type { Connects } from "./connects.js"
import { define } from "./define.js"
import { searchField, searchFieldStyles } from "./search-field.js"
import { fill, type Strings, strings, textOf } from "./strings.js"
import { viewStyles } from "./styles.js"

/** What can be connected, by category, with a search over it. */
export class CatalogueView extends LitElement {
  static override properties = {
    catalogue: { attribute: false },
    connects: { attribute: false },
    revision: { type: Number },
    strings: { attribute: false },
    query: { state: true },
  }

  static override styles = [
    viewStyles,
    searchFieldStyles,
    css`
      :host {
        display: grid;
        gap: 1.75rem;
      }
      .search {
        max-inline-size: 26rem;
      }
      section {
        display: grid;
        gap: 0.75rem;
      }
      h3 {
        color: var(--hf-muted);
        font-size: 0.875rem;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17.5rem, 100%), 1fr));
        gap: 0.85rem;
      }
      li {
        display: flex;
        min-inline-size: 0;
      }
      hf-connector-card {
        flex: 1;
        min-inline-size: 0;
      }
      .none {
        display: grid;
        justify-items: center;
        gap: 0.75rem;
        padding: 3.5rem 1rem;
        border: 1px dashed var(--hf-line);
        border-radius: var(--hf-radius);
        text-align: center;
      }
    `,
  ]

  declare catalogue: Catalogue
  declare connects: Connects
  /** Goes up when something of `connects` has changed. */
  declare revision: number
  declare strings: Strings
  declare private query: string

  constructor() {
    super()
    this.strings = strings
    this.query = ""
  }

  /** Brings the focus to a service's card, once it is drawn as it is now. */
  async focusCard(connector: string): Promise<void> {
    await this.updateComplete
    const card = this.renderRoot.querySelector<LitElement>(`[data-connector="${CSS.escape(connector)}"]`)
    await card?.updateComplete
    card?.focus()
  }

  protected override render() {
    const { strings: texts } = this
    const { connectors } = this.catalogue
    if (connectors.length === 0) {
      return html`<div class="none">
        <p>${texts.empty}</p>
        <p class="muted small">${texts.emptyHelp}</p>
      </div>`
    }
    const found = connectors.filter((entry) => this.#fits(entry))
    const isSearching = this.query.trim() !== ""
    return html`
      ${searchField(texts.search, this.query, this.#search)}
      <p class="unseen" role="status">${isSearching ? fill(texts.found, { count: found.length }) : ""}</p>
      ${repeat(
        this.#byCategory(found),
        ([category]) => category,
        ([category, entries]) => this.#section(category, entries),
      )}
      ${found.length === 0 ? this.#nothingFound() : nothing}
    `
  }

  #section(category: string, entries: readonly CatalogueEntry[]) {
    const { connects, strings: texts } = this
    return html`<section aria-labelledby="category-${category}">
      <h3 id="category-${category}">${textOf(texts, `category.${category}`, category)}</h3>
      <ul>
        ${repeat(
          entries,
          ({ id }) => id,
          (entry) =>
            html`<li>
              <hf-connector-card
                data-connector=${entry.id}
                .entry=${entry}
                .progress=${connects.of(entry.id)}
                .admin=${this.catalogue.viewer.admin}
                .strings=${texts}
              ></hf-connector-card>
            </li>`,
        )}
      </ul>
    </section>`
  }

  #nothingFound() {
    const { strings: texts } = this
    return html`<div class="none">
      <p>${fill(texts.searchEmpty, { query: this.query.trim() })}</p>
      <button type="button" @click=${this.#clear}>${texts.searchClear}</button>
    </div>`
  }

  #fits({ id, name, category }: CatalogueEntry): boolean {
    const words = this.query.toLowerCase().split(/\s+/).filter(Boolean)
    const text = `${id} ${name} ${textOf(this.strings, `category.${category}`, category)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }

  #byCategory(entries: readonly CatalogueEntry[]): [string, CatalogueEntry[]][] {
    const groups = new Map<string, CatalogueEntry[]>()
    for (const entry of entries) groups.set(entry.category, [...(groups.get(entry.category) ?? []), entry])
    const nameOf = (category: string) => textOf(this.strings, `category.${category}`, category)
    for (const group of groups.values()) group.sort((one, other) => one.name.localeCompare(other.name))
    return [...groups].sort(([one], [other]) => nameOf(one).localeCompare(nameOf(other)))
  }

  readonly #search = (query: string): void => {
    this.query = query
  }

  #clear(): void {
    this.query = ""
    this.renderRoot.querySelector("input")?.focus()
  }
}

define("hf-catalogue", CatalogueView)
