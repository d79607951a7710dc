import { HoldfastError, isHoldfastError } from "../errors.js"
import type { Timers } from "../runtime.js"

/** A signal that aborts with a caller's signal, or when the time is up; `release` lets go of the timer. */
export interface Deadline {
  readonly signal: AbortSignal
  release(): void
}

/** Starts counting now, on the runtime's timers. */
export function startDeadline(
  timers: Timers,
  timeoutMs: number,
  ...signals: readonly (AbortSignal | undefined)[]
): Deadline {
  const timer = new AbortController()
  const release = timers.after(timeoutMs, () => timer.abort(timedOut(timeoutMs)))
  return { signal: anyOf(...signals, timer.signal) ?? timer.signal, release }
}

/** One signal for several, some of which may be absent. */
export function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}

/** Why a signal stopped the work, as an error of ours: its own where it carries one, else the caller's wish. */
export function abortError(signal: AbortSignal): HoldfastError {
  return isHoldfastError(signal.reason) ? signal.reason : new HoldfastError("aborted")
}

/** The promise, or the signal's error if that comes first: an injected fetch may not listen to signals. */
export async function orAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortError(signal))
    if (signal.aborted) stop()
    else signal.addEventListener("abort", stop, { once: true })
  })
  // The loser of the race must not be reported as unhandled.
  promise.catch(() => {})
  aborted.catch(() => {})
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener("abort", stop)
  }
}

function timedOut(timeoutMs: number): HoldfastError {
  return new HoldfastError("provider_unavailable", `The provider did not answer within ${timeoutMs} ms.`, {
    details: { reason: "timed_out" },
  })
}
