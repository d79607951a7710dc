import { randomBytes, randomInt } from "node:crypto"
import { base64url, createVault, systemCipher, type TokenSet } from "../../packages/core/src/index.js"
import { connectionColumns, toColumns } from "../../packages/store-sql/src/connection-table.js"
import { exampleRow } from "../../packages/testing/src/example-row.js"
import { acmeHoldfast, keys, owner } from "./acme.js"
import { fillFloor, openFloor } from "./floor.js"
import { fillPeer, openPeer } from "./peer.js"
import { insertAll, openRaw, type Row } from "./raw.js"
import { type Figure, figureOf, ratioOf } from "./statistics.js"
import { openStore, type Place } from "./stores.js"

/** Time of a read in times of the floor's. */
export interface Ratio {
  readonly ratioToFloor: number
  readonly perSecond: number
  readonly ratio: Figure
  readonly floorPerSecond: number
  /** The same ratio of this process's time on a processor, which other work of the machine does not touch, nor a server's. */
  readonly ratioOfCpu: number
}

/** How fast a living token is read by one caller, and how that compares with the least it could cost. */
export interface Reads extends Ratio {
  /** The floor: one point read of one column in the same database by the same driver, on a session of its own, and one AES-256-GCM open of 1 kB. */
  readonly ratioToFloor: number
  /** The same when each token is read for the first time in this process. */
  readonly first: Ratio
  /** With so many callers at once on a pool of ten sessions each; servers only. */
  readonly concurrent?: Ratio & { readonly callers: number }
  /** How many of these reads one `getAccessToken` of better-auth takes, in the same database. */
  readonly timesPeer: number
  readonly peer: { readonly perSecond: number; readonly times: Figure }
}

export interface ReadsOrders {
  readonly place: Pick<Place, "store" | "url">
  readonly connections: number
  readonly rounds: number
  readonly readsPerRound: number
}

const secretBytes = 1_024
const callers = 32

/** Random ones of all connections. Short rounds of ours, of the floor's and of the peer's take turns. */
async function measureReads({ place, connections, rounds, readsPerRound }: ReadsOrders): Promise<Reads> {
  await fill(place, connections)
  const floor = await openFloor(place)
  const store = openStore(place)
  const holdfast = acmeHoldfast({ store })
  const mine = holdfast.for(owner)
  const ours = (id: string) => mine.connection(id, "acme").accessToken()
  const anyOne = () => idOf(randomInt(connections))

  async function compare(
    count: number,
    floors: () => unknown,
    reads: (round: number) => (at: number) => unknown,
    at = 1,
  ) {
    const times: { floor: number; ours: number }[] = []
    const cpu = { floor: 0, ours: 0 }
    for (let round = 0; round < count; round++) {
      const begun = cpuMicroseconds()
      const least = await microseconds(readsPerRound, at, floors)
      const between = cpuMicroseconds()
      times.push({ floor: least, ours: await microseconds(readsPerRound, at, reads(round)) })
      cpu.floor += between - begun
      cpu.ours += cpuMicroseconds() - between
    }
    const ratio = ratioOf(times.map((one) => one.ours / one.floor))
    return {
      ratioToFloor: ratio.median,
      perSecond: perSecond(times.map((one) => one.ours)),
      ratio,
      floorPerSecond: perSecond(times.map((one) => one.floor)),
      ratioOfCpu: Number((cpu.ours / cpu.floor).toFixed(2)),
    }
  }

  const inTurn = shuffled(connections)
  const first = await compare(
    Math.floor(connections / readsPerRound),
    () => floor.read(anyOne()),
    (round) => (at) => ours(idOf(inTurn[round * readsPerRound + at] ?? 0)),
  )
  const all = await compare(
    rounds,
    () => floor.read(anyOne()),
    () => () => ours(anyOne()),
  )
  const concurrent =
    place.store === "sqlite"
      ? undefined
      : await compare(
          rounds,
          () => floor.readPooled(anyOne()),
          () => () => ours(anyOne()),
          callers,
        )
  const peer = await comparePeer()
  await floor.close()
  await holdfast.close()
  await store.close()
  return { ...all, first, ...(concurrent && { concurrent: { callers, ...concurrent } }), ...peer }

  async function comparePeer(): Promise<Pick<Reads, "timesPeer" | "peer">> {
    const { read, close } = await openPeer(place)
    const peers: number[] = []
    const times: number[] = []
    // A tenth is enough of what is so much slower.
    const count = Math.ceil(readsPerRound / 10)
    for (let round = 0; round < Math.ceil(rounds / 2); round++) {
      peers.push(await microseconds(count, 1, () => read(randomInt(connections))))
      times.push((peers.at(-1) ?? 0) / (await microseconds(count, 1, () => ours(anyOne()))))
    }
    await close()
    const ratio = ratioOf(times)
    return { timesPeer: ratio.median, peer: { perSecond: perSecond(peers), times: ratio } }
  }
}

const idOf = (at: number) => `conn_${String(at).padStart(6, "0")}`
const perSecond = (times: number[]) => Math.round(1e6 / figureOf(times).median)

function shuffled(count: number): number[] {
  const all = Array.from({ length: count }, (_, at) => at)
  for (let at = all.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[all[at], all[other]] = [all[other] ?? 0, all[at] ?? 0]
  }
  return all
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** What one of so many takes, `atOnce` of them under way. What is not a promise is not waited for. */
async function microseconds(count: number, atOnce: number, work: (at: number) => unknown): Promise<number> {
  const startedAt = performance.now()
  let next = 0
  const caller = async () => {
    while (next < count) {
      const done = work(next++)
      if (done instanceof Promise) await done
    }
  }
  if (atOnce === 1) await caller()
  else await Promise.all(Array.from({ length: atOnce }, caller))
  return ((performance.now() - startedAt) * 1_000) / count
}

/** Connections as the store writes them, the floor's values and the peer's accounts, in one database. */
async function fill(place: ReadsOrders["place"], connections: number): Promise<void> {
  const raw = await openRaw(place, 1)
  const session = await raw.session()
  await insertAll(session, "holdfast_connections", connectionColumns, await sealedRows(connections))
  await fillFloor(
    session,
    place.store,
    Array.from({ length: connections }, (_, at) => idOf(at)),
    secretBytes,
  )
  const { accessToken, refreshToken = "" } = secretOf()
  await fillPeer(place, session, connections, { access: accessToken, refresh: refreshToken })
  if (place.store === "postgres") await session.exec("analyze")
  await raw.close()
}

async function sealedRows(connections: number): Promise<Row[]> {
  const vault = createVault({ keyring: keys, cipher: systemCipher() })
  const now = Date.now()
  const rows: Row[] = []
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
    const columns = toColumns({ ...row, sealed, detail: { ...row.detail, slots }, number: at + 1, version: 1 })
    rows.push(connectionColumns.map((column) => columns[column]))
  }
  return rows
}

/** A token set that is 1 kB of JSON. */
function secretOf(): TokenSet {
  const empty: TokenSet = { accessToken: "", refreshToken: "", tokenType: "Bearer" }
  const bytes = secretBytes - JSON.stringify(empty).length
  const text = base64url(randomBytes(bytes)).slice(0, bytes)
  return { ...empty, accessToken: text.slice(0, bytes / 2), refreshToken: text.slice(bytes / 2) }
}

const [orders = "{}"] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureReads(JSON.parse(orders) as ReadsOrders)))
