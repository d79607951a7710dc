import type { ConnectionInfo, DisconnectReport } from "@holdfast/core"
import { css, html, LitElement, nothing } from "lit"
import { toClientError } from "../client-error.js"
import type { Client, ClientError } from "../contract.js"
import { define } from "./define.js"
import "./dialog.js"
import { errorText } from "./error-text.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/** Asks before a connection is ended, saying what will happen. Tells `hf-disconnected` with the report, `hf-failed`, and `hf-close`. */
class DisconnectDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    connection: { attribute: false },
    connector: {},
    strings: { attribute: false },
    isBusy: { state: true },
    error: { state: true },
  }

  static override styles = [
    viewStyles,
    css`
      .stack {
        display: grid;
        gap: 1.1rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.5rem;
      }
    `,
  ]

  declare client: Client
  declare connection: ConnectionInfo
  /** Name of the service. */
  declare connector: string
  declare strings: Strings
  declare private isBusy: boolean
  declare private error: ClientError | undefined

  constructor() {
    super()
    this.connector = ""
    this.strings = strings
    this.isBusy = false
  }

  protected override render() {
    const { connection, connector, error, strings: texts } = this
    return html`<hf-dialog
      .heading=${fill(texts.disconnectTitle, { name: connection.name })}
      .strings=${texts}
      @hf-close=${this.#close}
    >
      <div class="stack">
        <p>${fill(texts.disconnectBody, { connector })}</p>
        ${error ? html`<p class="note bad" role="alert">${errorText(texts, error)}</p>` : nothing}
        <div class="actions">
          <button type="button" class="plain" autofocus @click=${this.#close}>${texts.disconnectKeep}</button>
          <button type="button" class="danger primary" aria-disabled=${this.isBusy} @click=${this.#disconnect}>
            ${this.isBusy ? texts.starting : texts.disconnect}
          </button>
        </div>
      </div>
    </hf-dialog>`
  }

  #close(): void {
    // Half done is not to be left without its end.
    if (!this.isBusy) this.dispatchEvent(new CustomEvent("hf-close"))
  }

  async #disconnect(): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    this.error = undefined
    try {
      const report = await this.client.disconnect(this.connection.id)
      this.dispatchEvent(new CustomEvent<DisconnectReport>("hf-disconnected", { detail: report }))
    } catch (error) {
      this.error = toClientError(error)
      this.dispatchEvent(new CustomEvent("hf-failed", { detail: this.error.code }))
    } finally {
      this.isBusy = false
    }
  }
}

define("hf-disconnect-dialog", DisconnectDialog)
