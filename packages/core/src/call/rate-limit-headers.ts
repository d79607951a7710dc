import type { RateLimitHeaders } from "../connector.js"

/** What an answer told of a limit. */
export interface Budget {
  /** Calls left until the limit starts anew. */
  readonly left: number
  readonly resetAfterMs: number
}

// A header misread must not hold an account back for good.
const longestMs = 60 * 60_000
const unitMs = { epoch_seconds: 1_000, seconds: 1_000, epoch_ms: 1, milliseconds: 1 } as const

/** Reads what is left of a limit; undefined where an answer does not say both, or is about another limit. */
export function budgetOf(named: RateLimitHeaders, headers: Headers, now: number): Budget | undefined {
  const counts = Object.entries(named.when ?? {}).every(([header, value]) => headers.get(header) === value)
  const left = counts ? numberOf(headers.get(named.remaining)) : undefined
  const reset = numberOf(headers.get(named.reset))
  if (left === undefined || reset === undefined) return undefined
  const resetMs = reset * unitMs[named.resetIs]
  const resetAfterMs = named.resetIs.startsWith("epoch_") ? resetMs - now : resetMs
  return { left: Math.floor(left), resetAfterMs: Math.min(Math.max(0, resetAfterMs), longestMs) }
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\s*-?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined
}
