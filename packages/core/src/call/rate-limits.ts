import { HoldfastError } from "../errors.js"
import { type Runtime, sleep } from "../runtime.js"
import { abortError } from "./deadline.js"
import type { Budget } from "./rate-limit-headers.js"

/** What providers said about slowing down, remembered in this process so that the next call does not ask again too soon. */
export interface RateLimits {
  /**
   * Takes one call of what is left; waits if nothing is and the wait is short.
   * @throws HoldfastError `rate_limited` at once where it is not; `aborted`
   */
  turn(key: string, signal?: AbortSignal): Promise<void>
  /** Nothing under `key` is to be sent for so long. */
  note(key: string, retryAfterMs: number): void
  /** So many calls are left under `key` until the limit starts anew. */
  learn(key: string, budget: Budget): void
}

export interface RateLimitsOptions {
  readonly runtime: Pick<Runtime, "clock" | "timers">
  /** The longest wait a call takes upon itself. Default 2 000. */
  readonly maxWaitMs?: number
  /** Default 10 000; the oldest is forgotten. */
  readonly maxEntries?: number
}

/** What is left until when. */
interface Window {
  readonly left: number
  readonly until: number
}

// Ends that are told in whole seconds differ from answer to answer. The first one stands, so that a window that slides is left behind.
const sameEndMs = 2_000

/** Limits of one Holdfast, by connector and account. */
export function createRateLimits({ runtime, maxWaitMs = 2_000, maxEntries = 10_000 }: RateLimitsOptions): RateLimits {
  // By the clock that only grows: a jump of the wall clock must not hold calls back.
  const windows = new Map<string, Window>()
  const now = () => runtime.clock.monotonic()

  function current(key: string): Window | undefined {
    const window = windows.get(key)
    if (window && window.until > now()) return window
    windows.delete(key)
    return undefined
  }

  function put(key: string, window: Window): void {
    windows.delete(key)
    windows.set(key, window)
    const [oldest] = windows.keys()
    if (windows.size > maxEntries && oldest !== undefined) windows.delete(oldest)
  }

  return {
    async turn(key, signal) {
      const endsAt = now() + maxWaitMs
      for (let window = current(key); window; window = current(key)) {
        // Counted when it leaves, so that calls made at once do not all take the last one.
        if (window.left > 0) return put(key, { ...window, left: window.left - 1 })
        if (window.until > endsAt) throw limited(window.until - now())
        await sleep(runtime.timers, window.until - now(), signal)
        if (signal?.aborted) throw abortError(signal)
      }
    },
    note(key, retryAfterMs) {
      const held = windows.get(key)
      put(key, { left: 0, until: Math.max(held?.left === 0 ? held.until : 0, now() + retryAfterMs) })
    },
    learn(key, { left, resetAfterMs }) {
      const until = now() + resetAfterMs
      const held = current(key)
      // The answer does not know of calls that are still on their way: within one window the smaller figure is the newer one.
      const isSame = held !== undefined && Math.abs(held.until - until) <= sameEndMs
      // What the provider asked for by `Retry-After` stands until it is over.
      if (held?.left === 0 && !isSame && held.until > until) return
      put(key, isSame ? { left: Math.min(held.left, left), until: held.until } : { left, until })
    },
  }
}

function limited(retryAfterMs: number): HoldfastError {
  return new HoldfastError("rate_limited", "The provider asked to wait; nothing was sent.", {
    details: { retryAfterMs: Math.ceil(retryAfterMs), reason: "waiting" },
  })
}
