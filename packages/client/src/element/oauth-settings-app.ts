import { css, html, LitElement, nothing, type PropertyValues } from "lit"
import type { AppSettings, Client, ClientError } from "../contract.js"
import { define } from "./define.js"
import { errorText } from "./error-text.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"
import "./setup-guide.js"
import "./setup-guide-copy.js"

type AppField = AppSettings["fields"][number]

/**
 * The registration at one service: what to register there, and a form for what one gets in return. Secrets only go in. Says `hf-app-saved`,
 * with the new {@link AppSettings} as `detail` or with nothing where others have changed, too, `hf-app-removed`, and `hf-failed` with an error's code.
 */
export class HoldfastAppSettings extends LitElement {
  static override properties = {
    client: { attribute: false },
    app: { attribute: false },
    name: {},
    siblings: { attribute: false },
    said: { attribute: false },
    strings: { attribute: false },
    wrong: { state: true },
    error: { state: true },
    isBusy: { state: true },
    isRemoving: { state: true },
  }

  static override styles = [
    viewStyles,
    css`
      :host,
      form {
        display: grid;
        gap: 1.1rem;
      }
      .addresses {
        display: grid;
        gap: 0.25rem;
      }
      dt {
        font-size: 0.9rem;
        font-weight: 550;
      }
      dd + dt {
        margin-block-start: 0.5rem;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
        align-items: start;
        gap: 1rem;
      }
      .check {
        display: flex;
        align-items: baseline;
        gap: 0.55rem;
        font-size: 0.9rem;
      }
      input[type="checkbox"] {
        flex: none;
        inline-size: 1.1rem;
        min-block-size: 1.1rem;
        margin: 0;
        translate: 0 0.15rem;
        accent-color: var(--hf-accent);
      }
      .removal {
        gap: 0.6rem;
      }
      summary {
        inline-size: fit-content;
        padding-block: 0.2rem;
        color: var(--hf-muted);
        font-size: 0.9rem;
        cursor: pointer;
      }
      details[open] summary {
        margin-block-end: 0.8rem;
      }
    `,
  ]

  declare client: Client
  declare app: AppSettings
  /** Of the service, for people. */
  declare name: string
  /** Names of other services that may share the app. */
  declare siblings: readonly string[]
  /** How the last save or removal went; another object each time, also where the words are the same. */
  declare said: { readonly text: string } | undefined
  declare strings: Strings
  /** What is wrong with which field. */
  declare protected wrong: Readonly<Record<string, string>>
  declare protected error: ClientError | undefined
  declare protected isBusy: boolean
  declare protected isRemoving: boolean

  constructor() {
    super()
    this.siblings = []
    this.strings = strings
    this.wrong = {}
    this.isBusy = false
    this.isRemoving = false
  }

