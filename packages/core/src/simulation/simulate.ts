import type { Cipher } from "../cipher.js"
import { encodeHeader, isHeaderOf, sealedHeader } from "../cipher-header.js"
import type { Connector } from "../connector.js"
import { createContextFactory, ownerOf } from "../context-factory.js"
import { changeRow } from "../engine/change-row.js"
import { createScheduler } from "../engine/create-scheduler.js"
import { defaultSettings, type Engine } from "../engine/engine.js"
import { createTokens, type TokensEngine } from "../engine/tokens-engine.js"
import type { Journal, JournalEntry } from "../journal.js"
import { keyring } from "../keyring.js"
import { silentLogger } from "../logger.js"
import { memoryStore } from "../memory-store.js"
import type { AuthMethod } from "../method.js"
import { oauth2 } from "../methods/oauth2.js"
import { base64url, fromBase64url, type Runtime } from "../runtime.js"
import type { Scheduler } from "../scheduler.js"
import type { ConnectionRow } from "../store.js"
import { createVault } from "../vault.js"
import { createInvariants } from "./invariants.js"
import { type ProviderFaults, type ProviderHabits, simulatedProvider } from "./simulated-provider.js"
import { type StoreFaults, simulatedStore } from "./simulated-store.js"
import { createWorld, type Host, type World } from "./world.js"

/** How one seed went. */
export interface SimulationResult {
  readonly seed: number
  /** Of everything that happened, in order; the same for the same seed. */
  readonly digest: string
  /** The first broken invariant, with what led to it. */
  readonly violation: { readonly message: string; readonly lines: readonly string[] } | undefined
  readonly refreshes: number
  readonly statuses: readonly string[]
}

/** What is fixed instead of drawn, to look longer at one kind of storm. */
export interface Weather {
  readonly slow?: number
  readonly pauses?: number
  readonly renames?: number
  readonly clockJumps?: number
  readonly habits?: ProviderHabits
}

interface Process {
  readonly host: Host
  readonly engine: Engine
  readonly tokens: TokensEngine
  readonly scheduler: Scheduler
}

const stormMs = 12 * 60_000
const calmMs = 20 * 60_000

/**
 * Runs the real refresh code of several processes over one store and one provider, all of which misbehave as the seed says: first a storm
 * of faults, then a calm in which everything must come to rest.
 */
