/** One figure, measured several times. */
export interface Figure {
  readonly median: number
  /** The quarter below which, and above which, a quarter of the measurements lie: how far to trust the median. */
  readonly low: number
  readonly high: number
}

/** Median and quartiles of some measurements. */
export function figureOf(measured: readonly number[]): Figure {
  const sorted = [...measured].sort((a, b) => a - b)
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN
  return { median: at(0.5), low: at(0.25), high: at(0.75) }
}

/** A figure with so many decimals. */
export function rounded({ median, low, high }: Figure, decimals: number): Figure {
  const round = (value: number) => Number(value.toFixed(decimals))
  return { median: round(median), low: round(low), high: round(high) }
}

/** A figure of ratios. */
export const ratioOf = (measured: readonly number[]): Figure => rounded(figureOf(measured), 2)