  /** Puts the cursor where something is to be typed. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus())
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("isBusy") && !this.isBusy)
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()
    // The button that was pressed has gone: the one in its place is next.
    if (changed.get("isRemoving") !== undefined && changed.get("isRemoving") !== this.isRemoving)
      this.renderRoot.querySelector<HTMLElement>("button.danger, form button.plain")?.focus()
  }

  protected override render() {
    const { app, name, strings: texts } = this
    return html`
      ${this.#origin()}
      <dl class="addresses">
        <dt>${texts.redirectUri}</dt>
        <dd><hf-copy .label=${texts.redirectUri} .value=${app.redirectUri} .strings=${texts}></hf-copy></dd>
        ${
          app.webhookUrl === undefined
            ? nothing
            : html`<dt>${texts.webhookUrl}</dt>
              <dd><hf-copy .label=${texts.webhookUrl} .value=${app.webhookUrl} .strings=${texts}></hf-copy></dd>`
        }
      </dl>
      ${
        app.setup &&
        html`<details>
          <summary>${texts.setupGuide}</summary>
          <hf-setup-guide
            .name=${name}
            .setup=${app.setup}
            .redirectUri=${app.redirectUri}
            .webhookUrl=${app.webhookUrl}
            .strings=${texts}
          ></hf-setup-guide>
        </details>`
      }
      <form novalidate autocomplete="off" @submit=${this.#save}>
        <div class="fields">${app.fields.map((field) => this.#field(field))}</div>
        ${
          this.siblings.length > 0
            ? html`<label class="check"><input type="checkbox" name=${vendorBox} />
                <span>${fill(texts.forVendor, { services: this.siblings.join(", ") })}</span></label>`
            : nothing
        }
        ${this.error ? html`<p class="note bad" role="alert">${errorText(this.strings, this.error)}</p>` : nothing}
        ${this.isRemoving ? this.#removal() : this.#buttons()}
        <p class=${this.said ? "note good" : "unseen"} role="status">${this.said?.text}</p>
      </form>
    `
  }

  /** Which app is in use where none was saved here. */
  #origin() {
    const { app, strings: texts } = this
    if (app.source !== "options" && app.source !== "environment") return nothing
    return html`<p class="note">
      <span>${texts.appBuiltInHelp}</span>
      ${app.clientId ? html`<code>${fill(texts.appUses, { clientId: app.clientId })}</code>` : nothing}
    </p>`
  }

  #field(field: AppField) {
    const { app, strings: texts } = this
    const wrong = this.wrong[field.name]
    // What is built in is not the admin's to see or to keep.
    const isKept = app.source === "tenant" && field.isSet
    const value = app.source === "tenant" ? (field.value ?? "") : ""
    return html`<div class="field">
      <label for=${field.name}>${field.label}${field.required ? nothing : html` <span class="muted">(${texts.optional})</span>`}</label>
      <input
        id=${field.name}
        name=${field.name}
        type=${field.secret ? "password" : "text"}
        .value=${value}
        autocomplete=${field.secret ? "new-password" : "off"}
        autocapitalize="off"
        spellcheck="false"
        placeholder=${field.secret && isKept ? texts.secretIsSet : nothing}
        aria-required=${field.required && !(field.secret && isKept)}
        aria-invalid=${wrong === undefined ? nothing : "true"}
        aria-describedby="${field.name}-about"
        @input=${() => this.#touched(field.name)}
      />
      <div id="${field.name}-about">
        ${wrong === undefined ? nothing : html`<p class="wrong">${wrong}</p>`}
        ${field.help ? html`<p class="help">${field.help}</p>` : nothing}
      </div>
    </div>`
  }

  #buttons() {
    const { app, name, strings: texts } = this
    return html`<div class="row">
      <button class="primary" aria-disabled=${this.isBusy}>${texts.save}</button>
      ${
        app.source === "tenant"
          ? html`<button
              class="plain"
              type="button"
              aria-label=${fill(texts.appRemoveOf, { connector: name })}
              @click=${() => this.#askRemoval(true)}
            >
              ${texts.appRemove}
            </button>`
          : nothing
      }
    </div>`
  }

  #removal() {
    const { name, strings: texts } = this
    return html`<div class="note warn removal" role="group" aria-label=${fill(texts.appRemoveOf, { connector: name })}>
      <p>${this.app.savedFor === "vendor" ? texts.appRemoveVendorAsk : texts.appRemoveAsk}</p>
      <div class="row">
        <button class="danger" type="button" aria-disabled=${this.isBusy} @click=${this.#remove}>${texts.appRemove}</button>
        <button type="button" @click=${() => this.#askRemoval(false)}>${texts.cancel}</button>
      </div>
    </div>`
  }

  #askRemoval(is: boolean): void {
    this.isRemoving = is
    this.error = undefined
    this.said = undefined
  }

  #touched(name: string): void {
    const { [name]: corrected, ...wrong } = this.wrong
    if (corrected !== undefined) this.wrong = wrong
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const typed = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]))
    const { [vendorBox]: forVendor, ...fields } = typed
    await this.#run("hf-app-saved", fields, async () => {
      const scope = forVendor === undefined ? "connector" : "vendor"
      const app = await this.client.apps.save(this.app.connector, fields, { for: scope })
      for (const secret of form.querySelectorAll<HTMLInputElement>("[type=password]")) secret.value = ""
      return scope === "vendor" ? undefined : app
    })
  }

  async #remove(): Promise<void> {
    await this.#run("hf-app-removed", {}, async () => {
      const { connector, savedFor } = this.app
      await this.client.apps.remove(connector, savedFor && { for: savedFor })
      this.isRemoving = false
      await this.updateComplete
      // Nothing is left to remove.
      this.renderRoot.querySelector<HTMLElement>("button.primary")?.focus()
      return undefined
    })
  }

  /** `work` answers with what the event is to carry. */
  async #run(
    event: string,
    fields: Readonly<Record<string, string>>,
    work: () => Promise<AppSettings | undefined>,
  ): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    this.said = undefined
    this.error = undefined
    this.wrong = {}
    try {
      const detail = await work()
      this.dispatchEvent(new CustomEvent(event, { detail }))
    } catch (thrown) {
      const error = thrown as ClientError
      const refused = (error.details?.fields ?? []).filter((name) => Object.hasOwn(fields, name))
      const texts = this.strings
      this.wrong = Object.fromEntries(
        refused.map((name) => [name, fields[name] === "" ? texts.fieldMissing : texts.fieldInvalidText]),
      )
      if (refused.length === 0) this.error = error
      this.dispatchEvent(new CustomEvent("hf-failed", { detail: error.code }))
    }
    this.isBusy = false
  }
}

// No field of a connector begins so.
const vendorBox = "#vendor"

define("hf-app-settings", HoldfastAppSettings)
