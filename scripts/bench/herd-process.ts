import { createHash } from "node:crypto"
import { once } from "node:events"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { acmeHoldfast, owner } from "./acme.js"

/** What one of the processes saw. */
export interface HerdReport {
  /** Digests of the tokens that its callers got. */
  readonly tokens: readonly string[]
  readonly ms: number
}

const [path = "", connectionId = "", callers = "", reroute = "{}"] = process.argv.slice(2)
const store = sqliteStore(path)
const holdfast = acmeHoldfast({ store, reroute: JSON.parse(reroute) })
const mine = holdfast.for(owner)

process.stdout.write("ready\n")
await once(process.stdin, "data")
const startedAt = performance.now()
const calls = Array.from({ length: Number(callers) }, () => mine.connection(connectionId, "acme").accessToken())
const tokens = await Promise.all(calls)
const ms = performance.now() - startedAt
const digests = new Set(tokens.map((token) => createHash("sha256").update(token).digest("hex")))
process.stdout.write(`${JSON.stringify({ tokens: [...digests], ms } satisfies HerdReport)}\n`)
await holdfast.close()
store.close()
process.stdin.destroy()
