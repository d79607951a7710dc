import { type SimulationResult, simulate } from "./simulate.js"
import type { Weather } from "./storm.js"

/** A failing seed as a person reads it: what broke, what led to it, and how to see it again. */
export function report({ seed, violation }: SimulationResult): string {
  return [
    `seed ${seed} breaks ${violation?.message}`,
    ...(violation?.lines.slice(-80) ?? []),
    `Again: HOLDFAST_SEED=${seed} npx vitest run packages/core/src/simulation/replay.test.ts`,
  ].join("\n")
}

/** Runs seeds one after the other. Answers the first that breaks an invariant, and what the run saw. */
export async function simulateSeeds(from: number, count: number, weather?: Weather) {
  const statuses: Record<string, number> = {}
  const counts: Record<string, number> = {}
  let refreshes = 0
  for (let seed = from; seed < from + count; seed++) {
    const result = await simulate(seed, weather)
    if (result.violation) return { broken: result, statuses, refreshes, counts }
    refreshes += result.refreshes
    for (const status of result.statuses) statuses[status] = (statuses[status] ?? 0) + 1
    for (const [kind, times] of Object.entries(result.counts)) counts[kind] = (counts[kind] ?? 0) + times
  }
  return { broken: undefined, statuses, refreshes, counts }
}
