import { changeRow } from "../engine/change-row.js"
import type { Dice } from "./dice.js"
import { reconnect } from "./reconnect.js"
import type { Process } from "./simulated-process.js"
import type { ProviderHabits, SimulatedProvider } from "./simulated-provider.js"
import type { Host, World } from "./world.js"

/** What a storm strikes at. */
export interface Struck {
  readonly world: World
  readonly provider: SimulatedProvider
  /** By their hosts' places; one that is killed is replaced by what starts again there. */
  readonly processes: Process[]
  readonly connections: readonly string[]
  readonly habits: ReadonlyMap<string, ProviderHabits>
  /** By host, the app's secrets, newest first. */
  readonly secrets: Map<Host, readonly string[]>
  /** By host, the keys that a process is started with, the one that seals first. */
  readonly keys: Map<Host, readonly string[]>
  /** When the storm is over. */
  readonly endsAt: number
  start(host: Host): Process
  ask(id: string): void
  storeIsAway(forMs: number): void
}

/** What is fixed instead of drawn, to look longer at one kind of storm. */
export interface Weather {
  readonly slow?: number
  readonly pauses?: number
  readonly renames?: number
  readonly clockJumps?: number
  readonly habits?: ProviderHabits
}

type Misfortune = (struck: Struck) => void

/** Each kind of thing that goes on or goes wrong in a storm: how often in one, and what it does. */
const kinds: readonly { readonly times: (dice: Dice, weather: Weather) => number; readonly strike: Misfortune }[] = [
  { times: (dice) => dice.between(6, 24), strike: ({ ask, ...struck }) => ask(someId(struck)) },
  { times: (dice) => dice.between(0, 3), strike: herd },
  { times: (dice, { renames }) => renames ?? dice.between(0, 6), strike: rename },
  { times: (dice) => dice.between(0, 3), strike: (struck) => killAndRestart(struck, somePlace(struck)) },
  { times: (dice, { pauses }) => pauses ?? dice.between(0, 2), strike: pause },
  { times: (dice, { clockJumps }) => clockJumps ?? dice.between(0, 2), strike: jump },
  { times: (dice) => dice.between(0, 2), strike: outage },
  { times: (dice) => dice.between(0, 1), strike: cutOff },
  { times: (dice) => (dice.chance(0.1) ? 1 : 0), strike: withdraw },
  { times: (dice) => (dice.chance(0.25) ? 1 : 0), strike: changeSecret },
  { times: (dice) => (dice.chance(0.3) ? dice.between(1, 2) : 0), strike: consentAgain },
  { times: (dice) => (dice.chance(0.2) ? 1 : 0), strike: disconnect },
  { times: (dice) => (dice.chance(0.25) ? 1 : 0), strike: changeKeys },
]

/** Spreads misfortunes over the storm as the seed says. */
export function brew(struck: Struck, weather: Weather): void {
  const { world } = struck
  for (const { times, strike } of kinds)
    for (let left = times(world.dice, weather); left > 0; left--)
      world.after(world.dice.between(0, struck.endsAt - world.now()), undefined, () => strike(struck))
}

/** What happens in the very moment in which new tokens reach a process, before it can write them down: at a rate of its own in each storm. */
export function strikeAtAnswer(struck: Struck, host: Host): void {
  const { world } = struck
  const { dice } = world
  const place = struck.processes.findIndex((process) => process.host === host)
  dice.pick([
    () => {
      world.count("store away between answer and commit")
      struck.storeIsAway(dice.pick([300, 5_000, 60_000]))
    },
    () => {
      world.count("host cut off between answer and commit")
      cut(world, host, dice.pick([300, 5_000, 60_000]))
    },
    () => {
      world.count("processes killed between answer and commit")
      // Before it knows, or while it writes.
      const delayMs = dice.pick([0, 0, dice.between(1, 25)])
      if (delayMs === 0) killAndRestart(struck, place)
      else world.after(delayMs, host, () => killAndRestart(struck, place))
    },
  ])()
}

/** Kills the process of a place, and starts another there a while later. */
export function killAndRestart({ world, processes, start }: Struck, place: number): void {
  const { host } = processes[place] as Process
  if (host.alive) {
    world.note(`${host.name} is killed`)
    world.count("processes killed")
  }
  host.alive = false
  host.life++
  world.after(world.dice.between(500, 30_000), undefined, () => {
    if (host.alive) return
    Object.assign(host, { alive: true, pausedUntil: 0, startedAt: world.now() })
    world.note(`${host.name} starts again`)
    processes[place] = start(host)
  })
}

function herd(struck: Struck): void {
  const id = someId(struck)
  for (let caller = 0; caller < 8; caller++) struck.ask(id)
}

function rename(struck: Struck): void {
  const { engine, host } = someProcess(struck)
  if (!host.alive) return
  struck.world.count("renames")
  const name = `n${struck.world.dice.below(100)}`
  void changeRow(engine, someId(struck), (row) => ({ ...row, detail: { ...row.detail, name } })).catch(() => {})
}

