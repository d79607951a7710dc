import type { LifecycleEvent, LifecycleEventType } from "../events.js"
import { reconnectUrl } from "../reconnect-url.js"
import type { ConnectionRow, PendingEvent } from "../store.js"
import { changeRow } from "./change-row.js"
import { nextDueAt } from "./due.js"
import type { Engine } from "./engine.js"

export type LifecycleHandler = (event: LifecycleEvent) => void | Promise<void>

/**
 * Hands a row's events to every handler, then clears those that all of them took. At least once: a handler that fails, or a crash
 * between the two, brings them again. A disconnected row goes with its last event. Answers how many were delivered.
 */
export async function deliverEvents(
  engine: Engine,
  handlers: ReadonlySet<LifecycleHandler>,
  url: string,
  row: ConnectionRow,
  forget: (connectionId: string) => Promise<void>,
): Promise<number> {
  const delivered = new Set<string>()
  for (const event of row.detail.pendingEvents) {
    try {
      for (const handler of handlers) await handler(toLifecycleEvent(row, event, url))
      delivered.add(event.id)
    } catch {
      engine.log.warn("a handler of lifecycle events failed; the event comes again", {
        connectionId: row.id,
        type: event.type,
      })
      break
    }
  }
  const finished = (current: ConnectionRow) =>
    current.status === "disconnecting" && Object.keys(current.sealed).length === 0
  if (delivered.size > 0 || finished(row)) {
    const left = await changeRow(engine, row.id, (current) => {
      const pendingEvents = current.detail.pendingEvents.filter((event) => !delivered.has(event.id))
      if (pendingEvents.length === current.detail.pendingEvents.length) return undefined
      const next = { ...current, detail: { ...current.detail, pendingEvents } }
      return { ...next, dueAt: nextDueAt(engine, engine.methodOf(current).method, next) }
    })
    if (left && finished(left) && left.detail.pendingEvents.length === 0) {
      await forget(left.id)
      await engine.store.connections.delete(left.id, left.version)
    }
  }
  return delivered.size
}

function toLifecycleEvent(row: ConnectionRow, event: PendingEvent, url: string): LifecycleEvent {
  const needsPerson = event.type === "connection.needs_reauth"
  return {
    id: event.id,
    type: event.type as LifecycleEventType,
    at: event.at,
    connectionId: row.id,
    connector: row.connector,
    tenantId: row.tenantId,
    userId: row.userId,
    ...(needsPerson && { reconnectUrl: reconnectUrl(url, row) }),
    ...event.data,
  }
}
