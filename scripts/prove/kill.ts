import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundle, removeBundles } from "../bench/bundle.js"
import type { Verdict } from "./kill-judge.js"
import { type Places, placesIn } from "./kill-places.js"
import { allScenes, chosen, nameOfScene, pointsOf, type Scene, someScenes } from "./kill-plan.js"
import { type Run, runOnce } from "./kill-run.js"
import { nameOf, type Point } from "./kill-seams.js"
import { type ActTally, emptyTally, lossOf, merged, tableOf, tallied } from "./kill-tally.js"
import type { Part } from "./part.js"

/** How many processes were killed, and what came of it. */
export interface KillFigures {
  readonly kills: number
  readonly silentLosses: number
  /** Kills that left a living grant at the provider which only the dead process knew. */
  readonly orphans: number
  readonly acts: Readonly<Record<string, ActTally>>
}

const fullKills = 1_000
const boundedKills = 120
const boundedMs = 38_000
/** What is reached all the same where a machine is busy, and how long that may take. */
const leastBounded = 40
const longestBoundedMs = 240_000
const atOnce = 3
const home = "packages/store-sql"

/** Processes killed at every crossing of every seam between core and the world. A dry run of each act finds the crossings. */
export const kill: Part<KillFigures> = {
  name: "kill",
  async run({ bounded, log }) {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-kill-"))
    const clear = () => {
      removeBundles([home])
      rmSync(folder, { recursive: true, force: true })
    }
    // Also when somebody ends the harness in the middle of it.
    process.once("exit", clear)
    try {
      const script = await bundle("scripts/prove/kill-process.ts", home, ["libsql", "pg"])
      const places = await placesIn(folder)
      const playable = (bounded ? someScenes : allScenes).filter(({ store }) => store !== "postgres" || !places.missing)
      const startedAt = performance.now()
      const isOver = (kills: number) =>
        bounded && performance.now() - startedAt > (kills < leastBounded ? longestBoundedMs : boundedMs)
      const tallies = await play(
        { script, places, scenes: playable, each: bounded ? Math.ceil(boundedKills / playable.length) : undefined },
        isOver,
        log,
      )
      for (const line of tableOf(tallies)) log(line)
      return resultOf(tallies, bounded ? leastBounded : fullKills, places.missing)
    } finally {
      process.off("exit", clear)
      clear()
    }
  },
}

interface Playing {
  readonly script: string
  readonly places: Places
  readonly scenes: readonly Scene[]
  /** At how many points of each; all unless told. */
  readonly each: number | undefined
}

/** A scene at one of its points, and what came of it. */
interface Kill {
  readonly scene: Scene
  readonly point: Point
  verdict?: Verdict
}

/** Plays scenes, three at once, in turns: where time runs out, each had its share. */
async function play(
  { script, places, scenes, each }: Playing,
  isOver: (kills: number) => boolean,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, ActTally>> {
  const kills = await pooled(scenes, async (scene): Promise<Kill[]> => {
    const dry = await playOnce(script, places, scene)
    if (dry.is !== "lived") throw new Error(`${nameOfScene(scene)}: a process died that nobody had killed.`)
    const all = pointsOf(dry.passed)
    log(`kill: ${nameOfScene(scene)} has ${all.length} points`)
    return (each === undefined ? all : chosen(all, each)).map((point) => ({ scene, point }))
  })
  let done = 0
  await pooled(inTurns(kills), async (kill) => {
    if (isOver(done)) return
    kill.verdict = await killed(script, places, kill)
    if (kill.verdict.losses.length > 0) log(lossOf(kill.scene, kill.point, kill.verdict))
    if (++done % 100 === 0) log(`kill: ${done} of ${kills.flat().length}`)
  })
  const byAct = new Map<string, ActTally>()
  for (const of of kills) {
    let tally = emptyTally
    for (const { point, verdict } of of) if (verdict) tally = tallied(tally, point, verdict)
    for (const { scene } of of.slice(0, 1)) byAct.set(scene.act, merged(byAct.get(scene.act) ?? emptyTally, tally))
  }
  return byAct
}

async function pooled<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [at, item] of queue) results[at] = await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

/** One of each, then another of each, and so on; none of them in its own order, so that time which runs out leaves no end of it untried. */
function inTurns<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const golden = (Math.sqrt(5) - 1) / 2
  const mixed = lists.map((list) =>
    list.map((item, at) => ({ item, rank: (at * golden) % 1 })).sort((a, b) => a.rank - b.rank),
  )
  const longest = Math.max(...lists.map((list) => list.length), 0)
  return Array.from({ length: longest }, (_, at) => mixed.flatMap((list) => list[at]?.item ?? [])).flat()
}

/** A kill at this very point; a process that came by another way gets a second chance. */
async function killed(script: string, places: Places, { scene, point }: Kill): Promise<Verdict> {
  for (let tries = 0; tries < 2; tries++) {
    const run = await playOnce(script, places, scene, point)
    if (run.is === "killed") return run.verdict
  }
  throw new Error(`${scene.act}: a process never came by "${nameOf(point)}".`)
}

async function playOnce(script: string, places: Places, scene: Scene, point?: Point): Promise<Run> {
  const { place, remove } = await places.make(scene)
  try {
    return await runOnce(script, scene.act, place, point)
  } finally {
    await remove()
  }
}

function resultOf(tallies: ReadonlyMap<string, ActTally>, least: number, missing: string | undefined) {
  const all = [...tallies.values()]
  const sum = (of: (tally: ActTally) => number) => all.reduce((total, one) => total + of(one), 0)
  const kills = sum((one) => one.kills)
  const silentLosses = sum((one) => one.silentLosses)
  const orphans = sum((one) => one.orphans)
  const endings = new Map<string, number>()
  for (const { ended } of all)
    for (const [how, count] of Object.entries(ended)) endings.set(how, (endings.get(how) ?? 0) + count)
  const named = [...endings].filter(([how]) => how.includes(", ") && !how.startsWith("untouched"))
  return {
    figures: { kills, silentLosses, orphans, acts: Object.fromEntries(tallies) },
    losses: silentLosses,
    row: `${kills.toLocaleString("en")} kills; ${named.map(([how, count]) => `${count} ended ${how}`).join("; ") || "all ended usable"}`,
    ...(orphans > 0 && {
      note: `${orphans} kills, between a provider's answer to a new consent and the first write of it, left a grant there that nobody here knows.`,
    }),
    ...(missing !== undefined && { missing: [`kill on postgres: ${missing}`] }),
    ...(kills < least && { unfinished: `${kills} of ${least} kills` }),
  }
}
