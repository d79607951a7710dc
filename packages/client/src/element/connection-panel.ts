import type { ConnectionInfo, ConnectionStatistics, Diagnosis, DisconnectReport, HealthReport } from "@holdfast/core"
import { css, html, LitElement, nothing, type PropertyValues } from "lit"
import { toClientError } from "../client-error.js"
import type { Client, ClientError } from "../contract.js"
import { advice, adviceStyles } from "./advice.js"
import type { Progress } from "./connects.js"
import { define } from "./define.js"
import "./disconnect-dialog.js"
import { errorText, language } from "./error-text.js"
import { healthStyles, healthView } from "./health-view.js"
import { progressNote } from "./progress.js"
import type { RenameField } from "./rename-field.js"
import "./rename-field.js"
import { statisticsStyles, statisticsView } from "./statistics-view.js"
import { statusBadge } from "./status-badge.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/** What became of a connection, for whoever shows it. */
export type ConnectionChange =
  | { readonly is: "renamed"; readonly connection: ConnectionInfo }
  | { readonly is: "tested" }
  | { readonly is: "disconnected"; readonly report: DisconnectReport }
  | { readonly is: "failed"; readonly code: string }

/**
 * One connection: who is there, how it is, what to do about it, and what can be done with it. Tells `hf-change`, and `hf-reconnect` and
 * `hf-cancel` inside the click.
 */
export class ConnectionPanel extends LitElement {
  static override properties = {
    client: { attribute: false },
    connection: { attribute: false },
    connector: {},
    progress: { attribute: false },
    strings: { attribute: false },
    diagnoses: { state: true },
    health: { state: true },
    figures: { state: true },
    busy: { state: true },
    error: { state: true },
    renameError: { state: true },
    isDisconnecting: { state: true },
  }

  static override styles = [
    viewStyles,
    adviceStyles,
    healthStyles,
    statisticsStyles,
    css`
      article {
        display: flex;
        flex-direction: column;
        gap: 0.9rem;
        padding-block: 1.25rem;
        border-block-start: 1px solid var(--hf-line);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-start;
        justify-content: space-between;
        gap: 0.35rem 0.75rem;
      }
      .head > div {
        flex: 1 1 12rem;
        min-inline-size: 0;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.1rem;
        overflow-wrap: anywhere;
      }
      /* A live region that is there before it says anything takes no room. */
      article > div:empty {
        margin-block-start: -0.9rem;
      }
      .last {
        margin-inline-start: auto;
      }
    `,
  ]

  declare client: Client
  declare connection: ConnectionInfo
  /** Name of the service. */
  declare connector: string
  declare progress: Progress | undefined
  declare strings: Strings
  declare private diagnoses: readonly Diagnosis[]
  declare private health: HealthReport | undefined
  declare private figures: ConnectionStatistics | undefined
  declare private busy: "test" | "rename" | "figures" | undefined
  declare private error: ClientError | undefined
  declare private renameError: ClientError | undefined
  declare private isDisconnecting: boolean

  constructor() {
    super()
    this.connector = ""
    this.strings = strings
    this.diagnoses = []
    this.isDisconnecting = false
  }

  override focus(): void {
    this.#name?.focus()
  }

