import { html, type TemplateResult } from "lit"
import type { CatalogueEntry, CatalogueMethod, Client } from "../contract.js"
import "./connect-dialog.js"
import "./dialog.js"
import "./oauth-settings.js"
import "./setup-guide.js"
import { fill, type Strings } from "./strings.js"

/** The dialog that lies over the catalogue, and over the sheet of a service's connections. */
export type Overlay =
  | {
      readonly is: "connect"
      readonly entry: CatalogueEntry
      readonly method: CatalogueMethod
      readonly name?: string
      /** The connection that is connected again. */
      readonly connectionId?: string
    }
  | { readonly is: "guide"; readonly entry: CatalogueEntry }
  | { readonly is: "settings"; readonly connector?: string }

/** What something is about. */
export interface About {
  readonly connector?: string
  readonly connectionId?: string
}

export interface Connected {
  readonly connector: string
  readonly connectionId: string
  readonly isAgain: boolean
}

interface Surroundings {
  readonly client: Client
  readonly connectors: readonly CatalogueEntry[]
  readonly texts: Strings
  close(): void
  /** The catalogue is to be read anew. */
  stale(): void
  failed(code: string, about: About): void
  connected(what: Connected): void
}

/** Draws it. */
export function overlay(dialog: Overlay, surroundings: Surroundings): TemplateResult {
  if (dialog.is === "connect") return connectDialog(dialog, surroundings)
  if (dialog.is === "guide") return guide(dialog, surroundings)
  return settings(dialog, surroundings)
}

function connectDialog(
  { entry, method, name, connectionId }: Extract<Overlay, { is: "connect" }>,
  { client, texts, close, failed, connected }: Surroundings,
) {
  const connector = entry.id
  const about = { connector, ...(connectionId !== undefined && { connectionId }) }
  return html`<hf-connect-dialog
    .client=${client}
    .entry=${entry}
    .method=${method}
    .name=${name}
    .connectionId=${connectionId}
    .strings=${texts}
    @hf-close=${close}
    @hf-failed=${({ detail }: CustomEvent<string>) => failed(detail, about)}
    @hf-connected=${({ detail }: CustomEvent<string>) => {
      close()
      connected({ connector, connectionId: detail, isAgain: connectionId !== undefined })
    }}
  ></hf-connect-dialog>`
}

function guide({ entry }: Extract<Overlay, { is: "guide" }>, { client, texts, close }: Surroundings) {
  const { name, setup } = entry
  return html`<hf-dialog
    variant="wide"
    .heading=${fill(texts.setupGuideOf, { connector: name })}
    .strings=${texts}
    @hf-close=${close}
  >
    <hf-setup-guide .name=${name} .setup=${setup} .mount=${client.url} .strings=${texts}></hf-setup-guide>
  </hf-dialog>`
}

function settings(
  { connector }: Extract<Overlay, { is: "settings" }>,
  { client, connectors, texts, close, stale, failed }: Surroundings,
) {
  return html`<hf-dialog variant="wide" .heading=${texts.oauthSettings} .strings=${texts} @hf-close=${close}>
    <hf-oauth-settings
      .client=${client}
      .connectors=${connectors}
      .connector=${connector}
      .strings=${texts}
      @hf-apps-changed=${stale}
      @hf-failed=${({ detail: { code, ...about } }: CustomEvent<About & { code: string }>) => failed(code, about)}
    ></hf-oauth-settings>
  </hf-dialog>`
}
