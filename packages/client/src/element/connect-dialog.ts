import type { Field, StepError } from "@holdfast/core"
import { css, html, LitElement, nothing, type PropertyValues } from "lit"
import type { CatalogueEntry, CatalogueMethod, Client } from "../contract.js"
import { type Conversing, createConversing, type Talk } from "./conversing.js"
import { define } from "./define.js"
import { errorText } from "./error-text.js"
import { monogram, monogramStyles } from "./monogram.js"
import type { Typed } from "./step-form.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"
import "./dialog.js"
import "./step-form.js"
import "./step-qr.js"

const nameField = "connectionName"

/**
 * The conversation that connects, step by step, in a dialog: what is asked beforehand, then whatever the backend asks next. Tells
 * `hf-connected` with the connection's id, `hf-failed` with an error's code, and `hf-close`.
 */
class ConnectDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    entry: { attribute: false },
    method: { attribute: false },
    name: { attribute: false },
    connectionId: { attribute: false },
    strings: { attribute: false },
  }

  static override styles = [
    viewStyles,
    monogramStyles,
    css`
      .stack {
        display: grid;
        gap: 1rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.5rem;
      }
      .pulse {
        block-size: 0.3rem;
        border-radius: 999px;
        background: linear-gradient(90deg, var(--hf-subtle) 25%, var(--hf-accent) 50%, var(--hf-subtle) 75%) 0 0 / 300% 100%;
        animation: pass 1.6s linear infinite;
      }
      @keyframes pass {
        from {
          background-position: 100% 0;
        }
        to {
          background-position: -50% 0;
        }
      }
    `,
  ]

  declare client: Client
  declare entry: CatalogueEntry
  declare method: CatalogueMethod
  /** What the connection is to be called, where that was said already. */
  declare name: string | undefined
  /** The connection that is connected again; undefined: a new one. */
  declare connectionId: string | undefined
  declare strings: Strings

  #conversing: Conversing | undefined
  #fields: readonly Field[] = []

  constructor() {
    super()
    this.strings = strings
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#conversing?.stop()
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    if (this.#conversing) return
    const { client, connectionId, entry, method, name } = this
    const asksName = connectionId === undefined && name === undefined
    this.#fields = [...method.fields, ...(asksName ? [this.#nameField()] : [])]
    this.#conversing = createConversing(
      (options) =>
        connectionId === undefined ? client.begin(entry.id, options) : client.beginAgain(connectionId, options),
      { asksFirst: method.fields.length > 0, changed: () => this.#changed() },
    )
    if (method.fields.length === 0)
      void this.#conversing.begin({ method: method.id, ...(name !== undefined && { name }) })
  }

  protected override updated(): void {
    // Of the steps that nobody types in, the first button is where to go on.
    const talk = this.#conversing?.talk()
    if (talk?.is === "failed" || talk?.is === "away") this.#focusAction()
  }

  protected override render() {
    const { connectionId, entry, strings: texts } = this
    const heading = connectionId === undefined ? texts.connectTitle : texts.reconnectTitle
    return html`<hf-dialog .heading=${fill(heading, { connector: entry.name })} .strings=${texts} @hf-close=${this.#close}>
      <span slot="icon">${monogram(entry.name)}</span>
      ${this.#talk(this.#conversing?.talk() ?? { is: "starting" })}
    </hf-dialog>`
  }

  #talk(talk: Talk) {
    const { strings: texts } = this
    if (talk.is === "asking") {
      const isAway = this.method.startsWith === "redirect"
      return html`<div class="stack">
        ${isAway ? html`<p class="muted">${fill(texts.redirectHelp, { connector: this.entry.name })}</p>` : nothing}
        ${this.#form(this.#fields, {
          error: talk.error,
          isBusy: talk.isBusy,
          label: this.#beginLabel(),
          send: this.#begin,
        })}
      </div>`
    }
    if (talk.is === "step") return this.#step(talk)
    if (talk.is === "away") return this.#away(talk)
    if (talk.is === "failed") return this.#failed(talk.error)
    return this.#pulse(texts.starting)
  }

  /** A key is the whole of it; after a phone number, there is more to come. */
  #beginLabel(): string {
    const { entry, method, strings: texts } = this
    if (method.startsWith === "redirect") return fill(texts.continueTo, { connector: entry.name })
    return method.fields.some(({ type }) => type === "password") ? texts.saveAndConnect : texts.continueButton
  }

  #step({ view, isBusy, error }: Extract<Talk, { is: "step" }>) {
    const { entry, strings: texts } = this
    const { step } = view
    if (step.kind === "form") {
      return html`<div class="stack">
        ${step.title === "" ? nothing : html`<p class="muted">${step.title}</p>`}
        ${this.#form(step.fields, { error: error ?? step.error, isBusy, label: texts.continueButton, send: this.#submit })}
      </div>`
    }
    if (step.kind === "qr") {
      return html`<hf-step-qr .step=${step} .connector=${entry.name} .strings=${texts}></hf-step-qr>`
    }
    return this.#pulse(step.kind === "wait" ? step.message : texts.wait)
  }

  #form(
    fields: readonly Field[],
    {
      error,
      isBusy,
      label,
      send,
    }: { error: StepError | undefined; isBusy: boolean; label: string; send: (event: CustomEvent<Typed>) => void },
  ) {
    return html`<hf-step-form
      .fields=${fields}
      .error=${error && aimed(error, fields)}
      .busy=${isBusy}
      .submitLabel=${label}
      .strings=${this.strings}
      @hf-submit=${send}
      @hf-cancel=${this.#close}
    ></hf-step-form>`
  }

  #away({ url, isOpen }: Extract<Talk, { is: "away" }>) {
    const { entry, strings: texts } = this
    return html`<div class="stack">
      <p role="status">${isOpen ? texts.waiting : texts.blocked}</p>
      ${isOpen ? html`<div class="pulse"></div>` : nothing}
      <div class="actions">
        <button type="button" class="plain" @click=${this.#close}>${texts.cancel}</button>
        <a class="button ${isOpen ? "" : "primary"}" href=${url} target="_blank">
          ${isOpen ? texts.openAgain : fill(texts.continueTo, { connector: entry.name })}
        </a>
      </div>
    </div>`
  }

  #failed(error: Extract<Talk, { is: "failed" }>["error"]) {
    const { strings: texts } = this
    return html`<div class="stack">
      <p class="note bad" role="alert">${errorText(texts, error)}</p>
      <div class="actions">
        <button type="button" class="plain" @click=${this.#close}>${texts.cancel}</button>
        <button type="button" class="primary" @click=${this.#startOver}>${texts.startOver}</button>
      </div>
    </div>`
  }

  #pulse(message: string) {
    return html`<div class="stack">
      <p role="status">${message}</p>
      <div class="pulse"></div>
    </div>`
  }

  #nameField(): Field {
    const { connectionName: label, connectionNameHelp: help } = this.strings
    return { name: nameField, label, help, type: "text", required: false }
  }

  #begin = ({ detail }: CustomEvent<Typed>): void => {
    const { [nameField]: typed = "", ...values } = detail
    const name = this.name ?? typed.trim()
    const named = name === "" ? {} : { name }
    void this.#conversing?.begin({ method: this.method.id, values, ...named })
  }

  #submit = ({ detail }: CustomEvent<Typed>): void => {
    void this.#conversing?.submit(detail)
  }

  #startOver = (): void => {
    this.#conversing?.stop()
    this.#conversing = undefined
    this.requestUpdate()
  }

  #close = (): void => {
    this.dispatchEvent(new CustomEvent("hf-close"))
  }

  #changed(): void {
    const talk = this.#conversing?.talk()
    if (talk?.is === "connected") this.#tell("hf-connected", talk.connectionId)
    const error = talk && wrongWith(talk)
    if (error) this.#tell("hf-failed", error.code)
    this.requestUpdate()
  }

  #tell(name: string, detail: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }

  async #focusAction(): Promise<void> {
    await this.updateComplete
    this.renderRoot.querySelector<HTMLElement>(".actions .primary, .actions a")?.focus()
  }
}

/** What has just gone wrong; while the next answer is waited for, nothing has. */
function wrongWith(talk: Talk): { readonly code: string } | undefined {
  if (talk.is === "failed") return talk.error
  if ((talk.is !== "asking" && talk.is !== "step") || talk.isBusy) return undefined
  return talk.error ?? (talk.is === "step" && talk.view.step.kind === "form" ? talk.view.step.error : undefined)
}

/** What is said of no field in particular, and can only be about one, stands at that one. */
function aimed(error: StepError, fields: readonly Field[]): StepError {
  const needed = fields.filter(({ required }) => required !== false)
  const [only] = needed
  const isAboutInput = error.code === "input_invalid" || error.code === "credential_invalid"
  if (error.field !== undefined || !isAboutInput || needed.length !== 1 || !only) return error
  return { ...error, field: only.name }
}

define("hf-connect-dialog", ConnectDialog)
