import type { Clock, Timers } from "../../packages/core/src/index.js"
import type { EmulatorClock } from "../../packages/emulator/src/index.js"

/** Time that moves on to the next timer whenever nothing else is going on. */
export interface VirtualTime {
  readonly clock: Clock
  readonly timers: Timers
  /** The provider's own, of the same time. */
  readonly provider: EmulatorClock
  advance(ms: number): void
  sleep(ms: number): Promise<void>
  /** Something that is waited for and is no timer, such as the provider's work. */
  during<Result>(work: Promise<Result>): Promise<Result>
  /** Runs until the promise is settled. */
  settle<Result>(promise: Promise<Result>): Promise<Result>
}

const mostTimers = 2_000_000
// Digests and streams end within a few turns of the loop.
const quietTurns = 4

export function virtualTime(startAt: number): VirtualTime {
  let elapsed = 0
  let busy = 0
  const pending = new Set<{ readonly at: number; readonly callback: () => void }>()

  const after: Timers["after"] = (delayMs, callback) => {
    const timer = { at: elapsed + delayMs, callback }
    pending.add(timer)
    return () => void pending.delete(timer)
  }
  const advance = (ms: number) => {
    elapsed += ms
  }
  const sleep = (ms: number) => new Promise<void>((resolve) => void after(ms, resolve))
  const now = () => startAt + elapsed

  function fireNext(): boolean {
    let next: { readonly at: number; readonly callback: () => void } | undefined
    for (const timer of pending) if (!next || timer.at < next.at) next = timer
    if (!next) return false
    elapsed = Math.max(elapsed, next.at)
    pending.delete(next)
    next.callback()
    return true
  }

  return {
    clock: { now, monotonic: () => elapsed },
    timers: { after },
    provider: {
      now,
      advance,
      async sleep(ms) {
        // A slow provider is waited for in virtual time: nothing is going on meanwhile.
        busy -= 1
        await sleep(ms)
        busy += 1
      },
    },
    advance,
    sleep,
    async during(work) {
      busy += 1
      return await work.finally(() => {
        busy -= 1
      })
    },
    async settle(promise) {
      let isSettled = false
      const done = () => {
        isSettled = true
      }
      promise.then(done, done)
      for (let fired = 0; !isSettled && fired < mostTimers; fired++) {
        for (let quiet = 0; quiet < quietTurns && !isSettled; quiet++) {
          await new Promise((resolve) => setImmediate(resolve))
          if (busy > 0) quiet = 0
        }
        if (!isSettled && !fireNext()) break
      }
      if (!isSettled) throw new Error("Nothing moves any more, and the outage is not over.")
      return await promise
    },
  }
}