export async function simulate(seed: number, weather: Weather = {}): Promise<SimulationResult> {
  const world = createWorld(seed)
  const { dice } = world
  const shared = memoryStore({ now: world.now })
  let storm = true

  const storeRates: StoreFaults = { lost: dice.pick([0, 0, 0.02, 0.15]), unacknowledged: dice.pick([0, 0, 0.02, 0.1]) }
  const providerRates: ProviderFaults = {
    before: dice.pick([0, 0.1, 0.3]),
    after: dice.pick([0, 0.1, 0.3]),
    limited: dice.pick([0, 0, 0.1]),
    slow: weather.slow ?? dice.pick([0, 0, 0.2]),
  }
  const calmStore: StoreFaults = { lost: 0, unacknowledged: 0 }
  const calmProvider: ProviderFaults = { before: 0, after: 0, limited: 0, slow: 0 }
  let storeDown = false

  const provider = simulatedProvider(world, () => (storm ? providerRates : calmProvider))
  const methods = new Map<string, AuthMethod>()
  const journals = new Map<string, Map<string, JournalEntry>>()
  const journalled = dice.chance(0.4)

  const invariants = createInvariants({
    world,
    provider,
    shared,
    storeIsSound: storeRates.lost === 0 && storeRates.unacknowledged === 0,
    journalled,
  })

  function start(host: Host): Process {
    const runtime = simulatedRuntime(world, host, (request) => provider.fetchFrom(host, request))
    const store = simulatedStore(
      world,
      host,
      invariants.observed,
      () => (storm ? storeRates : calmStore),
      () => storeDown,
    )
    const vault = createVault({ keyring: keys, cipher: simulatedCipher(world, host) })
    const contexts = createContextFactory({
      runtime,
      vault,
      guard: async () => {},
      log: silentLogger,
      send: runtime.fetch,
    })
    const engine: Engine = {
      runtime,
      store,
      vault,
      log: silentLogger,
      journal: journalled ? simulatedJournal(world, host, journals) : undefined,
      settings: { ...defaultSettings, pollMs: 500 },
      holder: `${host.name}.${host.life}`,
      closing: new AbortController().signal,
      send: runtime.fetch,
      methodOf: (row) => ({ connector: connector, method: methods.get(row.method) as AuthMethod }),
      appsOf: async () => [app],
      contextOf: (row, parts) =>
        contexts({
          owner: ownerOf(row),
          app: parts.app,
          account: row.detail.account,
          slot: parts.slot,
          fetch: parts.fetch,
        }),
    }
    const tokens = createTokens(engine)
    const scheduler = createScheduler({
      engine,
      tokens,
      url: "https://host.test",
      handlers: new Set(),
      tendWebhooks: async () => {},
      retryEvents: async () => {},
      revokeAbandoned: async () => {},
      forgetAddress: async () => {},
      removeWebhooks: async () => {},
      lastUsedAt: async () => runtime.clock.now(),
      flushUsage: async () => {},
      forgetUsage: async () => {},
    })
    return { host, engine, tokens, scheduler }
  }

  const processes = Array.from({ length: dice.between(1, 3) }, (_, index) => start(world.host(`P${index + 1}`)))
  const connections = Array.from({ length: dice.between(1, 2) }, (_, index) => `conn_${index + 1}`)

  for (const id of connections) {
    const habits = weather.habits ?? drawHabits(world)
    methods.set(id, methodFor(id, habits))
    await shared.connections.insert(await firstRow(world, id, habits, provider.grant(id, habits)))
  }
  invariants.watch(connections)

  const inStorm = (run: () => void) => void world.after(dice.between(0, stormMs), undefined, run)

  const ask = (id: string) => {
    const process = dice.pick(processes)
    if (process.host.alive) void invariants.call(id, () => process.tokens.live(id, { timeoutMs: 10_000 }))
  }
  for (let call = dice.between(6, 24); call > 0; call--) inStorm(() => ask(dice.pick(connections)))
  for (let herd = dice.between(0, 3); herd > 0; herd--) {
    inStorm(() => {
      const id = dice.pick(connections)
      for (let caller = 0; caller < 8; caller++) ask(id)
    })
  }
  for (const index of processes.keys()) tickForEver(world, () => processes[index] as Process)
  for (let rename = weather.renames ?? dice.between(0, 6); rename > 0; rename--) {
    inStorm(() => {
      const { engine, host } = dice.pick(processes)
      if (host.alive)
        void changeRow(engine, dice.pick(connections), (row) => ({
          ...row,
          detail: { ...row.detail, name: `n${dice.below(100)}` },
        })).catch(() => {})
    })
  }
  for (let kill = dice.between(0, 3); kill > 0; kill--)
    inStorm(() => killAndRestart(world, processes, dice.below(processes.length), start))
  for (let pause = weather.pauses ?? dice.between(0, 2); pause > 0; pause--) {
    inStorm(() => {
      const { host } = dice.pick(processes)
      host.pausedUntil = world.now() + dice.between(1_000, 40_000)
      host.disturbedAt = host.pausedUntil
      world.note(`${host.name} stands still`)
    })
  }
  for (let jump = weather.clockJumps ?? dice.between(0, 2); jump > 0; jump--) {
    inStorm(() => {
      const { host } = dice.pick(processes)
      host.skewMs = dice.between(-300_000, 300_000)
      world.note(`${host.name}'s clock is off by ${host.skewMs}`)
    })
  }
  for (let outage = dice.between(0, 2); outage > 0; outage--) {
    inStorm(() => {
      const lasts = dice.between(1_000, 60_000)
      storeDown = true
      for (const { host } of processes) host.disturbedAt = Math.max(host.disturbedAt, world.now() + lasts)
      world.note("the store is away")
      world.after(lasts, undefined, () => {
        storeDown = false
      })
    })
  }
  if (dice.chance(0.1)) {
    inStorm(() => {
      const grant = provider.grants.get(dice.pick(connections))
      if (grant) grant.withdrawn = true
      world.note("a person withdraws the grant")
    })
  }

  const start0 = world.now()
  await world.run(start0 + stormMs, invariants.check)
  storm = false
  storeDown = false
  for (const { host } of processes) host.skewMs = 0
  processes.forEach((process, index) => {
    if (!process.host.alive) killAndRestart(world, processes, index, start)
  })
  await world.run(start0 + stormMs + calmMs, invariants.check)
  for (const id of connections) ask(id)
  await world.run(start0 + stormMs + calmMs + 15_000, invariants.check)
  const statuses = await invariants.atRest()

  const message = invariants.violation()
  return {
    seed,
    digest: world.digest(),
    violation: message === undefined ? undefined : { message, lines: world.lines() },
    refreshes: [...provider.grants.values()].reduce((sum, grant) => sum + [...grant.shown.values()].flat().length, 0),
    statuses,
  }
}

function tickForEver(world: World, process: () => Process): void {
  const everyMs = 90_000
  const tick = () => {
    const { host, scheduler } = process()
    if (host.alive) void scheduler.tick()
    world.after(everyMs, undefined, tick)
  }
  world.after(world.dice.between(0, everyMs), undefined, tick)
}

function killAndRestart(world: World, processes: Process[], index: number, start: (host: Host) => Process): void {
  const { host } = processes[index] as Process
  if (host.alive) world.note(`${host.name} is killed`)
  host.alive = false
  host.life++
  world.after(world.dice.between(500, 30_000), undefined, () => {
    if (host.alive) return
    Object.assign(host, { alive: true, pausedUntil: 0, startedAt: world.now() })
    world.note(`${host.name} starts again`)
    processes[index] = start(host)
  })
}

