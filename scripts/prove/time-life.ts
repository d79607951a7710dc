import { createHash } from "node:crypto"
import { createHeap } from "../../packages/core/src/heap.js"
import {
  type Connector,
  createHoldfast,
  createVault,
  keyring,
  memoryStore,
  type Runtime,
  systemCipher,
  type TokenStore,
} from "../../packages/core/src/index.js"
import { exampleRow } from "../../packages/testing/src/example-row.js"
import { timeConnectors } from "./time-connectors.js"
import { providerOf, type TimeGrant, type TimeProvider, timeProviders } from "./time-provider.js"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const startAt = Date.UTC(2026, 0, 1)

export interface LifeOptions {
  readonly connections: number
  readonly days: number
  /** How often the scheduler ticks, in virtual time; Infinity: never. */
  readonly tickEveryMs?: number
}

/** What became of them. */
export interface LifeFigures {
  readonly connections: number
  readonly days: number
  /** Connections that their provider has ended, or that are called anything but active. */
  readonly lost: number
  /** Calls of used connections that did not go through. */
  readonly callsFailed: number
  readonly calls: number
  readonly used: number
  readonly refreshes: number
  /** Of connections that nobody used: how often they were refreshed, and the fewest with which none would have ended. */
  readonly idleRefreshes: number
  readonly idleLeast: number
  /** Requests that a provider answered 429, or refused. */
  readonly limited: number
  readonly refused: number
  /** Most refreshes of one app in a minute. */
  readonly busiestMinute: number
}

/**
 * So many connections of many providers through so many days, with the real scheduler and refresh code in a time of its own. Most are left
 * alone; one in two thousand calls its API every day, one in twenty thousand every hour; a tenth was imported within one hour.
 */
export async function liveThrough({ connections, days, tickEveryMs = 5 * minute }: LifeOptions): Promise<LifeFigures> {
  const time = virtualTime()
  const provider = timeProviders(time.runtime.clock.now)
  const store = memoryStore({ now: time.runtime.clock.now })
  const connectors = timeConnectors()
  const holdfast = createHoldfast({
    url: "https://app.example/api/integrations",
    connectors,
    store,
    keys,
    env: Object.fromEntries(connectors.flatMap(environmentOf)),
    runtime: { ...time.runtime, fetch: provider.fetch },
    guard: async () => {},
  })
  // One that has no app would be left alone, and look well.
  for (const { id } of connectors) await holdfast.apps.resolve("tenant-000", id)
  const providers = connectors.map(providerOf)
  const ageOf = new Map<TimeGrant, number>()
  for (let at = 0; at < connections; at++) {
    const one = providers[at % providers.length] as TimeProvider
    const age = ageAt(at, one)
    await connectAt(store, idOf(at), one, startAt - age, provider)
    ageOf.set(provider.grants[at] as TimeGrant, age)
  }

  const calling = callers(connections, providers)
  let [calls, callsFailed] = [0, 0]
  const everyone = holdfast.asSystem()
  for (let now = 0; now < days * day; now += 5 * minute) {
    time.advanceTo(startAt + now)
    for (const { id, at } of calling(now)) {
      calls++
      const { connector } = providers[at % providers.length] as TimeProvider
      const answered = await everyone
        .connection(id, connector.id)
        .fetch(connector.api?.baseUrl ?? "")
        .catch(() => undefined)
      if (answered?.status !== 200) callsFailed++
    }
    if (now % tickEveryMs !== 0) continue
    // A round that was full means that there is more.
    for (let rounds = 0; rounds < 1_000; rounds++)
      if ((await holdfast.scheduler.tick({ limit: 500 })).claimed < 500) break
  }
  time.advanceTo(startAt + days * day)
  await holdfast.close()

  const usedIds = new Set(
    Array.from({ length: connections }, (_, at) => at)
      .filter((at) => usedEvery(at, providers))
      .map(idOf),
  )
  const idle = provider.grants.filter(({ connectionId }) => !usedIds.has(connectionId))
  return {
    connections,
    days,
    lost: await countLost(store, provider),
    callsFailed,
    calls,
    used: usedIds.size,
    refreshes: sum(providers.map(({ refreshes }) => refreshes)),
    idleRefreshes: sum(idle.map(({ refreshes }) => refreshes)),
    idleLeast: sum(idle.map((grant) => leastOf(grant, ageOf.get(grant) ?? 0, days))),
    limited: provider.counts.limited,
    refused: provider.counts.refused,
    busiestMinute: Math.max(...providers.map(({ busiest }) => busiest)),
  }
}

/** Of each vendor's app; digits, as some ask for. */
const clientId = "1000"
const keys = keyring(`time:${"A".repeat(43)}`)

