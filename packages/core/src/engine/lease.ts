import { HoldfastError } from "../errors.js"
import { base64url, sleep } from "../runtime.js"
import type { ConnectionRow, Intent } from "../store.js"
import { changeRow } from "./change-row.js"
import type { Engine } from "./engine.js"
import { withIntent } from "./slot-changes.js"

/** A lease in the hands of this process, renewed until it is let go. */
export interface HeldLease {
  readonly id: string
  /** The row as it stood when the lease was taken. */
  readonly row: ConnectionRow
  /** Whether the lease was seen to be ours within its length: asked directly before something is sent. */
  isFresh(): boolean
  /** Reads the row and says whether the lease is still ours. */
  verify(): Promise<ConnectionRow | undefined>
  /** Stops renewing. The row is let go by whoever writes it next, or by {@link releaseLease}. */
  stop(): void
}

/** What a lease is taken with: the slot and, where something is to be shown, its intent. */
export interface LeaseRequest {
  readonly slot: string
  readonly intent?: Omit<Intent, "id">
}

/**
 * Takes the lease of a row, with the intent in the same compare-and-set. Undefined when somebody else was faster.
 * A lost acknowledgement is settled by the lease id (ruling R13).
 * @throws HoldfastError `store_unavailable` when even that could not be told
 */
export async function takeLease(
  engine: Engine,
  row: ConnectionRow,
  request: LeaseRequest,
): Promise<HeldLease | undefined> {
  const id = base64url(engine.runtime.random(16))
  const lease = { id, holder: engine.holder, slot: request.slot, forMs: engine.settings.leaseMs, beat: 0 }
  const leased = request.intent
    ? withIntent({ ...row, lease }, request.slot, { ...request.intent, id })
    : { ...row, lease }
  const seenAt = engine.runtime.clock.monotonic()
  try {
    if ((await engine.store.connections.update(leased)) !== "updated") return undefined
    return holdLease(engine, { ...leased, version: row.version + 1 }, id, seenAt)
  } catch {
    const now = await readThrough(engine, row.id)
    return now?.lease?.id === id ? holdLease(engine, now, id, seenAt) : undefined
  }
}

function holdLease(engine: Engine, row: ConnectionRow, id: string, takenAt: number): HeldLease {
  const { leaseMs: forMs } = engine.settings
  const stopped = new AbortController()
  let seenAt = takenAt
  const noteSeen = (at: number) => {
    seenAt = Math.max(seenAt, at)
  }
  void (async () => {
    while (!stopped.signal.aborted) {
      await sleep(engine.runtime.timers, forMs / 3, stopped.signal)
      if (stopped.signal.aborted) return
      const at = engine.runtime.clock.monotonic()
      const renewed = await changeRow(engine, row.id, (current) => {
        if (current.lease?.id !== id || stopped.signal.aborted) return undefined
        return { ...current, lease: { ...current.lease, beat: current.lease.beat + 1 } }
      }).catch(() => undefined)
      if (renewed?.lease?.id === id) noteSeen(at)
      else if (renewed) return
    }
  })()
  return {
    id,
    row,
    isFresh: () => engine.runtime.clock.monotonic() - seenAt < forMs,
    async verify() {
      const at = engine.runtime.clock.monotonic()
      const current = await engine.store.connections.get(row.id)
      if (current?.lease?.id !== id) return undefined
      noteSeen(at)
      return current
    },
    stop: () => stopped.abort(),
  }
}

/** Lets a lease go, putting back the intent as it was before, since nothing was shown under it. Best effort: left alone it ends by being watched. */
export async function releaseLease(
  engine: Engine,
  held: HeldLease,
  before?: { slot: string; intent: Intent | undefined },
): Promise<void> {
  held.stop()
  await changeRow(engine, held.row.id, (row) => {
    if (row.lease?.id !== held.id) return undefined
    const free = { ...row, lease: null }
    return before && row.intents[before.slot]?.id === held.id ? withIntent(free, before.slot, before.intent) : free
  }).catch(() => engine.log.warn("a lease could not be let go and ends by itself", { connectionId: held.row.id }))
}

async function readThrough(engine: Engine, id: string): Promise<ConnectionRow | undefined> {
  for (let failures = 0; failures < 8; failures++) {
    try {
      return await engine.store.connections.get(id)
    } catch {
      await sleep(engine.runtime.timers, 50 * 2 ** failures, engine.closing)
    }
  }
  throw new HoldfastError(
    "store_unavailable",
    "The store did not say whether a lease was taken; it ends by itself if it was.",
  )
}
