import type { Connector } from "../connector.js"
import type { App, Context } from "../context.js"
import type { Journal } from "../journal.js"
import type { Logger } from "../logger.js"
import type { AuthMethod } from "../method.js"
import type { Runtime } from "../runtime.js"
import type { ConnectionRow, TokenStore } from "../store.js"
import type { Vault } from "../vault.js"

/** What the parts of the engine share. Held by one Holdfast; nothing of it is global. */
export interface Engine {
  readonly runtime: Runtime
  readonly store: TokenStore
  readonly vault: Vault
  readonly journal: Journal | undefined
  readonly log: Logger
  readonly settings: EngineSettings
  /** Names this process in leases. */
  readonly holder: string
  /** @throws HoldfastError `connector_unknown` when the connector or its method is no longer there */
  methodOf(row: ConnectionRow): { readonly connector: Connector; readonly method: AuthMethod }
  /** Versions of the app that a row was made with, newest secret first; empty when it is no longer configured. */
  appsOf(row: ConnectionRow): Promise<readonly App[]>
  contextOf(row: ConnectionRow, options: { app: App | undefined; slot: string; fetch?: Context["fetch"] }): Context
  /** The one way by which requests leave: never follows redirects, adds no credential. */
  readonly send: Context["fetch"]
  /** Aborted when the Holdfast is closed: nothing new is begun, and waits end. */
  readonly closing: AbortSignal
}

/** Times of the refresh protocol, milliseconds. */
export interface EngineSettings {
  /** How long a lease must be seen unchanged before another takes over. Renewed each third of it. */
  readonly leaseMs: number
  /** Added to the above by those who wait. */
  readonly graceMs: number
  /** How often those who wait look, once they have waited for a while; at first sixteen times as often. */
  readonly pollMs: number
  /** Deadline of one exchange with the provider, its body included. */
  readonly deadlineMs: number
  /** How long a taker waits behind the access token's end, where another process may hold the answer in its journal. */
  readonly journalGraceMs: number
  /** The pause before a value is shown again where the provider takes a repeat. */
  readonly pauseMs: number
  /** Least time between two showings of a value whose answer was lost, where the provider has no reuse window; doubled with each further one. */
  readonly reshowMs: number
  /** First wait after a failure; doubled with each, up to a hundredfold. */
  readonly backoffMs: number
}

export const defaultSettings: EngineSettings = Object.freeze({
  leaseMs: 10_000,
  graceMs: 3_000,
  pollMs: 100,
  deadlineMs: 60_000,
  journalGraceMs: 120_000,
  pauseMs: 2_000,
  reshowMs: 30_000,
  backoffMs: 3_000,
})
