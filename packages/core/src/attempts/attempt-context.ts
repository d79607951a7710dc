import type { App, Context } from "../context.js"
import type { ContextFactory } from "../context-factory.js"
import type { Engine } from "../engine/engine.js"
import { isHoldfastError } from "../errors.js"
import type { AttemptRecord } from "./attempt-record.js"

/** What a method is given of an attempt. */
export function contextOfAttempt(
  deps: { readonly contexts: ContextFactory; readonly engine: Engine },
  record: AttemptRecord,
  app: App | undefined,
): Context {
  const separator = record.redirectUri.includes("?") ? "&" : "?"
  return deps.contexts({
    owner: record.owner,
    app,
    connection: record.reconnects ? { id: record.connectionId, name: record.name ?? "" } : undefined,
    stored: record.reconnects ? (slot) => storedSecret(deps.engine, record.connectionId, slot) : undefined,
    attempt: {
      id: record.id,
      state: record.state,
      callbackUrl: `${record.redirectUri}${separator}state=${record.stateParameter}`,
      redirectUri: record.redirectUri,
      stateParameter: record.stateParameter,
      forceConsent: record.forceConsent,
      scopes: record.scopes,
      input: record.values,
    },
  })
}

/** What a reconnect may mend. A credential that does not open is not there for it. */
async function storedSecret(engine: Engine, connectionId: string, slot: string): Promise<unknown> {
  const row = await engine.store.connections.get(connectionId)
  if (row?.sealed[slot] === undefined) return undefined
  return await engine.vault.openSlot(row, slot).catch((error: unknown) => {
    if (isHoldfastError(error, "credential_unreadable")) return undefined
    throw error
  })
}