function drawHabits(world: World): ProviderHabits {
  const { dice } = world
  return {
    rotation: dice.pick(["single-use", "single-use", "single-use", "reusable"] as const),
    reuse: dice.pick([
      "revokes-family",
      "revokes-family",
      { seconds: 30 },
      { seconds: 600 },
      { untilUsed: true },
    ] as const),
    accessTokenSeconds: dice.pick([90, 240, 600]),
  }
}

function methodFor(id: string, habits: ProviderHabits): AuthMethod {
  return oauth2({
    id,
    authorizationEndpoint: "https://provider.test/authorize",
    tokenEndpoint: "https://provider.test/token",
    scopes: [],
    policy: { rotation: habits.rotation, reuse: habits.reuse, accessTokenSeconds: habits.accessTokenSeconds },
  }) as unknown as AuthMethod
}

const connector = { id: "acme", vendor: "acme", name: "Acme" } as unknown as Connector
const app = {
  id: "acme:app",
  clientId: "app",
  fields: { clientId: "app", clientSecret: "not-a-secret" },
  tenantId: null,
}
const keys = keyring(`k1:${"A".repeat(43)}`)

async function firstRow(
  world: World,
  id: string,
  habits: ProviderHabits,
  tokens: { accessToken: string; refreshToken: string },
): Promise<Omit<ConnectionRow, "number" | "version">> {
  const vault = createVault({ keyring: keys, cipher: plainCipher })
  const now = world.now()
  const clock = { issuedAt: now, expiresAt: now + habits.accessTokenSeconds * 1_000, rotation: habits.rotation }
  return {
    id,
    tenantId: `tenant of ${id}`,
    userId: null,
    connector: "acme",
    method: id,
    appId: "acme:app",
    accountKey: id,
    alias: null,
    keyId: "k1",
    status: "active",
    dueAt: now,
    generation: 1,
    lease: null,
    intents: {},
    spares: {},
    sealed: { main: await vault.sealSlot({ tenantId: `tenant of ${id}`, id }, "main", 1, tokens) },
    detail: {
      name: id,
      account: { id, label: id },
      slots: {
        main: {
          clock,
          granted: null,
          status: "active",
          reason: null,
          providerCode: null,
          generation: 1,
          writtenBy: "start",
          retryAt: null,
          failures: 0,
        },
      },
      createdAt: now,
      createdBy: null,
      requested: [],
      pendingEvents: [],
      attemptId: "start",
    },
  }
}

function simulatedRuntime(world: World, host: Host, fetch: (request: Request) => Promise<Response>): Runtime {
  return {
    clock: { now: () => world.now() + host.skewMs, monotonic: () => world.now() - host.startedAt },
    timers: { after: (delayMs, callback) => world.after(delayMs, host, callback) },
    random: (length) => Uint8Array.from({ length }, () => world.dice.below(256)),
    digest: (text) => world.later(world.dice.below(3), host, () => plainDigest(text)),
    fetch,
  }
}

function plainDigest(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return `${hash.toString(36)}-${text.length}`
}

/** The shape of the real one, without its secrecy: what is sealed can be looked into by the invariants. */
const plainCipher: Cipher = {
  seal: async (key, plaintext, binding) =>
    `${encodeHeader(sealedHeader(key, binding))}..iv.${base64url(new TextEncoder().encode(plaintext))}.tag`,
  open: async (key, sealed, binding) => {
    const [header = "", , , text = ""] = sealed.split(".")
    return isHeaderOf(header, key, binding) ? new TextDecoder().decode(fromBase64url(text)) : undefined
  },
}

/** What is inside a sealed value of this simulation. */
export function unsealed(sealed: string): unknown {
  return JSON.parse(new TextDecoder().decode(fromBase64url(sealed.split(".")[3] ?? "")))
}

/** WebCrypto answers in any order; so does this (ruling R16). */
function simulatedCipher(world: World, host: Host): Cipher {
  return {
    seal: (...given) => world.later(world.dice.below(4), host, () => plainCipher.seal(...given)),
    open: (...given) => world.later(world.dice.below(4), host, () => plainCipher.open(...given)),
  }
}

/** A file of the host: it outlives the process. */
function simulatedJournal(world: World, host: Host, journals: Map<string, Map<string, JournalEntry>>): Journal {
  const entries = journals.get(host.name) ?? new Map<string, JournalEntry>()
  journals.set(host.name, entries)
  return {
    append: (entry) => world.later(world.dice.below(8), host, () => void entries.set(entry.id, entry)),
    list: () => world.later(world.dice.below(8), host, () => [...entries.values()]),
    remove: (id) => world.later(world.dice.below(8), host, () => void entries.delete(id)),
  }
}