function pause(struck: Struck): void {
  const { world } = struck
  const { host } = someProcess(struck)
  host.pausedUntil = world.now() + world.dice.between(1_000, 40_000)
  host.disturbedAt = host.pausedUntil
  world.note(`${host.name} stands still`)
  world.count("pauses")
}

function jump(struck: Struck): void {
  const { world } = struck
  const { host } = someProcess(struck)
  host.skewMs = world.dice.between(-300_000, 300_000)
  world.note(`${host.name}'s clock is off by ${host.skewMs}`)
  world.count("clock jumps")
}

function outage(struck: Struck): void {
  struck.world.count("store outages")
  struck.storeIsAway(struck.world.dice.between(1_000, 60_000))
}

function cutOff(struck: Struck): void {
  const { world } = struck
  world.count("hosts cut off from the store")
  cut(world, someProcess(struck).host, world.dice.between(1_000, 60_000))
}

function cut(world: World, host: Host, forMs: number): void {
  host.cutUntil = Math.max(host.cutUntil, world.now() + forMs)
  host.disturbedAt = Math.max(host.disturbedAt, host.cutUntil)
  world.note(`${host.name} is cut off from the store`)
}

function withdraw(struck: Struck): void {
  const id = someId(struck)
  for (const grant of struck.provider.grants) if (grant.connectionId === id) grant.withdrawn = true
  struck.world.note("a person withdraws the grant")
  struck.world.count("grants withdrawn")
}

/** The app gets another secret: in the right order, both being good for a while, or replaced outright before any host knows. */
function changeSecret({ world, provider, secrets }: Struck): void {
  const { dice } = world
  const next = `secret ${provider.secrets.size + 1}`
  const before = [...provider.secrets]
  const end = () => {
    for (const secret of before) provider.secrets.delete(secret)
    world.note("the app's earlier secret ends")
  }
  provider.secrets.add(next)
  world.note("the app gets another secret")
  world.count("app secrets changed")
  const learnMs = 120_000
  for (const host of secrets.keys())
    world.after(dice.below(learnMs), undefined, () => secrets.set(host, [next, ...(secrets.get(host) ?? [])]))
  world.after(dice.chance(0.3) ? 0 : learnMs + dice.below(60_000), undefined, end)
}

/** Another key, as it is to be done (ruling R23): every process is started again with it, then with it sealing, and then all is sealed anew. */
function changeKeys(struck: Struck): void {
  const { world, processes, keys, endsAt } = struck
  const { dice } = world
  const leftMs = Math.max(0, endsAt - world.now())
  const deploy = (from: number, ring: readonly string[]) => {
    for (const [place, { host }] of processes.entries())
      world.after(leftMs * (from + dice.next() * 0.3), undefined, () => {
        keys.set(host, ring)
        killAndRestart(struck, place)
      })
  }
  world.count("keys changed")
  deploy(0, ["k1", "k2"])
  deploy(0.3, ["k2", "k1"])
  for (let times = dice.between(1, 3); times > 0; times--)
    world.after(leftMs * (0.65 + dice.next() * 0.35), undefined, () => rotateKeys(struck))
}

/** One process seals all anew, as far as it gets. */
export function rotateKeys(struck: Struck): void {
  const { world } = struck
  const process = someProcess(struck)
  if (!process.host.alive) return
  world.note(`${process.host.name} rotates the keys`)
  void process.rotateKeys().then(
    (counts) => {
      world.note(`${process.host.name} has rotated the keys: ${JSON.stringify(counts)}`)
      world.count("key rotations done")
    },
    () => world.count("key rotations broken off"),
  )
}

function consentAgain(struck: Struck): void {
  const { world, provider } = struck
  const id = someId(struck)
  world.count("reconnects begun")
  void reconnect({
    world,
    provider,
    id,
    habits: struck.habits.get(id) as ProviderHabits,
    process: () => {
      const process = someProcess(struck)
      return process.host.alive ? process : undefined
    },
  }).then(
    (record) => {
      world.note(`a person connects ${id} again: ${record?.status}`)
      if (record?.status === "connected") world.count("reconnects done")
    },
    () => world.note(`a person cannot connect ${id} again`),
  )
}

function disconnect(struck: Struck): void {
  const id = someId(struck)
  const process = someProcess(struck)
  if (!process.host.alive) return
  struck.world.note(`a person disconnects ${id}`)
  struck.world.count("disconnects")
  void process.disconnect(id).catch(() => {})
}

function someId({ world, connections }: Pick<Struck, "world" | "connections">): string {
  return world.dice.pick(connections)
}

function somePlace({ world, processes }: Struck): number {
  return world.dice.below(processes.length)
}

function someProcess(struck: Struck): Process {
  return struck.processes[somePlace(struck)] as Process
}
