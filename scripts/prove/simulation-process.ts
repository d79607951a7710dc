import { createInterface } from "node:readline"
import { report } from "../../packages/core/src/simulation/seeds.js"
import { simulate } from "../../packages/core/src/simulation/simulate.js"
import { emptyTally, type Tally, tallied } from "./simulation-tally.js"

/** Seeds to run, one after the other. */
export interface Stretch {
  readonly from: number
  readonly count: number
}

// Thousands of errors are thrown on purpose, and nobody reads where.
Error.stackTraceLimit = 0

for await (const line of createInterface({ input: process.stdin })) {
  const { from, count } = JSON.parse(line) as Stretch
  let tally: Tally = emptyTally
  for (let seed = from; seed < from + count; seed++) {
    const result = await simulate(seed)
    tally = tallied(tally, {
      seeds: 1,
      refreshes: result.refreshes,
      counts: { ...result.counts, ...endsOf(result.statuses) },
      violations: result.violation ? [report(result)] : [],
    })
  }
  process.stdout.write(`${JSON.stringify(tally)}\n`)
}

function endsOf(statuses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const status of statuses) counts[`ended ${status}`] = (counts[`ended ${status}`] ?? 0) + 1
  return counts
}
