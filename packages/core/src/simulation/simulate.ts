import type { JournalEntry } from "../journal.js"
import { memoryStore } from "../memory-store.js"
import type { AuthMethod } from "../method.js"
import type { Dice } from "./dice.js"
import { firstRow } from "./first-row.js"
import { createInvariants } from "./invariants.js"
import { methodFor, type Process, type Surroundings, startProcess } from "./simulated-process.js"
import { type ProviderFaults, type ProviderHabits, simulatedProvider } from "./simulated-provider.js"
import type { StoreFaults } from "./simulated-store.js"
import { brew, killAndRestart, rotateKeys, type Struck, strikeAtAnswer, type Weather } from "./storm.js"
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
  /** How often each kind of thing happened. */
  readonly counts: Readonly<Record<string, number>>
}

const stormMs = 12 * 60_000
const calmMs = 20 * 60_000
/** Longer where a host's clock stays wrong, since times that it wrote are waited for. */
const calmOffMs = 35 * 60_000
const calmStore: StoreFaults = { lost: 0, unacknowledged: 0 }
const calmProvider: ProviderFaults = { before: 0, after: 0, limited: 0, slow: 0 }

/**
 * Runs the real refresh code of several processes over one store and one provider, all of which misbehave as the seed says: first a storm
 * of faults, then a calm in which everything must come to rest.
 */
export async function simulate(seed: number, weather: Weather = {}): Promise<SimulationResult> {
  const world = createWorld(seed)
  const { dice } = world
  const shared = memoryStore({ now: world.now })
  let storm = true
  let storeAwayUntil = 0

  const storeRates: StoreFaults = { lost: dice.pick([0, 0, 0.02, 0.15]), unacknowledged: dice.pick([0, 0, 0.02, 0.1]) }
  const providerRates: ProviderFaults = {
    before: dice.pick([0, 0.1, 0.3]),
    after: dice.pick([0, 0.1, 0.3]),
    limited: dice.pick([0, 0, 0.1]),
    slow: weather.slow ?? dice.pick([0, 0, 0.2, 0.6]),
  }
  const answerRate = dice.pick([0, 0, 0.05, 0.3])
  const provider = simulatedProvider(
    world,
    () => (storm ? providerRates : calmProvider),
    (host) => {
      if (storm && dice.chance(answerRate)) strikeAtAnswer(struck, host)
    },
  )
  const journals = dice.chance(0.4) ? new Map<string, Map<string, JournalEntry>>() : undefined
  const invariants = createInvariants({
    world,
    provider,
    shared,
    storeIsSound: storeRates.lost === 0 && storeRates.unacknowledged === 0,
  })

  const methods = new Map<string, AuthMethod>()
  const habits = new Map<string, ProviderHabits>()
  const hosts = Array.from({ length: dice.pick([1, 2, 2, 3, 3, 4, 5, 8]) }, (_, index) => world.host(`P${index + 1}`))
  const secrets = new Map<Host, readonly string[]>(hosts.map((host) => [host, ["secret 1"]]))
  const keys = new Map<Host, readonly string[]>(hosts.map((host) => [host, ["k1"]]))
  const around: Surroundings = {
    world,
    provider,
    store: invariants.observed,
    storeFaults: () => (storm ? storeRates : calmStore),
    storeIsAway: () => world.now() < storeAwayUntil,
    journals,
    journalled: invariants.journalled,
    kept: invariants.kept,
    methods,
    secretsOf: (host) => secrets.get(host) ?? [],
    keysOf: (host) => keys.get(host) ?? [],
  }
  const start = (host: Host) => startProcess(around, host)
  const processes = hosts.map(start)
  world.count(`storms over ${hosts.length} processes`)

  const connections = Array.from({ length: dice.between(1, 2) }, (_, index) => `conn_${index + 1}`)
  for (const id of connections) {
    const drawn = weather.habits ?? drawHabits(dice)
    habits.set(id, drawn)
    methods.set(id, methodFor(id, drawn))
    await shared.connections.insert(await firstRow(world, id, drawn, provider.grant(id, drawn)))
  }
  await invariants.watch(connections)

  const ask = (id: string) => {
    const process = dice.pick(processes)
    if (process.host.alive) void invariants.call(id, process.tokens, { timeoutMs: 10_000 })
  }
  const struck: Struck = {
    world,
    provider,
    processes,
    connections,
    habits,
    secrets,
    keys,
    endsAt: world.now() + stormMs,
    start,
    ask,
    storeIsAway(forMs) {
      storeAwayUntil = Math.max(storeAwayUntil, world.now() + forMs)
      for (const { host } of processes) host.disturbedAt = Math.max(host.disturbedAt, storeAwayUntil)
      world.note("the store is away")
    },
  }
  const skewed = dice.chance(0.25) ? setWrong(world, dice.pick(hosts)) : undefined
  for (const place of processes.keys()) tickForEver(world, () => processes[place] as Process)
  brew(struck, weather)

  const startedAt = world.now()
  await world.run(startedAt + stormMs, invariants.check)
  storm = false
  storeAwayUntil = 0
  for (const host of hosts) Object.assign(host, { cutUntil: 0, skewMs: host === skewed?.host ? skewed.byMs : 0 })
  processes.forEach(({ host }, place) => {
    if (!host.alive) killAndRestart(struck, place)
  })
  await world.run(startedAt + stormMs + 60_000, invariants.check)
  // What a rotation did not reach is what the next one finds.
  const isRotated = keys.get(hosts[0] as Host)?.[0] === "k2"
  if (isRotated) rotateKeys(struck)
  await world.run(startedAt + stormMs + (skewed ? calmOffMs : calmMs), invariants.check)
  // By a clock that is behind, a dead token that another host got may look as if it were too young to be renewed: for a minute.
  let unserved: readonly string[] = connections
  for (let left = skewed ? 3 : 1; left > 0 && unserved.length > 0; left--) {
    unserved.forEach(ask)
    await world.run(world.now() + 15_000, invariants.check)
    unserved = unserved.filter((id) => !invariants.isServed(id))
    if (left > 1) await world.run(world.now() + 50_000, invariants.check)
  }
  const statuses = await invariants.atRest(connections, isRotated ? "k2" : "k1")

  const message = invariants.violation()
  return {
    seed,
    digest: world.digest(),
    violation: message === undefined ? undefined : { message, lines: world.lines() },
    refreshes: provider.grants.reduce((sum, grant) => sum + [...grant.shown.values()].flat().length, 0),
    statuses,
    counts: world.counts(),
  }
}

/** One host's clock is off by minutes from the first to the last, and nobody notices. */
function setWrong(world: World, host: Host): { readonly host: Host; readonly byMs: number } {
  const byMs = world.dice.pick([-1, 1]) * world.dice.between(60_000, 300_000)
  host.skewMs = byMs
  world.note(`${host.name}'s clock is off by ${byMs} for good`)
  world.count("clocks off for good")
  return { host, byMs }
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

function drawHabits(dice: Dice): ProviderHabits {
  return {
    rotation: dice.pick(["single-use", "single-use", "single-use", "reusable"] as const),
    reuse: dice.pick([
      "revokes-family",
      "revokes-family",
      { seconds: 30 },
      { seconds: 600 },
      { untilUsed: true },
    ] as const),
    reconsent: dice.pick(["keeps", "kills"] as const),
    accessTokenSeconds: dice.pick([90, 240, 600]),
  }
}
