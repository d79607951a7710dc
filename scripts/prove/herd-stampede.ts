import { listen } from "../../packages/emulator/src/node.js"
import { mysqlStore } from "../../packages/store-sql/src/mysql.js"
import { postgresStore } from "../../packages/store-sql/src/postgres.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { type Child, startChild } from "./child.js"
import { accessTokenMs, acmeHoldfast, acmeProvider, connect } from "./herd-acme.js"
import type { HerdAnswer, HerdAsk, HerdOrders, HerdStore } from "./herd-process.js"
import type { Round } from "./herd-rounds.js"
import type { HerdDatabase } from "./herd-stores.js"

/** What one store's run came to. */
export interface HerdFigures {
  /** Times that the end of the access token passed on the clock of a process that asked. */
  expiries: number
  /** Refresh tokens shown to the provider. One an expiry, and not one more. */
  tokenCalls: number
  callersFailed: number
  callers: number
  /** Rounds in which the provider was slower than the initial lease. */
  slow: number
  /** Expiries while one process's clock was off, and those of them that only this clock had seen. */
  skewed: number
  earlyBySkew: number
  /** Tokens handed out as a string that had ended by the provider's clock: only while a clock is off. */
  deadBySkew: number
}

export interface Stampede {
  readonly figures: HerdFigures
  /** What went wrong, a line each; at most a hundred are kept. */
  readonly losses: readonly string[]
  /** Set when it ended early. */
  readonly unfinished?: string
}

export interface StampedeOptions {
  readonly store: HerdStore
  readonly script: string
  readonly processes: number
  readonly rounds: readonly Round[]
  /** Given up after so long. */
  readonly limitMs: number
  readonly hidesLeases?: true
}

const leaseMs = 1_500
const graceMs = 1_000
const slowMs = leaseMs + graceMs + 700
const each = { tokenCallers: 4, apiCallers: 2 }
const linesAtMost = 100

/** Processes that all ask at once, at every expiry, for the one connection of a strict provider on loopback. */
export async function stampede(database: HerdDatabase, options: StampedeOptions): Promise<Stampede> {
  let now = Date.UTC(2026, 0, 1)
  let issuedAt = now
  // Virtual to read, real to wait: a slow provider is slow for those whose leases run on real time.
  const provider = acmeProvider({
    now: () => now,
    advance: (ms) => {
      now += ms
    },
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  })
  const listening = await listen(provider)
  const store = openStore(options.store, database.address)
  const children: Child[] = []
  const losses: string[] = []
  const lost = (line: string) => void (losses.length < linesAtMost && losses.push(line))
  const figures: HerdFigures = {
    expiries: 0,
    tokenCalls: 0,
    callersFailed: 0,
    callers: 0,
    slow: 0,
    skewed: 0,
    earlyBySkew: 0,
    deadBySkew: 0,
  }
  let unfinished: string | undefined

  try {
    const first = acmeHoldfast({
      store,
      runtime: {
        clock: { now: () => now, monotonic: () => performance.now() },
        fetch: (request) => provider.fetch(request),
      },
    })
    const connectionId = await connect(first, provider)
    await first.close()
    const { reroute } = listening
    const { hidesLeases } = options
    const orders = { store: options.store, address: database.address, connectionId, reroute, leaseMs, graceMs }
    for (let at = 0; at < options.processes; at++) children.push(startChild(options.script))
    for (const child of children) child.tell({ ...orders, ...(hidesLeases && { hidesLeases }) } satisfies HerdOrders)
    for (const child of children) await child.next<"ready">()

    const startedAt = performance.now()
    for (const [at, round] of options.rounds.entries()) {
      if (performance.now() - startedAt > options.limitMs) {
        unfinished = `${at} of ${options.rounds.length} expiries on ${options.store}`
        break
      }
      await once(at, round, connectionId)
    }
    if (provider.counters.refreshes.mostForOne > 1) lost("a refresh token was shown twice")
    if (provider.provider.oauth.grants().some(({ revokedAt }) => revokedAt !== undefined)) lost("the grant was revoked")
    const row = await store.connections.get(connectionId)
    if (row?.status !== "active" || row.lease || Object.keys(row.intents).length > 0)
      lost(`the connection is ${row?.status ?? "gone"} at the end`)
  } finally {
    await Promise.all(children.map((child) => child.end()))
    await store.close()
    await listening.close()
  }
  return { figures, losses, ...(unfinished !== undefined && { unfinished }) }

  /** One expiry: time moves on to the end of the token, and everybody asks. */
  async function once(at: number, round: Round, connectionId: string): Promise<void> {
    const main = (await store.connections.get(connectionId))?.detail.slots.main
    const recorded = typeof main?.clock.expiresAt === "number" ? main.clock.expiresAt : now
    const ends = issuedAt + accessTokenMs
    now = Math.max(now, untilWhen(round, ends, recorded) + 1_000)
    if (round.slow)
      provider.faults.next({ on: "token.refresh", fault: { kind: "delay", ms: slowMs, when: round.slow } })

    const shownBefore = provider.counters.refreshes.shown
    for (const [process, child] of children.entries())
      child.tell({ now: now + (round.skew?.process === process ? round.skew.ms : 0), ...each } satisfies HerdAsk)
    const answers: HerdAnswer[] = []
    for (const child of children) answers.push(await child.next<HerdAnswer>())
    const shown = provider.counters.refreshes.shown - shownBefore
    provider.faults.clear()

    figures.expiries += 1
    figures.tokenCalls += shown
    figures.callers += children.length * (each.tokenCallers + each.apiCallers)
    if (round.slow) figures.slow += 1
    if (round.skew) figures.skewed += 1
    if (now < ends) figures.earlyBySkew += 1
    if (shown > 0) issuedAt = now
    const where = `${options.store}, expiry ${at}${round.slow ? `, provider slow ${round.slow}` : ""}${round.skew ? `, a clock off by ${round.skew.ms} ms` : ""}`
    if (shown !== 1) lost(`${where}: ${shown} token calls`)
    const failed = answers.flatMap((answer) => answer.failed)
    figures.callersFailed += failed.length
    for (const code of new Set(failed)) lost(`${where}: a caller got ${code}`)
    const dead = answers.reduce((sum, answer) => sum + answer.dead, 0)
    if (round.skew) {
      figures.deadBySkew += dead
      return
    }
    if (dead > 0) lost(`${where}: ${dead} callers got a dead token`)
    const tokens = new Set(answers.flatMap((answer) => answer.tokens))
    if (tokens.size !== 1) lost(`${where}: callers got ${tokens.size} different tokens`)
  }
}

/** When the end of a token has passed for somebody who asks. */
function untilWhen({ skew, isEarly }: Round, ends: number, recorded: number): number {
  // The end that a wrong clock wrote may be later than the provider's: where clocks are right again, it is waited for.
  if (!skew) return Math.max(ends, recorded)
  return isEarly ? Math.min(ends, recorded - skew.ms) : ends
}

function openStore(kind: HerdStore, address: string) {
  if (kind === "sqlite") return sqliteStore(address)
  return kind === "postgres"
    ? postgresStore({ connectionString: address, max: 2 })
    : mysqlStore({ uri: address, connectionLimit: 2 })
}
