import type { ConnectionRow, TokenStore } from "../../packages/core/src/index.js"
import { type AcmeHoldfast, accessTokenMs, acmeHoldfast, acmeProvider, connect, strict } from "./herd-acme.js"
import type { Outage } from "./outage-figures.js"
import { createWatch } from "./outage-watch.js"

/** A database with something that can happen to it. */
export interface Stage {
  /** A store on it, as one process opens it. */
  open(now: () => number): TokenStore & { close(): void | Promise<void> }
  /** Happens once refreshes are under way at the provider; ends when the database is well again. */
  strike(connections: number): Promise<void>
  /** Sees each write before it is sent, from when the tokens end until the strike is over. */
  onWrite?(row: ConnectionRow): void
}

export interface DatabaseOutageOptions {
  readonly connections: number
  /** How long the provider takes, so that the strike comes while it does. */
  readonly providerMs: number
  /** How long everything may take to be well again afterwards. Default 30 000. */
  readonly wellWithinMs?: number
}

const timeoutMs = 4_000
// A caller waits for the store before it waits for the token, and this machine has other work.
const slackMs = 8_000
// A commit that is tried again comes back within five seconds: nobody may show the token again before.
const settings = { leaseMs: 900, graceMs: 400, pollMs: 50, backoffMs: 200, reshowMs: 8_000 }
const askEveryMs = 100

/**
 * Two processes with callers and schedulers over one database, all of whose tokens end at once. While the provider is being asked, the
 * database is struck. Real time, but for the hour that the tokens live.
 */
export async function databaseOutage(stage: Stage, options: DatabaseOutageOptions): Promise<Outage> {
  let skippedMs = 0
  const startedAt = Date.UTC(2026, 0, 1) - performance.now()
  const now = () => Math.floor(startedAt + skippedMs + performance.now())
  const provider = acmeProvider(
    {
      now,
      advance: (ms) => {
        skippedMs += ms
      },
      sleep: pause,
    },
    strict,
    options.connections,
  )
  const codes = ["store_unavailable", "provider_unavailable"]
  const watch = createWatch({ provider, now, timeoutMs, slackMs, codes, requestsEach: 1 })
  let isStriking = false
  let asking = 0
  const stores = [stage.open(now), stage.open(now)]
  const processes = stores.map((store) =>
    acmeHoldfast({
      store: watched(store),
      settings,
      runtime: {
        clock: { now, monotonic: () => performance.now() },
        async fetch(request) {
          await watch.sees(request)
          asking += request.url.endsWith("/token") ? 1 : 0
          return await provider.fetch(request)
        },
      },
    }),
  )
  const [first, second] = processes as [AcmeHoldfast, AcmeHoldfast]
  const store = stores[0] as TokenStore
  const ids: string[] = []
  const stops: (() => Promise<void>)[] = []

  /** Tells the stage what is about to be written. */
  function watched(real: TokenStore): TokenStore {
    return {
      ...real,
      connections: {
        ...real.connections,
        update(row) {
          if (isStriking) stage.onWrite?.(row)
          return real.connections.update(row)
        },
      },
    }
  }

  try {
    for (let account = 0; account < options.connections; account++) ids.push(await connect(first, provider, account))
    skippedMs += accessTokenMs
    provider.faults.next({ on: "token.refresh", times: "always", fault: { kind: "delay", ms: options.providerMs } })
    asking = 0
    isStriking = true
    watch.begin()
    for (const holdfast of processes) stops.push(holdfast.scheduler.start({ everyMs: 300 }))
    const calls: Promise<void>[] = []
    let turn = 0
    const timer = setInterval(() => {
      turn += 1
      // Each caller asks one process, then the other; no more of them wait than a server of that size would have.
      for (const [at, id] of ids.entries())
        if ((at + turn) % 4 === 0) calls.push(watch.ask((at + turn) % 8 === 0 ? first : second, id, false))
    }, askEveryMs)
    try {
      await until("a refresh is under way", 30_000, () => asking > 0)
      await stage.strike(ids.length)
      watch.end()
      isStriking = false
      await until("every connection is well again", options.wellWithinMs ?? 30_000, async () => {
        const rows = await store.connections.list({ limit: 1_000 }).catch(() => [])
        for (const row of rows)
          if (row.status === "needs_reauth") watch.dead(row.id, row.detail.slots.main?.reason ?? "")
        return rows.length === ids.length && rows.every(isWell)
      }).catch(() => {
        // How each stands is told below.
      })
    } finally {
      clearInterval(timer)
    }
    await Promise.all(calls)
    for (const id of ids) {
      const row = await store.connections.get(id)
      const reason = row?.detail.slots.main?.reason
      await watch.last(second, id, [row?.status ?? "gone", reason ?? []].flat().join(" "))
    }
    return watch.outcome(ids.length)
  } finally {
    for (const stop of stops) await stop()
    for (const holdfast of processes) await holdfast.close()
    for (const opened of stores) await opened.close()
  }
}

function isWell(row: ConnectionRow): boolean {
  return row.status === "active" && row.generation > 1 && !row.lease && Object.keys(row.intents).length === 0
}

async function until(what: string, withinMs: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const endsAt = performance.now() + withinMs; performance.now() < endsAt; await pause(50))
    if (await isSo()) return
  throw new Error(`It did not come so far that ${what}.`)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}
