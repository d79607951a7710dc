import type { DisconnectReport } from "../connection.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import type { AuthMethod } from "../method.js"
import { sleep } from "../runtime.js"
import type { ConnectionRow } from "../store.js"
import { changeRow } from "./change-row.js"
import { readSpare } from "./commit.js"
import type { Engine } from "./engine.js"
import { createLeaseWatch } from "./lease-watch.js"
import { revokeSlot } from "./revoke.js"
import { withEvent } from "./slot-changes.js"

/** What a disconnect needs beside the engine: removing webhooks is the connector's, done with its credential. */
export interface Disconnector {
  /** Removes the webhooks made for a row; resolves when there are none left, rejects to be tried again. */
  removeWebhooks(row: ConnectionRow): Promise<void>
  /** Deletes the address that deliveries for the row came to, with its secrets. */
  forgetAddress(row: ConnectionRow): Promise<void>
}

// A provider that cannot be asked for this long keeps its token; the row goes all the same.
const giveUpAfterMs = 3 * 86_400_000

/**
 * Writes the tombstone, then works it off. From the tombstone on no caller gets a token, and a renewal that comes late is revoked by
 * whoever brought it (ruling R11). What cannot be finished now is resumed by the scheduler.
 */
export async function disconnect(engine: Engine, parts: Disconnector, id: string): Promise<DisconnectReport> {
  const row = await writeTombstone(engine, id)
  if (!row) throw new HoldfastError("not_found", undefined, { details: { connectionId: id } })
  return await resumeDisconnect(engine, parts, row)
}

async function writeTombstone(engine: Engine, id: string): Promise<ConnectionRow | undefined> {
  const watch = createLeaseWatch(engine)
  // A refresh under way is waited for, so that the newest token is the one revoked; but not for ever.
  const patienceEnds = engine.runtime.clock.monotonic() + engine.settings.leaseMs + engine.settings.graceMs
  for (;;) {
    let busy = false
    const row = await changeRow(engine, id, (current) => {
      if (current.status === "disconnecting") return undefined
      busy =
        watch.remainingMs(current) > 0 && engine.runtime.clock.monotonic() < patienceEnds && !engine.closing.aborted
      if (busy) return undefined
      const now = engine.runtime.clock.now()
      return {
        ...current,
        status: "disconnecting",
        // Whose it was stays in its detail; the account and the name are free to be connected again, now.
        accountKey: `disconnecting ${current.id}`,
        alias: null,
        lease: null,
        dueAt: now + 60_000,
        detail: { ...current.detail, disconnectingSince: now },
      }
    })
    if (!busy) return row
    await sleep(engine.runtime.timers, engine.settings.pollMs, engine.closing)
  }
}

/** Takes a tombstone as far as it goes: webhooks, revocation, event, deletion. */
export async function resumeDisconnect(
  engine: Engine,
  parts: Disconnector,
  row: ConnectionRow,
): Promise<DisconnectReport> {
  try {
    const revocation = await revokeAll(engine, parts, row)
    await parts.forgetAddress(row)
    // The event is written with the empty tombstone, and the row goes when it is delivered: at-least-once holds for the last event too.
    await changeRow(engine, row.id, (current) => {
      if (Object.keys(current.sealed).length === 0) return undefined
      const emptied = { ...current, sealed: {}, spares: {}, intents: {}, lease: null }
      return withEvent(engine, { ...emptied, keyId: engine.vault.keyId }, "connection.disconnected", { revocation })
    })
    return { revocation }
  } catch {
    engine.log.warn("a disconnect is not finished yet and goes on with the next tick", { connectionId: row.id })
    return { revocation: "pending" }
  }
}

async function revokeAll(
  engine: Engine,
  parts: Disconnector,
  row: ConnectionRow,
): Promise<DisconnectReport["revocation"]> {
  if (Object.keys(row.sealed).length === 0) return "revoked"
  const { method } = engine.methodOf(row)
  try {
    await removeWebhooks(engine, parts, row)
    if (!method.revoke) return "unsupported"
    if (method.policy.revokes === "grant" && (await hasLivingSibling(engine, row))) return "kept_shared"
    await revokeSlots(engine, row, method)
    return "revoked"
  } catch (error) {
    const sinceMs = engine.runtime.clock.now() - (row.detail.disconnectingSince ?? engine.runtime.clock.now())
    if (sinceMs < giveUpAfterMs) throw error
    return "abandoned"
  }
}

/** Without a credential that still works nobody can remove them, and the provider stops sending by itself. */
async function removeWebhooks(engine: Engine, parts: Disconnector, row: ConnectionRow): Promise<void> {
  try {
    await parts.removeWebhooks(row)
  } catch (error) {
    if (!isHoldfastError(error) || error.retryable) throw error
    engine.log.warn("webhooks could not be removed and are left behind", { connectionId: row.id, code: error.code })
  }
}

async function revokeSlots(engine: Engine, row: ConnectionRow, method: AuthMethod): Promise<void> {
  // Without the app there is nobody to ask as; the secret is deleted all the same.
  if (method.needsApp && (await engine.appsOf(row)).length === 0) return
  for (const slot of Object.keys(row.sealed)) {
    await revokeSlot(engine, { row, method, slot }, await engine.vault.openSlot(row, slot))
    const spare = await readSpare(engine, row, slot)
    if (spare) await revokeSlot(engine, { row, method, slot }, spare.outcome.secret)
  }
}

/** Whether another living connection stands on the same grant (ruling C8). */
async function hasLivingSibling(engine: Engine, row: ConnectionRow): Promise<boolean> {
  const { vendor } = engine.methodOf(row).connector
  const rows = await engine.store.connections.list({ appId: row.appId, accountKey: row.detail.account.id, limit: 200 })
  return rows.some(
    (other) =>
      other.id !== row.id &&
      other.status !== "disconnecting" &&
      other.status !== "needs_reauth" &&
      vendorOf(engine, other) === vendor,
  )
}

function vendorOf(engine: Engine, row: ConnectionRow): string | undefined {
  try {
    return engine.methodOf(row).connector.vendor
  } catch {
    return undefined
  }
}
