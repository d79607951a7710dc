import { randomBytes, randomInt } from "node:crypto"
import { join } from "node:path"
import { base64url, createVault, systemCipher, type TokenSet } from "../../packages/core/src/index.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { openDatabase } from "../../packages/store-sql/src/sqlite-handle.js"
import { exampleRow } from "../../packages/testing/src/example-row.js"
import { acmeHoldfast, keys, owner } from "./acme.js"
import { fillFloor, openFloor } from "./floor.js"
import { type Figure, figureOf, rounded } from "./statistics.js"

/** How fast a living token is read, and how that compares with the least it could cost. */
export interface Reads {
  /** Time of a read in times of the floor's: one point read in the same file, and one AES-256-GCM open of 1 kB. Aim: 1.5. */
  readonly ratioToFloor: number
  readonly perSecond: number
  readonly ratio: Figure
  readonly floorPerSecond: number
  /** The same when each token is read for the first time in this process. */
  readonly first: Omit<Reads, "first">
}

const connections = 10_000
const secretBytes = 1_024
const readsPerRound = 250
const rounds = 400

/** Random ones of 10 000 connections in a real file, one caller. Short rounds of ours and of the floor's take turns. */
async function measureReads(folder: string): Promise<Reads> {
  const path = join(folder, "reads.db")
  await fill(path)
  const floor = openFloor(path)
  const store = sqliteStore(path)
  const holdfast = acmeHoldfast({ store })
  const mine = holdfast.for(owner)

  async function compare(count: number, next: (at: number) => string) {
    const floors: number[] = []
    const ours: number[] = []
    for (let round = 0; round < count; round++) {
      floors.push(await microseconds(() => floor.read(idOf(randomInt(connections)))))
      ours.push(await microseconds((at) => mine.connection(next(round * readsPerRound + at), "acme").accessToken()))
    }
    const ratio = rounded(figureOf(ours.map((one, at) => one / (floors[at] ?? Number.NaN))), 2)
    const perSecond = (times: number[]) => Math.round(1e6 / figureOf(times).median)
    return { ratioToFloor: ratio.median, perSecond: perSecond(ours), ratio, floorPerSecond: perSecond(floors) }
  }

  const inTurn = shuffled()
  const first = await compare(connections / readsPerRound, (at) => idOf(inTurn[at] ?? 0))
  const all = await compare(rounds, () => idOf(randomInt(connections)))
  floor.close()
  await holdfast.close()
  store.close()
  return { ...all, first }
}

const idOf = (at: number) => `conn_${String(at).padStart(6, "0")}`

function shuffled(): number[] {
  const all = Array.from({ length: connections }, (_, at) => at)
  for (let at = all.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[all[at], all[other]] = [all[other] ?? 0, all[at] ?? 0]
  }
  return all
}

/** What one of a round takes. What is not a promise is not waited for. */
async function microseconds(work: (at: number) => unknown): Promise<number> {
  const startedAt = performance.now()
  for (let at = 0; at < readsPerRound; at++) {
    const done = work(at)
    if (done instanceof Promise) await done
  }
  return ((performance.now() - startedAt) * 1_000) / readsPerRound
}

/** Written in memory and copied to the file in one go, since each write to a file waits for the disk. */
async function fill(path: string): Promise<void> {
  const database = openDatabase(":memory:")
  const store = sqliteStore(database)
  const vault = createVault({ keyring: keys, cipher: systemCipher() })
  const now = Date.now()
  for (let at = 0; at < connections; at++) {
    const row = exampleRow(idOf(at), {
      ...owner,
      connector: "acme",
      method: "oauth",
      appId: "acme:acme-app",
      accountKey: `U${at}`,
      keyId: vault.keyId,
      generation: 1,
    })
    const clock = { issuedAt: now, expiresAt: now + 3_600_000, rotation: "single-use" } as const
    const main = { clock, granted: ["items:read"], status: "active", reason: null, providerCode: null } as const
    const slots = { main: { ...main, generation: 1, writtenBy: "bench", retryAt: null, failures: 0 } }
    const sealed = { main: await vault.sealSlot(row, "main", 1, secretOf()) }
    await store.connections.insert({ ...row, sealed, detail: { ...row.detail, slots } })
  }
  fillFloor(database, connections, idOf, secretBytes)
  database.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`)
  database.close()
}

/** A token set that is 1 kB of JSON. */
function secretOf(): TokenSet {
  const empty: TokenSet = { accessToken: "", refreshToken: "", tokenType: "Bearer" }
  const bytes = secretBytes - JSON.stringify(empty).length
  const text = base64url(randomBytes(bytes)).slice(0, bytes)
  return { ...empty, accessToken: text.slice(0, bytes / 2), refreshToken: text.slice(bytes / 2) }
}

const [folder = ""] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureReads(folder)))
