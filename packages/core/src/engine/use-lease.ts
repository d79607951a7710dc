import { HoldfastError } from "../errors.js"
import { base64url, sleep } from "../runtime.js"
import type { Lease } from "../store.js"
import { changeRow } from "./change-row.js"
import type { Engine } from "./engine.js"

/** Runs something while nobody else, here or in another process, uses the same connection. */
export type WithUse = <T>(connectionId: string, run: () => Promise<T>) => Promise<T>

// A secret that must not be used twice at once is waited for this long.
const patienceMs = 30_000

/**
 * Turns for connections whose secret is destroyed by being used from two places. In this process callers queue; across processes a lease
 * on the row, renewed while it is used, and judged by what is seen of it, never by a clock in it.
 */
export function createWithUse(engine: Engine): WithUse {
  const queues = new Map<string, Promise<unknown>>()

  return async (connectionId, run) => {
    const before = queues.get(connectionId) ?? Promise.resolve()
    const mine = before.then(() => underUseLease(engine, connectionId, run))
    const settled = mine.catch(() => {})
    queues.set(connectionId, settled)
    try {
      return await mine
    } finally {
      if (queues.get(connectionId) === settled) queues.delete(connectionId)
    }
  }
}

async function underUseLease<T>(engine: Engine, connectionId: string, run: () => Promise<T>): Promise<T> {
  const id = await takeUse(engine, connectionId)
  const stopped = new AbortController()
  void beat(engine, connectionId, id, stopped.signal)
  try {
    return await run()
  } finally {
    stopped.abort()
    await changeUse(engine, connectionId, (use) => (use?.id === id ? null : undefined)).catch(() => {
      engine.log.warn("a connection's turn could not be let go and ends by itself", { connectionId })
    })
  }
}

async function takeUse(engine: Engine, connectionId: string): Promise<string> {
  const id = base64url(engine.runtime.random(12))
  const { leaseMs, graceMs, pollMs } = engine.settings
  const patienceEnds = engine.runtime.clock.monotonic() + patienceMs
  let seen: { key: string; since: number } | undefined
  while (engine.runtime.clock.monotonic() < patienceEnds && !engine.closing.aborted) {
    let taken = false
    await changeUse(engine, connectionId, (use) => {
      const key = use ? `${use.id}:${use.beat}` : ""
      const now = engine.runtime.clock.monotonic()
      if (seen?.key !== key) seen = { key, since: now }
      taken = !use || now - seen.since >= leaseMs + graceMs
      return taken ? { id, holder: engine.holder, slot: "*", forMs: leaseMs, beat: 0 } : undefined
    })
    if (taken) return id
    await sleep(engine.runtime.timers, pollMs, engine.closing)
  }
  throw new HoldfastError(
    "provider_unavailable",
    "The connection is in use elsewhere, and may be used from one place at a time.",
    { details: { connectionId } },
  )
}

async function beat(engine: Engine, connectionId: string, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(engine.runtime.timers, engine.settings.leaseMs / 3, signal)
    if (signal.aborted) return
    await changeUse(engine, connectionId, (use) =>
      use?.id === id && !signal.aborted ? { ...use, beat: use.beat + 1 } : undefined,
    ).catch(() => {})
  }
}

/** Changes the use-lease of a row: null takes it away, undefined leaves it. */
async function changeUse(
  engine: Engine,
  connectionId: string,
  change: (use: Lease | undefined) => Lease | null | undefined,
): Promise<void> {
  const row = await changeRow(engine, connectionId, (current) => {
    const use = change(current.detail.use)
    if (use === undefined) return undefined
    const { use: _before, ...detail } = current.detail
    return { ...current, detail: use === null ? detail : { ...detail, use } }
  })
  if (!row) throw new HoldfastError("not_found", undefined, { details: { connectionId } })
}
