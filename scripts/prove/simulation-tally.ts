/** What some seeds came to. */
export interface Tally {
  readonly seeds: number
  readonly refreshes: number
  /** How often each kind of thing happened. */
  readonly counts: Readonly<Record<string, number>>
  /** Each broken promise, as a person reads it. */
  readonly violations: readonly string[]
}

export const emptyTally: Tally = Object.freeze({ seeds: 0, refreshes: 0, counts: {}, violations: [] })

/** Both together. */
export function tallied(a: Tally, b: Tally): Tally {
  const kinds = [...new Set([...Object.keys(a.counts), ...Object.keys(b.counts)])].sort()
  return {
    seeds: a.seeds + b.seeds,
    refreshes: a.refreshes + b.refreshes,
    counts: Object.fromEntries(kinds.map((kind) => [kind, (a.counts[kind] ?? 0) + (b.counts[kind] ?? 0)])),
    violations: [...a.violations, ...b.violations],
  }
}