  get #name(): RenameField | null {
    return this.renderRoot.querySelector("hf-rename-field")
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A connection that is read anew may be better, or worse.
    if (changed.has("connection")) void this.#diagnose()
  }

  protected override render() {
    const { connection, connector, error, strings: texts } = this
    return html`<article part="connection" aria-label=${connection.name}>
      <div class="head">
        <div>
          <hf-rename-field
            .name=${connection.name}
            .busy=${this.busy === "rename"}
            .error=${this.renameError && errorText(texts, this.renameError)}
            .strings=${texts}
            @hf-rename=${this.#rename}
          ></hf-rename-field>
          <p class="facts muted small">${this.#facts().map((fact) => html`<span>${fact}</span>`)}</p>
        </div>
        ${statusBadge(connection.status, texts)}
      </div>
      ${advice(this.diagnoses, texts)}
      ${progressNote(this.progress, { name: connector, texts, cancel: () => this.#ask("hf-cancel") })}
      ${error ? html`<p class="note bad" role="alert">${errorText(texts, error)}</p>` : nothing}
      ${this.#actions()}
      <div role="status">${this.health ? healthView(this.health, texts) : nothing}</div>
      <div id="usage">${this.figures ? statisticsView(this.figures, { connector, texts }) : nothing}</div>
      ${
        this.isDisconnecting
          ? html`<hf-disconnect-dialog
            .client=${this.client}
            .connection=${connection}
            .connector=${connector}
            .strings=${texts}
            @hf-close=${this.#keep}
            @hf-failed=${({ detail }: CustomEvent<string>) => this.#tell({ is: "failed", code: detail })}
            @hf-disconnected=${this.#disconnected}
          ></hf-disconnect-dialog>`
          : nothing
      }
    </article>`
  }

  #actions() {
    const { connection, strings: texts } = this
    const { name } = connection
    const isWaiting = this.progress?.is === "waiting"
    const button = (text: string, label: string, act: () => void, look = "") =>
      html`<button type="button" class=${look} aria-label=${fill(label, { name })} @click=${act}>${text}</button>`
    return html`<div class="row">
      ${this.busy === "test" ? button(texts.testing, texts.testingOf, this.#test) : button(texts.test, texts.testOf, this.#test)}
      ${
        isWaiting
          ? nothing
          : button(
              texts.reconnect,
              texts.reconnectOf,
              () => this.#ask("hf-reconnect"),
              connection.status === "needs_reauth" ? "primary" : "",
            )
      }
      <button
        type="button"
        class="plain"
        aria-label=${fill(texts.statisticsOf, { name })}
        aria-expanded=${this.figures !== undefined}
        aria-controls="usage"
        @click=${this.#toggleFigures}
      >
        ${texts.statistics}
      </button>
      <span class="last"
        >${button(
          texts.disconnect,
          texts.disconnectOf,
          () => {
            this.isDisconnecting = true
          },
          "danger plain",
        )}</span
      >
    </div>`
  }

  #facts(): string[] {
    const { connection, strings: texts } = this
    const { account, createdAt, name, shared } = connection
    const date = new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(createdAt)
    return [
      ...(account.label === name ? [] : [account.label]),
      ...(account.email === undefined || account.email === account.label ? [] : [account.email]),
      fill(texts.connectedOn, { date }),
      ...(shared === "tenant" ? [texts.sharedTenant] : []),
    ]
  }

  async #diagnose(): Promise<void> {
    const { id } = this.connection
    try {
      const diagnoses = await this.client.diagnose(id)
      if (this.connection.id === id) this.diagnoses = diagnoses
    } catch {
      // The status is on show; advice that cannot be had now is had at the next look.
      this.diagnoses = []
    }
  }

  #test = (): void => {
    this.health = undefined
    void this.#act("test", async () => {
      this.health = await this.client.test(this.connection.id)
      this.#tell({ is: "tested" })
    })
  }

  #toggleFigures = (): void => {
    if (this.figures) this.figures = undefined
    else
      void this.#act("figures", async () => {
        this.figures = await this.client.statistics(this.connection.id)
      })
  }

  async #act(what: "test" | "figures", run: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = what
    this.error = undefined
    try {
      await run()
    } catch (error) {
      this.error = toClientError(error)
      this.#tell({ is: "failed", code: this.error.code })
    } finally {
      this.busy = undefined
    }
  }

  async #rename({ detail: name }: CustomEvent<string>): Promise<void> {
    this.busy = "rename"
    this.renameError = undefined
    try {
      const connection = await this.client.rename(this.connection.id, name)
      this.#tell({ is: "renamed", connection })
      void this.#name?.done()
    } catch (error) {
      this.renameError = toClientError(error)
      this.#tell({ is: "failed", code: this.renameError.code })
    } finally {
      this.busy = undefined
    }
  }

  #keep(): void {
    this.isDisconnecting = false
  }

  #disconnected({ detail: report }: CustomEvent<DisconnectReport>): void {
    this.isDisconnecting = false
    this.#tell({ is: "disconnected", report })
  }

  #tell(detail: ConnectionChange): void {
    this.dispatchEvent(new CustomEvent("hf-change", { detail }))
  }

  #ask(name: "hf-reconnect" | "hf-cancel"): void {
    this.dispatchEvent(new CustomEvent(name))
  }
}

define("hf-connection", ConnectionPanel)
