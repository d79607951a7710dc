import {
  createVault,
  memoryStore,
  systemCipher,
  type TokenSet,
  type TokenStore,
} from "../../packages/core/src/index.js"
import { listen } from "../../packages/emulator/src/node.js"
import { acmeHoldfast, connect, keys, strictProvider } from "./acme.js"
import { type Child, createChildren } from "./child.js"
import type { HerdOrders, HerdReport, Racer } from "./herd-process.js"
import { openRaw } from "./raw.js"
import { endRowLock, makeRowLock } from "./row-lock.js"
import { type Figure, figureOf, ratioOf, rounded } from "./statistics.js"
import { openStore, type Place } from "./stores.js"

/** What a thousand callers of one expired connection cause, in processes that have just started. */
export interface Herd {
  /** Refresh tokens shown to the provider. Aim: 1. */
  readonly refreshes: number
  /** Whether all callers got one and the same token, and the grant lives. */
  readonly allAlike: boolean
  readonly callers: number
  readonly processes: number
  /** Until the last caller had its token. */
  readonly ms: number
}

/** The same again and again in processes that go on, in turns with a bare row lock that does the same. */
export interface Race {
  /** Refresh tokens shown to the provider for one expiry, at most. Aim: 1. */
  readonly refreshes: number
  /** Whether in each round all callers got one and the same token, and the grants live. */
  readonly allAlike: boolean
  /** Time until the last caller has its token, in times of the row lock's. Aim: 1.5. */
  readonly ratioToRowLock: number
  readonly ratio: Figure
  readonly ms: Figure
  readonly rowLockMs: Figure
  readonly callers: number
  readonly processes: number
  readonly rounds: number
  /** How long the provider takes for a refresh. */
  readonly providerMs: number
}

const callers = 1_000

/** A thousand callers at once, in so many new processes, with a provider on loopback that takes each refresh token once. */
export async function measureHerd(place: Place, script: string, processes: number): Promise<Herd> {
  const provider = strictProvider()
  const { reroute, close } = await listen(provider)
  const children = createChildren()
  const store = openStore(place)
  try {
    const connectionId = await connected(store, provider)
    await expire(store, connectionId)
    const orders: HerdOrders = { place, connectionId, callers: callers / processes, reroute }
    const started = await Promise.all(Array.from({ length: processes }, () => children.start(script, orders)))
    const { tokens, ms } = await together(started, "ours")
    const { refreshes } = provider.counters
    return {
      refreshes: refreshes.shown,
      allAlike: tokens.size === 1 && isAlive(provider),
      callers,
      processes,
      ms: Math.round(ms),
    }
  } finally {
    children.end()
    await store.close()
    await close()
  }
}

/** Four processes go through expiry after expiry, by turns through Holdfast and through a row lock in the same database. The first round is not counted. */
export async function raceHerd(place: Place, script: string, rounds: number, providerMs: number): Promise<Race> {
  const processes = 4
  const [provider, lockProvider] = [strictProvider(), strictProvider()]
  const [listening, lockListening] = [
    await listenSlowly(provider, providerMs),
    await listenSlowly(lockProvider, providerMs),
  ]
  const children = createChildren()
  const store = openStore(place)
  const raw = await openRaw(place, 1)
  try {
    const session = await raw.session()
    const connectionId = await connected(store, provider)
    await makeRowLock(place, await tokensOf(lockProvider))
    const orders: HerdOrders = {
      place,
      connectionId,
      callers: callers / processes,
      reroute: listening.reroute,
      lockReroute: lockListening.reroute,
    }
    const started = await Promise.all(Array.from({ length: processes }, () => children.start(script, orders)))
    const times: { ours: number; lock: number }[] = []
    let refreshes = 0
    let allAlike = true
    for (let round = 0; round <= rounds; round++) {
      const before = provider.counters.refreshes.shown
      await expire(store, connectionId)
      const ours = await together(started, "ours")
      refreshes = Math.max(refreshes, provider.counters.refreshes.shown - before)
      await endRowLock(session)
      const lock = await together(started, "lock")
      allAlike &&= ours.tokens.size === 1 && lock.tokens.size === 1
      if (round > 0) times.push({ ours: ours.ms, lock: lock.ms })
    }
    const ratio = ratioOf(times.map((one) => one.ours / one.lock))
    return {
      refreshes,
      allAlike: allAlike && isAlive(provider) && isAlive(lockProvider),
      ratioToRowLock: ratio.median,
      ratio,
      ms: rounded(figureOf(times.map((one) => one.ours)), 0),
      rowLockMs: rounded(figureOf(times.map((one) => one.lock)), 0),
      callers,
      processes,
      rounds,
      providerMs,
    }
  } finally {
    children.end()
    await raw.close()
    await store.close()
    await listening.close()
    await lockListening.close()
  }
}

type Provider = ReturnType<typeof strictProvider>

/** Each answer is so much later, in real time. */
function listenSlowly(provider: Provider, ms: number) {
  const fetch: Provider["fetch"] = async (...request) => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    return await provider.fetch(...request)
  }
  return listen({ ...provider, fetch })
}

/** All processes set off at once. */
async function together(children: readonly Child[], racer: Racer) {
  const reports = (await Promise.all(children.map(({ ask }) => ask(racer)))).map(
    (text) => JSON.parse(text) as HerdReport,
  )
  return {
    tokens: new Set(reports.flatMap(({ tokens }) => tokens)),
    ms: Math.max(...reports.map(({ ms }) => ms)),
  }
}

const isAlive = ({ provider }: Provider) => provider.oauth.grants().every(({ revokedAt }) => revokedAt === undefined)

async function connected(store: TokenStore, provider: Provider): Promise<string> {
  const holdfast = acmeHoldfast({ store, runtime: { fetch: (request) => provider.fetch(request) } })
  const id = await connect(holdfast, provider)
  await holdfast.close()
  return id
}

/** Ends the access token, as far as the store knows. */
async function expire(store: TokenStore, id: string): Promise<void> {
  const row = await store.connections.get(id)
  const main = row?.detail.slots.main
  if (!row || !main) throw new Error("The connection is not there.")
  const clock = { ...main.clock, expiresAt: Date.now() - 1_000 }
  const detail = { ...row.detail, slots: { main: { ...main, clock } } }
  if ((await store.connections.update({ ...row, detail })) !== "updated") throw new Error("The row moved.")
}

/** A grant of a provider, as plain tokens. */
async function tokensOf(provider: Provider): Promise<{ access: string; refresh: string }> {
  const store = memoryStore()
  const row = await store.connections.get(await connected(store, provider))
  const vault = createVault({ keyring: keys, cipher: systemCipher() })
  const secret = row && ((await vault.openSlot(row, "main")) as TokenSet | undefined)
  if (secret?.refreshToken === undefined) throw new Error("The provider granted no refresh token.")
  return { access: secret.accessToken, refresh: secret.refreshToken }
}
