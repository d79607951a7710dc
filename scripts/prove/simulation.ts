import { bundle, removeBundles } from "../bench/bundle.js"
import { startChild } from "./child.js"
import type { Part, PartResult } from "./part.js"
import type { Stretch } from "./simulation-process.js"
import { emptyTally, type Tally, tallied } from "./simulation-tally.js"

/** How many seeds were run, and what they met. */
export interface SimulationFigures {
  readonly seeds: number
  readonly violations: number
  readonly refreshes: number
  /** How often each kind of thing happened. */
  readonly counts: Readonly<Record<string, number>>
}

const fullSeeds = 100_000
const boundedSeeds = 2_000
/** As many as fit in this time; where they are fewer than those above, on to these, for so long at most. */
const boundedMs = 38_000
const longestBoundedMs = 180_000
const processes = 2
const home = "packages/core"

/** The six promises of the refresh path over the real code: each seed is another storm over several processes. */
export const simulation: Part<SimulationFigures> = {
  name: "simulation",
  async run({ bounded, log }) {
    const script = await bundle("scripts/prove/simulation-process.ts", home, [])
    const stretches = stretchesOf(bounded ? Number.POSITIVE_INFINITY : fullSeeds, bounded ? 50 : 500)
    const startedAt = performance.now()
    let tally = emptyTally
    const isTimeUp = () => {
      const ms = performance.now() - startedAt
      return bounded && ms > (tally.seeds >= boundedSeeds ? boundedMs : longestBoundedMs)
    }
    const children = Array.from({ length: processes }, () => startChild(script))
    try {
      await Promise.all(
        children.map(async (child) => {
          while (!isTimeUp()) {
            const { value: stretch, done } = stretches.next()
            if (done) return
            child.tell(stretch)
            const met = await child.next<Tally>()
            for (const violation of met.violations) log(violation)
            tally = tallied(tally, met)
            if (tally.seeds % 10_000 === 0) log(`simulation: ${tally.seeds} seeds, ${tally.violations.length} broken`)
          }
        }),
      )
    } finally {
      await Promise.all(children.map((child) => child.end()))
      removeBundles([home])
    }
    return resultOf(tally, bounded ? boundedSeeds : fullSeeds)
  },
}

/** What the seeds say, and whether they were as many as they had to be. */
export function resultOf(
  { seeds, refreshes, counts, violations }: Tally,
  least: number,
): PartResult<SimulationFigures> {
  const met = (kind: string) => `${grouped(counts[kind] ?? 0)} ${kind}`
  return {
    figures: { seeds, violations: violations.length, refreshes, counts },
    losses: violations.length,
    row: `${grouped(seeds)} seeds, ${grouped(refreshes)} refreshes`,
    note: ["processes killed", "answers lost", "store outages", "clocks off for good", "key rotations done"]
      .map(met)
      .join(", "),
    ...(seeds < least && { unfinished: `${grouped(seeds)} of ${grouped(least)} seeds` }),
  }
}

function* stretchesOf(seeds: number, count: number): Generator<Stretch, undefined> {
  for (let from = 1; from <= seeds; from += count) yield { from, count: Math.min(count, seeds + 1 - from) }
}

function grouped(count: number): string {
  return count.toLocaleString("en")
}
