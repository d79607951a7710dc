import type { ConnectionInfo } from "@holdfast/core"
import { html, LitElement, nothing, type PropertyValues } from "lit"
import { toClientError } from "../client-error.js"
import type { Catalogue, CatalogueEntry, Client, ClientError, ConnectOptions, ConnectResult } from "../contract.js"
import { createClient } from "../create-client.js"
import { opensWindow } from "./actions.js"
import type { CatalogueView } from "./catalogue-view.js"
import "./catalogue-view.js"
import type { ConnectionsSheet, SheetRequest } from "./connections-sheet.js"
import "./connections-sheet.js"
import { type Connects, createConnects } from "./connects.js"
import { define } from "./define.js"
import { glyph } from "./glyphs.js"
import { integrationsStyles } from "./integrations-styles.js"
import { loadFailed, saidNote } from "./notes.js"
import { type About, type Connected, type Overlay, overlay } from "./overlay.js"
import { skeleton, skeletonStyles } from "./skeleton.js"
import { fill, type Strings, strings, withStrings } from "./strings.js"
import { viewStyles } from "./styles.js"

/**
 * `<holdfast-integrations url="/api/integrations">`: what can be connected, what is, and everything a person does about it.
 *
 * ```html
 * <script type="module">import "@holdfast/client/element"</script>
 * <holdfast-integrations url="/api/integrations"></holdfast-integrations>
 * ```
 *
 * @fires holdfast-connected - An account was connected, or connected again. `detail`: `{ connector, connectionId }`
 * @fires holdfast-disconnected - A connection was ended. `detail`: `{ connector, connectionId }`
 * @fires holdfast-error - Something failed, and the person was told. `detail`: `{ code, connector?, connectionId? }`
 * @slot heading - Instead of the heading “Integrations”; give it a heading of the page's own level.
 * @csspart header - The heading and what stands beside it.
 * @csspart catalogue - Search and categories.
 * @cssprop --holdfast-accent - Of what is to be clicked first, of links, of the focus; `--holdfast-on-accent` is the text upon it.
 * @cssprop --holdfast-surface - Behind fields. `--holdfast-raised`: behind cards and dialogs. `--holdfast-subtle`: behind notes.
 * @cssprop --holdfast-text - Text. `--holdfast-muted`: what is said in passing.
 * @cssprop --holdfast-line - Between things. `--holdfast-edge`: around fields and buttons, 3:1 against what is behind.
 * @cssprop --holdfast-good - What went well. Likewise `--holdfast-warn`, `--holdfast-bad`.
 * @cssprop --holdfast-radius - Of cards. Default: 10px.
 * @cssprop --holdfast-font - Family. Default: the system's. `--holdfast-mono`: of codes and addresses.
 */
export class HoldfastIntegrations extends LitElement {
  static override properties = {
    url: {},
    client: { attribute: false },
    strings: { attribute: false },
    theme: { reflect: true },
    connectors: { converter: (ids: string | null) => ids?.split(/[\s,]+/).filter(Boolean) },
    catalogue: { state: true },
    error: { state: true },
    sheet: { state: true },
    dialog: { state: true },
    said: { state: true },
    revision: { state: true },
  }

  static override styles = [viewStyles, skeletonStyles, integrationsStyles]

  /** Address of the mount, for a client of its own. */
  declare url: string | undefined
  /** A client of the page's own, instead of `url`: with a token, or shared with other parts of the page. */
  declare client: Client | undefined
  /** Texts instead of the English ones. Names: {@link strings}. */
  declare strings: Partial<Strings> | undefined
  /** Default: `auto`, as the person's system is. */
  declare theme: "light" | "dark" | "auto"
  /** Ids of the connectors to show; as an attribute, separated by blanks. Default: all. */
  declare connectors: readonly string[] | undefined
  declare private catalogue: Catalogue | undefined
  declare private error: ClientError | undefined
  declare private sheet: string | undefined
  declare private dialog: Overlay | undefined
  declare private said: string
  declare private revision: number

