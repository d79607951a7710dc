/** One process of the herd: opens the store once, then asks for the token with several callers at once, each time it is told to. */
import { createHash } from "node:crypto"
import { createInterface } from "node:readline"
import { isHoldfastError, type TokenStore } from "../../packages/core/src/index.js"
import { mysqlStore } from "../../packages/store-sql/src/mysql.js"
import { postgresStore } from "../../packages/store-sql/src/postgres.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { acmeHoldfast, owner } from "./herd-acme.js"

export type HerdStore = "sqlite" | "postgres" | "mysql"

/** What a process is told first. */
export interface HerdOrders {
  readonly store: HerdStore
  /** Path of the file, or URL of the server. */
  readonly address: string
  readonly connectionId: string
  readonly reroute: Readonly<Record<string, string>>
  readonly leaseMs: number
  readonly graceMs: number
  /** For the harness's own test: a store that shows nobody the leases of others. */
  readonly hidesLeases?: true
}

/** What it is told each time. */
export interface HerdAsk {
  /** This process's wall clock. */
  readonly now: number
  /** Those who take the token as a string. */
  readonly tokenCallers: number
  /** Those who call the API through the connection. */
  readonly apiCallers: number
}

/** What its callers saw. */
export interface HerdAnswer {
  /** Digests of the tokens that they got. */
  readonly tokens: readonly string[]
  /** How many got one that the provider does not take. */
  readonly dead: number
  /** A code for each that failed. */
  readonly failed: readonly string[]
}

// Few sessions: eight processes share the server with whoever else is there.
const stores: Readonly<Record<HerdStore, (address: string, now: () => number) => TokenStore>> = {
  sqlite: (path, now) => sqliteStore(path, { now, busyTimeoutMs: 20_000 }),
  postgres: (connectionString, now) => postgresStore({ connectionString, max: 3 }, { now }),
  mysql: (uri, now) => mysqlStore({ uri, connectionLimit: 3 }, { now }),
}

const timeoutMs = 25_000
const api = "https://api.acme.example"

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const orders = JSON.parse((await lines.next()).value ?? "{}") as HerdOrders
  let now = 0
  const store = stores[orders.store](orders.address, () => now)
  const holdfast = acmeHoldfast({
    store: orders.hidesLeases ? withoutLeases(store) : store,
    reroute: orders.reroute,
    settings: { leaseMs: orders.leaseMs, graceMs: orders.graceMs, pollMs: 40 },
    runtime: { clock: { now: () => now, monotonic: () => performance.now() } },
  })
  // So that the first round does not pay for opening.
  await store.connections.get(orders.connectionId)
  const connection = holdfast.for(owner).connection(orders.connectionId, "acme")
  tell("ready")

  for await (const line of lines) {
    const ask = JSON.parse(line) as HerdAsk
    now = ask.now
    const failed: string[] = []
    const quietly = <Value>(call: Promise<Value>) => call.catch((error: unknown) => void failed.push(codeOf(error)))
    const taken = Array.from({ length: ask.tokenCallers }, () => quietly(connection.accessToken({ timeoutMs })))
    const called = Array.from({ length: ask.apiCallers }, () =>
      quietly(connection.fetch(`${api}/me`, { signal: AbortSignal.timeout(timeoutMs) })),
    )
    const tokens = (await Promise.all(taken)).filter((token) => token !== undefined)
    for (const answer of await Promise.all(called)) if (answer && !answer.ok) failed.push(`http_${answer.status}`)
    tell({
      tokens: [...new Set(tokens)].map((token) => createHash("sha256").update(token).digest("hex")),
      dead: await countDead(tokens, orders.reroute[api] ?? ""),
      failed,
    } satisfies HerdAnswer)
  }
  process.exit(0)
}

/** As somebody does who gave the token to the vendor's own SDK. */
async function countDead(tokens: readonly string[], origin: string): Promise<number> {
  let dead = 0
  for (const token of new Set(tokens)) {
    const { ok } = await fetch(`${origin}/me`, { headers: { authorization: `Bearer ${token}` } })
    if (!ok) dead += tokens.filter((one) => one === token).length
  }
  return dead
}

function codeOf(error: unknown): string {
  if (!isHoldfastError(error)) return "unexpected"
  const { reason, providerCode } = error.details
  return [error.code, reason, providerCode].filter((word) => word !== undefined).join(" ")
}

/** As if there were no lease: each process sees its own alone. */
function withoutLeases({ connections, documents }: TokenStore): TokenStore {
  const own = new Set<string>()
  return {
    documents,
    connections: {
      ...connections,
      async get(id) {
        const row = await connections.get(id)
        return row?.lease && !own.has(row.lease.id) ? { ...row, lease: null, intents: {} } : row
      },
      async update(row) {
        if (row.lease) own.add(row.lease.id)
        return await connections.update(row)
      },
    },
  }
}

function tell(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

await main()