const idOf = (at: number) => `conn_${String(at).padStart(6, "0")}`

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/** How long before the beginning it was last refreshed: evenly spread, but for a tenth, which was imported within one hour. */
function ageAt(at: number, { idleDays = 90 }: TimeProvider): number {
  const spread = ((at * 7_919) % 100_003) / 100_003
  return at % 10 === 3 ? spread * hour : spread * idleDays * 0.7 * day
}

/** How often it is used; undefined: never. Only those whose API has the same address for everybody. */
function usedEvery(at: number, providers: readonly TimeProvider[]): number | undefined {
  const { connector } = providers[at % providers.length] as TimeProvider
  if (connector.api?.baseUrl.includes("{") !== false) return undefined
  return at % 20_011 === 5 ? hour : at % 1_999 === 7 ? day : undefined
}

/** Who calls in the five minutes from a time on. */
function callers(connections: number, providers: readonly TimeProvider[]) {
  const used = Array.from({ length: connections }, (_, at) => ({ id: idOf(at), at, every: usedEvery(at, providers) }))
  const due = new Map<number, { id: string; at: number }[]>()
  for (const { id, at, every } of used) {
    if (every === undefined) continue
    for (let slot = (at * 31) % (every / (5 * minute)); slot < day / (5 * minute); slot += every / (5 * minute))
      due.set(slot, [...(due.get(slot) ?? []), { id, at }])
  }
  return (now: number) => due.get((now % day) / (5 * minute)) ?? []
}

/** The fewest refreshes with which a connection outlives so many days, each at the last possible moment. */
function leastOf({ provider: { idleDays } }: TimeGrant, age: number, days: number): number {
  return idleDays === undefined ? 0 : Math.floor((days + age / day) / idleDays)
}

async function countLost(store: TokenStore, provider: ReturnType<typeof timeProviders>): Promise<number> {
  const ended = new Set(provider.grants.filter((grant) => !provider.lives(grant)).map((grant) => grant.connectionId))
  const rows = await store.connections.list({ limit: provider.grants.length + 1 })
  for (const { id, status } of rows) if (status !== "active") ended.add(id)
  return ended.size + Math.abs(provider.grants.length - rows.length)
}

async function connectAt(
  store: TokenStore,
  id: string,
  one: TimeProvider,
  at: number,
  provider: ReturnType<typeof timeProviders>,
): Promise<void> {
  const { connector, method, accessTokenSeconds } = one
  const slot = method.slots[0] ?? "main"
  const row = exampleRow(id, {
    tenantId: `tenant-${id.slice(-3)}`,
    connector: connector.id,
    method: method.id,
    appId: `${connector.vendor}:${clientId}`,
    keyId: vault.keyId,
    dueAt: startAt,
  })
  const endsAt = at + accessTokenSeconds * 1_000
  const main = row.detail.slots.main as NonNullable<typeof row.detail.slots.main>
  const clock = { issuedAt: at, expiresAt: endsAt, rotation: method.policy.rotation }
  const sealed = { [slot]: await vault.sealSlot(row, slot, 1, provider.grant(id, one, at)) }
  const data = { shop: `shop-${id.slice(5)}`, tenantId: "tenant", apiDomain: "https://company.pipedrive.com" }
  const account = { id: row.accountKey, label: "An account", data }
  const detail = { ...row.detail, createdAt: at - day, account, slots: { [slot]: { ...main, clock } } }
  await store.connections.insert({ ...row, sealed, detail })
}

const vault = createVault({ keyring: keys, cipher: systemCipher(), openLimit: 0 })

/** Every field of its app, as an operator would set it. */
function environmentOf({ id, app }: Connector): [string, string][] {
  const nameOf = (text: string) => text.replaceAll(/[A-Z]/g, "_$&").replaceAll("-", "_").toUpperCase()
  // A public key is checked for its form.
  const filled = (name: string) => (name === "clientId" ? clientId : "0".repeat(64))
  return (app?.fields ?? []).map(({ name }) => [`${nameOf(id)}_${nameOf(name)}`, filled(name)])
}

/** A time that moves when it is told to. What is to run later runs when it is past. */
function virtualTime() {
  const timers = createHeap<{ at: number; run: (() => void) | undefined }>((a, b) => a.at < b.at)
  let now = startAt
  const runtime: Omit<Runtime, "fetch" | "random"> = {
    clock: { now: () => now, monotonic: () => now - startAt },
    timers: {
      after(delayMs, run) {
        const timer: { at: number; run: (() => void) | undefined } = { at: now + delayMs, run }
        timers.push(timer)
        return () => {
          timer.run = undefined
        }
      },
    },
    digest: async (text) => createHash("sha256").update(text).digest("base64url"),
  }
  return {
    runtime,
    advanceTo(at: number): void {
      now = at
      for (let first = timers.peek(); first && first.at <= now; first = timers.peek()) timers.pop()?.run?.()
    },
  }
}
