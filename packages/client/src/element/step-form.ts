import type { Field, StepError } from "@holdfast/core"
import { css, html, LitElement, nothing, type PropertyValues } from "lit"
import { ifDefined } from "lit/directives/if-defined.js"
import { live } from "lit/directives/live.js"
import { repeat } from "lit/directives/repeat.js"
import { define } from "./define.js"
import { errorText, fieldErrorText } from "./error-text.js"
import { type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/** What a person typed, by the names of the fields. */
export type Typed = Readonly<Record<string, string>>

const inputs = {
  text: { type: "text" },
  url: { type: "url", inputmode: "url" },
  tel: { type: "tel", inputmode: "tel", autocomplete: "tel" },
  code: { type: "text", inputmode: "numeric", autocomplete: "one-time-code" },
  password: { type: "password" },
} as const satisfies Record<
  Exclude<Field["type"], "select">,
  { type: string; inputmode?: string; autocomplete?: string }
>

/**
 * The form of a step: help and error at each field, and what was typed stays however often it comes back. Tells `hf-submit` with what was
 * typed, and `hf-cancel`.
 */
class StepForm extends LitElement {
  static override properties = {
    fields: { attribute: false },
    error: { attribute: false },
    submitLabel: { attribute: false },
    busy: { type: Boolean },
    strings: { attribute: false },
    missing: { state: true },
    shown: { state: true },
  }

  static override styles = [
    viewStyles,
    css`
      form {
        display: grid;
        gap: 1.1rem;
      }
      .control {
        position: relative;
      }
      .control.secret input {
        padding-inline-end: 4.5rem;
      }
      .control button {
        position: absolute;
        inset-block: 0.25rem;
        inset-inline-end: 0.25rem;
        min-block-size: 0;
        padding: 0 0.7rem;
        font-size: 0.825rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.5rem;
        margin-block-start: 0.4rem;
      }
    `,
  ]

  declare fields: readonly Field[]
  declare error: StepError | undefined
  declare submitLabel: string
  /** While an answer is waited for: what was typed stays readable, and nothing is sent twice. */
  declare busy: boolean
  declare strings: Strings
  declare private missing: readonly string[]
  declare private shown: readonly string[]

  #typed: Record<string, string> = {}

  constructor() {
    super()
    this.fields = []
    this.submitLabel = ""
    this.busy = false
    this.strings = strings
    this.missing = []
    this.shown = []
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("fields")) return
    const names = this.fields.map(({ name }) => name)
    this.#typed = Object.fromEntries(this.fields.map((field) => [field.name, this.#typed[field.name] ?? first(field)]))
    this.missing = this.missing.filter((name) => names.includes(name))
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("error") && this.error) this.#focusWrong()
    else if (changed.has("fields")) this.#focusFirst()
  }

  protected override render() {
    const { strings: texts, error } = this
    const general = error && !this.fields.some(({ name }) => name === error.field) ? error : undefined
    return html`
      <form novalidate autocomplete="off" aria-busy=${this.busy} @submit=${this.#submit}>
        ${general ? html`<p class="note bad" role="alert">${general.message ?? errorText(texts, general)}</p>` : nothing}
        ${repeat(
          this.fields,
          ({ name }) => name,
          (field) => this.#field(field),
        )}
        <div class="actions">
          <button type="button" class="plain" @click=${() => this.dispatchEvent(new CustomEvent("hf-cancel"))}>
            ${texts.cancel}
          </button>
          <button type="submit" class="primary" aria-disabled=${this.busy}>
            ${this.busy ? texts.starting : this.submitLabel}
          </button>
        </div>
      </form>
    `
  }

  #field(field: Field) {
    const { name, label, help, required } = field
    const wrong = this.#wrong(field)
    const described = [help !== undefined && `help-${name}`, wrong !== undefined && `wrong-${name}`].filter(Boolean)
    return html`<div class="field">
      <label for="field-${name}">
        ${label}${required === false ? html` <span class="muted small">(${this.strings.optional})</span>` : nothing}
      </label>
      ${this.#control(field, { wrong: wrong !== undefined, describedBy: described.join(" ") || undefined })}
      ${wrong === undefined ? nothing : html`<p class="wrong" id="wrong-${name}">${wrong}</p>`}
      ${help === undefined ? nothing : html`<p class="help" id="help-${name}">${help}</p>`}
    </div>`
  }

  #control(field: Field, { wrong, describedBy }: { wrong: boolean; describedBy: string | undefined }) {
    const { name, type, placeholder, required, options = [] } = field
    const value = this.#typed[name] ?? ""
    const keep = (event: Event) => this.#keep(name, (event.target as HTMLInputElement | HTMLSelectElement).value)
    const isRequired = required !== false
    if (type === "select") {
      return html`<select
        id="field-${name}"
        name=${name}
        aria-required=${isRequired}
        aria-invalid=${wrong}
        aria-describedby=${ifDefined(describedBy)}
        @change=${keep}
      >
        ${options.map(
          (option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`,
        )}
      </select>`
    }
    const kind: { type: string; inputmode?: string; autocomplete?: string } = inputs[type]
    const isShown = this.shown.includes(name)
    return html`<div class="control ${type === "password" ? "secret" : ""}">
      <input
        id="field-${name}"
        name=${name}
        type=${isShown ? "text" : kind.type}
        inputmode=${ifDefined(kind.inputmode)}
        autocomplete=${kind.autocomplete ?? "off"}
        autocapitalize="none"
        spellcheck="false"
        placeholder=${ifDefined(placeholder)}
        aria-required=${isRequired}
        aria-invalid=${wrong}
        aria-describedby=${ifDefined(describedBy)}
        .value=${live(value)}
        @input=${keep}
      />
      ${type === "password" ? this.#reveal(name, isShown) : nothing}
    </div>`
  }

  #reveal(name: string, isShown: boolean) {
    const label = this.fields.find((field) => field.name === name)?.label ?? ""
    const text = isShown ? this.strings.hideTyped : this.strings.showTyped
    const toggle = () => {
      this.shown = isShown ? this.shown.filter((other) => other !== name) : [...this.shown, name]
    }
    return html`<button type="button" class="plain" aria-label="${text}: ${label}" aria-pressed=${isShown} @click=${toggle}>
      ${text}
    </button>`
  }

  #wrong(field: Field): string | undefined {
    if (this.missing.includes(field.name)) return this.strings.fieldMissing
    return this.error?.field === field.name ? fieldErrorText(this.strings, field, this.error) : undefined
  }

  #keep(name: string, value: string): void {
    this.#typed = { ...this.#typed, [name]: value }
    if (this.missing.includes(name)) this.missing = this.missing.filter((other) => other !== name)
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    if (this.busy) return
    this.missing = this.fields
      .filter(({ name, required }) => required !== false && (this.#typed[name] ?? "").trim() === "")
      .map(({ name }) => name)
    if (this.missing.length > 0) {
      await this.updateComplete
      this.#focusWrong()
      return
    }
    this.dispatchEvent(new CustomEvent<Typed>("hf-submit", { detail: { ...this.#typed } }))
  }

  #focusWrong(): void {
    const wrong = this.renderRoot.querySelector<HTMLInputElement>('[aria-invalid="true"]')
    wrong?.focus()
    // A code is typed anew; of a key, often only the end is missing.
    if (wrong?.autocomplete === "one-time-code") wrong.select()
  }

  #focusFirst(): void {
    this.renderRoot.querySelector<HTMLElement>("input, select")?.focus()
  }
}

function first({ type, options }: Field): string {
  return type === "select" ? (options?.[0]?.value ?? "") : ""
}

define("hf-step-form", StepForm)
