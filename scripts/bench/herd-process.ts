import { createHash } from "node:crypto"
import { createInterface } from "node:readline"
import { acmeHoldfast, owner } from "./acme.js"
import { openRowLock } from "./row-lock.js"
import { openStore, type Place } from "./stores.js"

export interface HerdOrders {
  readonly place: Pick<Place, "store" | "url">
  readonly connectionId: string
  readonly callers: number
  readonly reroute: Readonly<Record<string, string>>
  /** Where the row lock's provider is; absent where it is not raced. */
  readonly lockReroute?: Readonly<Record<string, string>>
}

export type Racer = "ours" | "lock"

/** What one of the processes saw. */
export interface HerdReport {
  /** Digests of the tokens that its callers got. */
  readonly tokens: readonly string[]
  readonly ms: number
}

const orders = JSON.parse(process.argv[2] ?? "{}") as HerdOrders
// A server has a hundred sessions in all, as it comes.
const sessions = 5
const store = openStore(orders.place, sessions)
const holdfast = acmeHoldfast({ store, reroute: orders.reroute })
const mine = holdfast.for(owner)
const lock = orders.lockReroute && (await openRowLock(orders.place, sessions, orders.lockReroute))

const racers: Readonly<Record<Racer, () => Promise<string>>> = {
  ours: () => mine.connection(orders.connectionId, "acme").accessToken(),
  lock: async () => (await lock?.accessToken()) ?? "",
}

process.stdout.write("ready\n")
for await (const racer of createInterface({ input: process.stdin })) {
  const call = racers[racer as Racer]
  const startedAt = performance.now()
  const tokens = await Promise.all(Array.from({ length: orders.callers }, call))
  const ms = performance.now() - startedAt
  const digests = new Set(tokens.map((token) => createHash("sha256").update(token).digest("hex")))
  process.stdout.write(`${JSON.stringify({ tokens: [...digests], ms } satisfies HerdReport)}\n`)
}
await holdfast.close()
await store.close()
await lock?.close()
