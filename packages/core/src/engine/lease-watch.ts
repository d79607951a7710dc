import type { ConnectionRow } from "../store.js"
import type { Engine } from "./engine.js"

/**
 * Judges other holders' leases by what this process has seen, never by a clock in the row (ruling R4): a lease has ended when the same
 * beat of it was seen, in successful reads, for its length and a grace of this process's own monotonic time.
 */
export interface LeaseWatch {
  /** Notes what a read just showed. Answers how long the lease must still be watched; 0: it may be taken over, or there is none. */
  remainingMs(row: ConnectionRow): number
}

export function createLeaseWatch(engine: Pick<Engine, "runtime" | "settings">): LeaseWatch {
  const seen = new Map<string, { key: string; since: number }>()
  return {
    remainingMs(row) {
      if (!row.lease) {
        seen.delete(row.id)
        return 0
      }
      const key = `${row.lease.id}:${row.lease.beat}`
      const now = engine.runtime.clock.monotonic()
      const known = seen.get(row.id)
      if (known?.key !== key) {
        if (seen.size >= maxWatched) seen.clear()
        seen.set(row.id, { key, since: now })
        return row.lease.forMs + engine.settings.graceMs
      }
      return Math.max(0, known.since + row.lease.forMs + engine.settings.graceMs - now)
    },
  }
}

// Forgetting a watch only makes it begin anew.
const maxWatched = 10_000
