import type { ConnectionInfo, DisconnectReport } from "@holdfast/core"
import { css, html, LitElement, nothing, type PropertyValues } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { toClientError } from "../client-error.js"
import type { CatalogueEntry, Client, ClientError } from "../contract.js"
import { actionsOf } from "./actions.js"
import type { ConnectionChange, ConnectionPanel } from "./connection-panel.js"
import "./connection-panel.js"
import type { CardRequest } from "./connector-card.js"
import type { Connects } from "./connects.js"
import { define } from "./define.js"
import "./dialog.js"
import { errorText } from "./error-text.js"
import { glyph } from "./glyphs.js"
import { monogram, monogramStyles } from "./monogram.js"
import { progressNote } from "./progress.js"
import { fill, type StringKey, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/** What was asked for in the sheet, inside the click. */
export type SheetRequest = CardRequest | { readonly to: "reconnect"; readonly connection: ConnectionInfo }

const farewells = {
  revoked: "disconnected",
  abandoned: "disconnected",
  kept_shared: "disconnectedShared",
  unsupported: "disconnectedUnsupported",
  pending: "disconnectedPending",
} as const satisfies Record<DisconnectReport["revocation"], StringKey>

/**
 * The connections of one service, at the edge of the window. Tells `hf-request`, `hf-close`, `hf-disconnected` with a connection's id,
 * `hf-stale` when the catalogue is no longer true, and `hf-failed` with a code.
 */
export class ConnectionsSheet extends LitElement {
  static override properties = {
    client: { attribute: false },
    entry: { attribute: false },
    connects: { attribute: false },
    revision: { type: Number },
    admin: { type: Boolean },
    strings: { attribute: false },
    connections: { state: true },
    error: { state: true },
    said: { state: true },
    name: { state: true },
  }

  static override styles = [
    viewStyles,
    monogramStyles,
    css`
      .add {
        display: grid;
        gap: 0.9rem;
        padding-block: 1.25rem 0.5rem;
        border-block-start: 1px solid var(--hf-line);
      }
      hf-connection:first-of-type::part(connection) {
        border: 0;
        padding-block-start: 0.5rem;
      }
      .said .note {
        margin-block-end: 1rem;
      }
      .bone {
        block-size: 5.5rem;
        border-radius: var(--hf-radius-small);
        background: var(--hf-subtle);
      }
    `,
  ]

  declare client: Client
  declare entry: CatalogueEntry
  declare connects: Connects
  /** Goes up when something of `connects` has changed. */
  declare revision: number
  declare admin: boolean
  declare strings: Strings
  declare private connections: readonly ConnectionInfo[] | undefined
  declare private error: ClientError | undefined
  declare private said: string
  declare private name: string

  constructor() {
    super()
    this.admin = false
    this.strings = strings
    this.said = ""
    this.name = ""
  }

  /** Says how something ended, reads the connections anew, and brings the focus to one of them. */
  async tell(text: string, connectionId?: string): Promise<void> {
    this.said = text
    this.name = ""
    await this.#load()
    await this.#focusAt(connectionId)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get("entry")?.id !== this.entry.id && changed.has("entry")) void this.#load()
  }

  protected override render() {
    const { connections, entry, error, said, strings: texts } = this
    return html`<hf-dialog variant="side" .heading=${entry.name} .strings=${texts} @hf-close=${this.#close}>
      <span slot="icon">${monogram(entry.name)}</span>
      <div class="said" role="status">
        ${said === "" ? nothing : html`<p class="note good">${said}</p>`}
      </div>
      ${error ? this.#failed(error) : nothing}
      ${connections ? this.#list(connections) : error ? nothing : html`<div class="bone" role="status" aria-label=${texts.loading}></div>`}
      ${connections ? this.#add() : nothing}
    </hf-dialog>`
  }

  #list(connections: readonly ConnectionInfo[]) {
    const { connects, entry, strings: texts } = this
    if (connections.length === 0) return html`<p class="muted" id="none">${texts.notConnected}</p>`
    return repeat(
      connections,
      ({ id }) => id,
      (connection) =>
        html`<hf-connection
          data-connection=${connection.id}
          .client=${this.client}
          .connection=${connection}
          .connector=${entry.name}
          .progress=${connects.of(connection.id)}
          .strings=${texts}
          @hf-change=${({ detail }: CustomEvent<ConnectionChange>) => this.#changed(connection, detail)}
          @hf-reconnect=${() => this.#ask({ to: "reconnect", connection })}
          @hf-cancel=${() => this.#ask({ to: "give up", key: connection.id })}
        ></hf-connection>`,
    )
  }

  #add() {
    const { connects, connections, entry, name, strings: texts } = this
    const ready = actionsOf(entry, texts).filter(({ isMissingApp }) => !isMissingApp)
    const named = name.trim() === "" ? {} : { name: name.trim() }
    return html`<section class="add" aria-labelledby="add">
      <h3 id="add">${connections?.length ? texts.addAnother : fill(texts.connectTitle, { connector: entry.name })}</h3>
      ${
        ready.length === 0
          ? html`<p class="muted small">
            ${texts.appMissing}. ${this.admin ? texts.appMissingAdmin : texts.appMissingOther}
          </p>`
          : html`<div class="field">
            <label for="name">${texts.connectionName} <span class="muted small">(${texts.optional})</span></label>
            <input
              id="name"
              autocomplete="off"
              maxlength="200"
              aria-describedby="name-help"
              .value=${name}
              @input=${(event: Event) => {
                this.name = (event.target as HTMLInputElement).value
              }}
            />
            <p class="help" id="name-help">${texts.connectionNameHelp}</p>
          </div>`
      }
      ${progressNote(connects.of(entry.id), { name: entry.name, texts, cancel: () => this.#ask({ to: "give up", key: entry.id }) })}
      <div class="row">
        ${ready.map(
          ({ method, label }) =>
            html`<button type="button" @click=${() => this.#ask({ to: "connect", entry, method, ...named })}>
              ${label}
            </button>`,
        )}
        <button type="button" class="plain" @click=${() => this.#ask({ to: "guide", entry })}>
          ${glyph("info")}${texts.setupGuide}
        </button>
      </div>
    </section>`
  }

  #failed(error: ClientError) {
    const { strings: texts } = this
    return html`<div class="note bad" role="alert">
      <p>${errorText(texts, error)}</p>
      <div class="row"><button type="button" @click=${() => this.#load()}>${texts.retry}</button></div>
    </div>`
  }

  async #load(): Promise<void> {
    const { id } = this.entry
    try {
      const connections = await this.client.connections({ connector: id })
      if (this.entry.id !== id) return
      // One that is on its way out is nothing to act upon.
      this.connections = connections.filter(({ status }) => status !== "disconnecting")
      this.error = undefined
    } catch (error) {
      this.error = toClientError(error)
      this.#emit("hf-failed", this.error.code)
    }
  }

  async #changed(connection: ConnectionInfo, change: ConnectionChange): Promise<void> {
    if (change.is === "failed") return this.#emit("hf-failed", change.code)
    this.#emit("hf-stale")
    // What a test found is on show at the connection, and may have changed how it stands.
    if (change.is === "tested") return this.#load()
    if (change.is === "renamed") {
      this.said = fill(this.strings.renamed, { name: change.connection.name })
      this.connections = this.connections?.map((one) => (one.id === connection.id ? change.connection : one))
      return
    }
    this.#emit("hf-disconnected", connection.id)
    const text = this.strings[farewells[change.report.revocation]]
    await this.tell(fill(text, { name: connection.name, connector: this.entry.name }))
  }

  /** The connection that was asked for, else the first; without any, the way to connect one. */
  async #focusAt(connectionId: string | undefined): Promise<void> {
    await this.updateComplete
    const id = connectionId ?? this.connections?.[0]?.id
    const panel =
      id === undefined ? null : this.renderRoot.querySelector<ConnectionPanel>(`[data-connection="${CSS.escape(id)}"]`)
    await panel?.updateComplete
    if (panel) panel.focus()
    else this.renderRoot.querySelector<HTMLElement>(".add button")?.focus()
  }

  #close(): void {
    this.#emit("hf-close")
  }

  #ask(detail: SheetRequest): void {
    this.said = ""
    this.#emit("hf-request", detail)
  }

  #emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }
}

define("hf-connections", ConnectionsSheet)
