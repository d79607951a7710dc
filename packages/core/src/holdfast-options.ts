import type { Cipher } from "./cipher.js"
import type { Connector } from "./connector.js"
import type { EngineSettings } from "./engine/engine.js"
import { HoldfastError } from "./errors.js"
import type { Guard } from "./guard.js"
import type { Journal } from "./journal.js"
import type { Keyring } from "./keyring.js"
import type { Logger } from "./logger.js"
import type { Runtime } from "./runtime.js"
import type { TokenStore } from "./store.js"

/** What a Holdfast is made of. */
export interface HoldfastOptions<C extends readonly Connector[] = readonly Connector[]> {
  /** Public address of the mount, such as `https://app.example.com/api/integrations`. https unless loopback. */
  readonly url: string
  readonly connectors: C
  readonly store: TokenStore
  readonly keys: Keyring
  /** Where app registrations are looked up when none is saved or given. Default: `process.env`, read at first use. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Redirect URIs beside our own that attempts may name, exact. */
  readonly redirectUris?: readonly string[]
  /** `shared`: one `url/oauth/callback` for all connectors whose host nobody chooses. Default: one each. */
  readonly redirectUri?: "each" | "shared"
  /** Addresses on other origins to which a browser may be sent at the end, exact. */
  readonly returnUrls?: readonly string[]
  /** Decides about hosts that people type or providers return. Without one they are refused. */
  readonly guard?: Guard
  readonly journal?: Journal
  /** Default: silent. */
  readonly logger?: Logger
  /** For development: public origins that are answered on loopback, such as `{ "https://acme.example": "http://127.0.0.1:4001" }`. */
  readonly reroute?: Readonly<Record<string, string>>
  readonly runtime?: Partial<Runtime>
  /** Default: the cheapest that the runtime has. */
  readonly cipher?: Cipher
  readonly settings?: Partial<EngineSettings>
}

/**
 * The mount's address without a trailing slash.
 * @throws HoldfastError `config_invalid`
 */
export function parseMountUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const loopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (!url || (url.protocol !== "https:" && !(url.protocol === "http:" && loopback))) {
    throw new HoldfastError(
      "config_invalid",
      "`url` must be the https address at which the handler is mounted (http on loopback only).",
    )
  }
  if (url.search || url.hash || url.username)
    throw new HoldfastError("config_invalid", "`url` must have no query, fragment or user.")
  return url.href.replace(/\/+$/, "")
}

/**
 * Connectors by id.
 * @throws HoldfastError `config_invalid`
 */
export function indexConnectors<C extends Connector>(connectors: readonly C[]): ReadonlyMap<string, C> {
  const byId = new Map<string, C>()
  for (const connector of connectors) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(connector.id))
      throw new HoldfastError("config_invalid", `Connector id "${connector.id}" is not kebab-case.`)
    if (byId.has(connector.id))
      throw new HoldfastError("config_invalid", `Two connectors have the id "${connector.id}".`)
    if (connector.methods.length === 0)
      throw new HoldfastError("config_invalid", `Connector "${connector.id}" has no method.`)
    byId.set(connector.id, connector)
  }
  return byId
}
