import { css, html, LitElement, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { AppSettings, CatalogueEntry, Client, ClientError } from "../contract.js"
import { define } from "./define.js"
import { errorText } from "./error-text.js"
import { glyph } from "./glyphs.js"
import type { HoldfastAppSettings } from "./oauth-settings-app.js"
import { searchField, searchFieldStyles } from "./search-field.js"
import { fill, type StringKey, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"
import "./oauth-settings-app.js"

/**
 * OAuth Settings: the app registrations of the tenant, for its admins. It asks for them itself, and the backend refuses all others. It has
 * no heading: put it into `<hf-dialog variant="wide" .heading=${texts.oauthSettings}>`, or anywhere.
 *
 * ```ts
 * html`<hf-oauth-settings .client=${client} .connectors=${catalogue.connectors} connector="slack" .strings=${texts}
 *   @hf-apps-changed=${readTheCatalogueAgain}></hf-oauth-settings>`
 * ```
 *
 * `connectors` gives the names; `connector` is the one that is open at first. `hf-apps-changed` (detail: `{ connector }`) follows each save
 * and removal, since what can be connected has changed; `hf-failed` (detail: `{ code, connector? }`) follows what the backend refused.
 */
class HoldfastOauthSettings extends LitElement {
  static override properties = {
    client: { attribute: false },
    connectors: { attribute: false },
    connector: {},
    strings: { attribute: false },
    apps: { state: true },
    error: { state: true },
    opened: { state: true },
    query: { state: true },
    said: { state: true },
  }

  static override styles = [
    viewStyles,
    searchFieldStyles,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }
      li + li {
        border-block-start: 1px solid var(--hf-line);
      }
      .list {
        border: 1px solid var(--hf-line);
        border-radius: var(--hf-radius);
      }
      h3 button.plain {
        justify-content: flex-start;
        gap: 0.6rem;
        inline-size: 100%;
        min-block-size: 3rem;
        padding: 0.5rem 0.9rem;
        border: 0;
        border-radius: var(--hf-radius);
        color: var(--hf-text);
        text-align: start;
      }
      h3 button span:first-of-type {
        flex: 1;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      h3 button::before {
        content: "";
        flex: none;
        inline-size: 0.45rem;
        block-size: 0.45rem;
        margin-inline: 0.15rem 0.3rem;
        border: solid var(--hf-muted);
        border-width: 0 1.7px 1.7px 0;
        rotate: -45deg;
        transition: rotate 120ms ease;
      }
      h3 button:dir(rtl)::before {
        rotate: 135deg;
      }
      h3 button[aria-expanded="true"]::before {
        rotate: 45deg;
      }
      hf-app-settings {
        padding: 0.4rem 0.9rem 1.2rem;
      }
    `,
  ]

  declare client: Client
  declare connectors: readonly CatalogueEntry[]
  declare connector: string | undefined
  declare strings: Strings
  declare protected apps: readonly AppSettings[] | undefined
  declare protected error: ClientError | undefined
  declare protected opened: string | undefined
  declare protected query: string
  declare protected said: { readonly text: string } | undefined

  constructor() {
    super()
    this.connectors = []
    this.strings = strings
    this.query = ""
  }

  protected override firstUpdated(): void {
    this.opened = this.connector
    void this.#load().then(() => this.#focusOpened())
  }

  protected override render() {
    const { apps, error, strings: texts } = this
    if (error) {
      return html`<p class="note bad" role="alert">${errorText(texts, error)}</p>
        ${error.code === "forbidden" ? nothing : html`<div><button type="button" @click=${this.#load}>${texts.retry}</button></div>`}`
    }
    if (!apps) return html`<p class="muted" role="status">${texts.loading}</p>`
    const words = this.query.toLowerCase().split(/\s+/).filter(Boolean)
    const found = apps.filter((app) => words.every((word) => this.#nameOf(app).toLowerCase().includes(word)))
    return html`
      <p class="muted">${apps.length > 0 ? texts.settingsIntro : texts.settingsEmpty}</p>
      ${apps.length > 8 ? searchField(texts.settingsSearch, this.query, this.#search) : nothing}
      <ul class="list" role="list" ?hidden=${found.length === 0}>
        ${repeat(
          found,
          ({ connector }) => connector,
          (app) => html`<li>${this.#row(app)}</li>`,
        )}
      </ul>
      ${apps.length > 0 && found.length === 0 ? html`<p class="muted">${fill(texts.searchEmpty, { query: this.query.trim() })}</p>` : nothing}
    `
  }

  readonly #search = (query: string): void => {
    this.query = query
  }

  #row(app: AppSettings) {
    const isOpen = this.opened === app.connector
    const [text, kind] = states[app.source]
    return html`
      <h3>
        <button class="plain" type="button" aria-expanded=${isOpen} @click=${() => this.#toggle(app)}>
          <span>${this.#nameOf(app)}</span>
          <span class="badge ${kind}">${kind === "good" ? glyph("check") : nothing}${this.strings[text]}</span>
        </button>
      </h3>
      ${
        isOpen
          ? html`<hf-app-settings
              .client=${this.client}
              .app=${app}
              .name=${this.#nameOf(app)}
              .siblings=${this.#siblingsOf(app)}
              .said=${this.said}
              .strings=${this.strings}
              @hf-app-saved=${(event: CustomEvent<AppSettings | undefined>) => this.#saved(app, event.detail)}
              @hf-app-removed=${() => this.#removed(app)}
              @hf-failed=${({ detail }: CustomEvent<string>) => this.#failed(detail, app)}
            ></hf-app-settings>`
          : nothing
      }
    `
  }

  #nameOf({ connector }: AppSettings): string {
    return this.connectors.find(({ id }) => id === connector)?.name ?? connector
  }

  /** Others of the vendor that take the same fields. */
  #siblingsOf({ connector, vendor, fields }: AppSettings): string[] {
    const names = (of: AppSettings["fields"]) => of.map(({ name }) => name).join()
    return (this.apps ?? [])
      .filter((one) => one.vendor === vendor && one.connector !== connector && names(one.fields) === names(fields))
      .map((one) => this.#nameOf(one))
  }

  async #load(): Promise<void> {
    this.error = undefined
    try {
      const apps = await this.client.apps.list()
      this.apps = [...apps].sort((one, other) => this.#nameOf(one).localeCompare(this.#nameOf(other)))
    } catch (error) {
      this.error = error as ClientError
      this.#failed(this.error.code)
    }
  }

  #toggle({ connector }: AppSettings): void {
    this.opened = this.opened === connector ? undefined : connector
    this.said = undefined
    this.#focusOpened()
  }

  #focusOpened(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HoldfastAppSettings>("hf-app-settings")?.focus())
  }

  async #saved(before: AppSettings, after: AppSettings | undefined): Promise<void> {
    if (after) this.apps = this.apps?.map((app) => (app.connector === after.connector ? after : app))
    else await this.#load()
    this.#tell(before, "appNowSaved")
  }

  async #removed(before: AppSettings): Promise<void> {
    await this.#load()
    const now = this.apps?.find(({ connector }) => connector === before.connector)
    this.#tell(before, now?.source === "tenant" ? "appStaysForVendor" : "appRemoved")
  }

  #failed(code: string, app?: AppSettings): void {
    this.dispatchEvent(new CustomEvent("hf-failed", { detail: { code, ...(app && { connector: app.connector }) } }))
  }

  #tell(app: AppSettings, text: StringKey): void {
    this.said = { text: fill(this.strings[text], { connector: this.#nameOf(app) }) }
    this.dispatchEvent(new CustomEvent("hf-apps-changed", { detail: { connector: app.connector } }))
  }
}

const states: Readonly<Record<AppSettings["source"], readonly [text: StringKey, kind: string]>> = {
  tenant: ["appSaved", "good"],
  options: ["appBuiltIn", ""],
  environment: ["appBuiltIn", ""],
  none: ["appNone", "warn"],
}

define("hf-oauth-settings", HoldfastOauthSettings)