  #client: Client | undefined
  #texts: Strings = strings
  #loads = 0
  readonly #connects: Connects = createConnects(() => {
    this.revision++
  })

  constructor() {
    super()
    this.theme = "auto"
    this.said = ""
    this.revision = 0
  }

  /** Reads anew what can be connected, and what is. */
  async refresh(): Promise<void> {
    const client = this.#client
    const load = ++this.#loads
    try {
      const catalogue = await client?.catalogue()
      if (load !== this.#loads) return
      this.catalogue = catalogue
      this.error = undefined
    } catch (error) {
      if (load === this.#loads) this.#failed(error)
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#connects.cancelAll()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("strings")) this.#texts = withStrings(this.strings)
    if (!changed.has("url") && !changed.has("client")) return
    this.#client = this.client ?? (this.url === undefined ? undefined : createClient({ url: this.url }))
    this.catalogue = undefined
    void this.refresh()
    void this.#resume()
  }

  protected override render() {
    const texts = this.#texts
    const entries = this.#entries
    const needsApps = entries.some(({ methods }) => methods.some(({ needsApp }) => needsApp))
    return html`
      <header part="header">
        <slot name="heading"><h2 class="title">${texts.title}</h2></slot>
        ${
          this.catalogue?.viewer.admin && needsApps
            ? html`<button type="button" @click=${this.#openSettings}>
              ${glyph("gear")}${texts.oauthSettings}
            </button>`
            : nothing
        }
      </header>
      <div role="status">${this.said === "" ? nothing : saidNote(this.said, texts, this.#dismiss)}</div>
      ${this.#body(entries)} ${this.#sheet()} ${this.#overlay()}
    `
  }

  #body(entries: readonly CatalogueEntry[]) {
    const { catalogue, error } = this
    const texts = this.#texts
    if (error && !catalogue) return loadFailed(error, texts, this.refresh)
    if (!catalogue) return skeleton(texts)
    return html`<hf-catalogue
      part="catalogue"
      .catalogue=${{ ...catalogue, connectors: entries }}
      .connects=${this.#connects}
      .revision=${this.revision}
      .strings=${texts}
      @hf-request=${this.#request}
    ></hf-catalogue>`
  }

  #sheet() {
    const entry = this.#entries.find(({ id }) => id === this.sheet)
    if (!entry) return nothing
    return html`<hf-connections
      .client=${this.#client}
      .entry=${entry}
      .connects=${this.#connects}
      .revision=${this.revision}
      .admin=${this.catalogue?.viewer.admin ?? false}
      .strings=${this.#texts}
      @hf-request=${this.#request}
      @hf-stale=${this.refresh}
      @hf-failed=${({ detail }: CustomEvent<string>) => this.#tellError(detail, { connector: entry.id })}
      @hf-disconnected=${({ detail }: CustomEvent<string>) =>
        this.#emit("holdfast-disconnected", { connector: entry.id, connectionId: detail })}
      @hf-close=${() => this.#closeSheet(entry.id)}
    ></hf-connections>`
  }

  #overlay() {
    if (!this.dialog || !this.#client) return nothing
    return overlay(this.dialog, {
      client: this.#client,
      connectors: this.catalogue?.connectors ?? [],
      texts: this.#texts,
      close: () => this.#close(),
      stale: () => void this.refresh(),
      failed: (code, about) => this.#tellError(code, about),
      connected: (what) => void this.#connected(what),
    })
  }

  get #entries(): readonly CatalogueEntry[] {
    const all = this.catalogue?.connectors ?? []
    return this.connectors ? all.filter(({ id }) => this.connectors?.includes(id)) : all
  }

  /** Everything that is asked for in a click comes through here while it is still that click: windows open in no other way. */
  #request({ detail: request }: CustomEvent<SheetRequest>): void {
    this.said = ""
    if (request.to === "connect") this.#connect(request)
    else if (request.to === "reconnect") this.#reconnect(request.connection)
    else if (request.to === "give up") this.#connects.cancel(request.key)
    else if (request.to === "manage") this.sheet = request.entry.id
    else if (request.to === "guide") this.dialog = { is: "guide", entry: request.entry }
    else this.dialog = { is: "settings", connector: request.entry.id }
  }

  #connect({ entry, method, name }: Extract<SheetRequest, { to: "connect" }>): void {
    const named = name === undefined ? {} : { name }
    if (!opensWindow(method)) this.dialog = { is: "connect", entry, method, ...named }
    else
      void this.#inWindow(entry.id, { connector: entry.id }, (client, options) =>
        client.connect(entry.id, { method: method.id, ...named, ...options }),
      )
  }

  /** What was asked for beforehand is known of a connection that is there; a key is asked for again. */
  #reconnect({ id, connector, method: methodId }: ConnectionInfo): void {
    const entry = this.#entries.find((one) => one.id === connector)
    const method = entry?.methods.find((one) => one.id === methodId)
    if (entry && method && method.startsWith !== "redirect") {
      this.dialog = { is: "connect", entry, method, connectionId: id }
    } else {
      void this.#inWindow(id, { connector, connectionId: id }, (client, options) => client.reconnect(id, options))
    }
  }

  async #inWindow(
    key: string,
    about: About,
    begin: (client: Client, options: ConnectOptions) => Promise<ConnectResult>,
  ): Promise<void> {
    const client = this.#client
    if (!client) return
    const result = await this.#connects.start(key, (options) => begin(client, options))
    if (result.is === "failed") this.#tellError(result.error.code, about)
    if (result.is === "connected") await this.#connected({ ...result, isAgain: about.connectionId !== undefined })
  }

  /** Says so where the person is looking, and brings them to it. */
  async #connected({ connector, connectionId, isAgain }: Connected): Promise<void> {
    this.#emit("holdfast-connected", { connector, connectionId })
    await this.refresh()
    const entry = this.#entries.find(({ id }) => id === connector)
    const name = entry?.connections.find(({ id }) => id === connectionId)?.name ?? ""
    const text = isAgain ? this.#texts.reconnected : this.#texts.nowConnected
    const said = fill(text, { name, connector: entry?.name ?? connector })
    await this.updateComplete
    if (this.sheet === connector) await this.#sheetElement?.tell(said, connectionId)
    else {
      this.said = said
      await this.#catalogueElement?.focusCard(connector)
    }
  }

  /** What left this page, or was under way when it was loaded anew. */
  async #resume(): Promise<void> {
    const result = await this.#client?.resume()
    if (result?.is === "failed") this.#tellError(result.error.code, {})
    if (result?.is === "connected") await this.#connected({ ...result, isAgain: false })
  }

  #dismiss(): void {
    this.said = ""
  }

  #openSettings(): void {
    this.dialog = { is: "settings" }
  }

  #close(): void {
    this.dialog = undefined
  }

  /** The button that opened it may have become another. */
  async #closeSheet(connector: string): Promise<void> {
    this.sheet = undefined
    await this.updateComplete
    await this.#catalogueElement?.focusCard(connector)
  }

  get #catalogueElement(): CatalogueView | null {
    return this.renderRoot.querySelector("hf-catalogue") as CatalogueView | null
  }

  get #sheetElement(): ConnectionsSheet | null {
    return this.renderRoot.querySelector("hf-connections") as ConnectionsSheet | null
  }

  #failed(error: unknown): void {
    this.error = toClientError(error)
    this.#tellError(this.error.code, {})
  }

  #tellError(code: string, about: About): void {
    this.#emit("holdfast-error", { code, ...about })
  }

  #emit(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

define("holdfast-integrations", HoldfastIntegrations)
