import type { Actor, Reason, Status } from "./status.js"

export type LifecycleEventType =
  | "connection.connected"
  | "connection.reconnected"
  | "connection.status_changed"
  | "connection.needs_reauth"
  | "connection.disconnected"
  | "connection.webhooks_failed"
  | "app.refused"
  | "app.mass_refusal"

/** Something that happened to a connection (or an app). Delivered at least once; `id` tells repeats apart. */
export interface LifecycleEvent {
  readonly id: string
  readonly type: LifecycleEventType
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly connectionId?: string
  readonly connector?: string
  readonly tenantId?: string
  readonly userId?: string | null
  readonly status?: Status
  readonly reason?: Reason
  readonly actor?: Actor
  /** The provider's short code, where it said one. */
  readonly providerCode?: string
  readonly appId?: string
  /** Where the person can connect again. */
  readonly reconnectUrl?: string
}
