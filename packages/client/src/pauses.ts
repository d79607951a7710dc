import type { AttemptView } from "@holdfast/core"

interface Waiting {
  readonly view: AttemptView
  readonly draws: "page" | "window"
  /** Answers heard so far. */
  readonly asks: number
  /** Asks that failed since the last answer. */
  readonly failures: number
  /** What the last of them asked for. */
  readonly retryAfterMs?: number | undefined
  /** Whether the window is gone, so that little is left to wait for. */
  readonly isClosed: boolean
  /** Whether nobody sees this page. */
  readonly isUnwatched: boolean
}

const longestMs = 10_000

/** How long to wait before asking again, in milliseconds. */
export function pauseBetween({
  view,
  draws,
  asks,
  failures,
  retryAfterMs = 0,
  isClosed,
  isUnwatched,
}: Waiting): number {
  if (failures > 0) return Math.min(Math.max(1_000 * 2 ** (failures - 1), retryAfterMs), longestMs)
  if (isClosed) return 700
  const pauseMs = draws === "page" ? pauseOf(view) : growing(1_000, asks, 3_000)
  return isUnwatched ? Math.max(pauseMs * 2, 5_000) : pauseMs
}

/** A step says itself how often it likes to be asked; a form goes on by what the page sends. */
function pauseOf({ step }: AttemptView): number {
  if ("pollAfterMs" in step) return step.pollAfterMs
  return step.kind === "form" ? longestMs : 2_000
}

function growing(firstMs: number, asks: number, mostMs: number): number {
  return Math.min(firstMs * 1.25 ** asks, mostMs)
}

/** Whether the page is in a tab that nobody looks at. */
export function isUnwatched(): boolean {
  return document.visibilityState === "hidden"
}
