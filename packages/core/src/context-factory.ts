import type { Account } from "./account.js"
import type { App, Context } from "./context.js"
import type { Guard } from "./guard.js"
import type { Logger } from "./logger.js"
import type { Owner } from "./owner.js"
import type { Runtime } from "./runtime.js"
import type { ConnectionRow } from "./store.js"
import type { Vault } from "./vault.js"

/** What varies from one context to the next. */
export interface ContextParts {
  readonly owner: Owner
  readonly app?: App | undefined
  readonly account?: Account | undefined
  readonly connection?: Context["connection"] | undefined
  readonly attempt?: Context["attempt"] | undefined
  readonly slot?: string | undefined
  readonly stored?: Context["stored"] | undefined
  readonly fetch?: Context["fetch"] | undefined
}

export type ContextFactory = (parts: ContextParts) => Context

/** Makes the contexts that connectors' functions are given. */
export function createContextFactory(shared: {
  readonly runtime: Runtime
  readonly vault: Vault
  readonly guard: Guard
  readonly log: Logger
  readonly send: Context["fetch"]
}): ContextFactory {
  const { runtime, vault, guard, log, send } = shared
  const base = {
    guard,
    log,
    clock: runtime.clock,
    random: runtime.random,
    digest: runtime.digest,
    fingerprint: (text: string) => vault.fingerprint(text),
  }
  return (parts) => {
    const { fetch, ...rest } = parts
    const present = Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    ) as unknown as Context
    return { ...base, ...present, fetch: fetch ?? send }
  }
}

/** Whose a row is. */
export function ownerOf(row: ConnectionRow): Owner {
  return { tenantId: row.tenantId, ...(row.userId !== null && { userId: row.userId }) }
}
