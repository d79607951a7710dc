/** What happens at one expiry. */
export interface Round {
  /** The provider takes longer than a lease that nobody renews: before it does its work, or after it, with the old token spent already. */
  readonly slow: "before" | "after" | undefined
  /** One process's clock is off. */
  readonly skew: { readonly process: number; readonly ms: number } | undefined
  /** Only the clock that is fast has passed the end. */
  readonly isEarly: boolean
}

const skewMs = 4 * 60_000

/** The n-th expiry of a run: the same for every store and every run. */
export function roundAt(at: number, processes: number): Round {
  const block = Math.floor(at / 10)
  const place = at % 10
  // A clock stays off for four expiries: the end that it wrote is then read by those whose clocks are right, and the other way round.
  const isSkewed = place >= 4 && place < 8
  const isFast = block % 2 === 0
  return {
    slow: at === 11 || at === 26 || at % 50 === 11 ? (block % 2 === 0 ? "before" : "after") : undefined,
    skew: isSkewed ? { process: block % processes, ms: isFast ? skewMs : -skewMs } : undefined,
    isEarly: isSkewed && isFast && place === 6,
  }
}
