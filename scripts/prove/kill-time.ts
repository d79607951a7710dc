import type { Clock, Timers } from "../../packages/core/src/index.js"
import type { EmulatorClock } from "../../packages/emulator/src/index.js"

/** Time of who takes over: the provider's own, which moves on when nothing else is going on. */
export interface MovingTime {
  readonly clock: Clock
  readonly timers: Timers
  advance(ms: number): void
  /** Waits for work whose every wait is a call under way or a timer; time jumps to the next timer whenever no call is. */
  settle<Result>(work: Promise<Result>): Promise<Result>
}

const mostTimers = 50_000
const mostRealMs = 60_000
// What is not counted as a call (a digest of the platform's, a stream) is over in less.
const quietTurns = 6

export function movingTime(provider: EmulatorClock, underWay: () => number): MovingTime {
  const startedAt = provider.now()
  const pending = new Set<{ readonly at: number; readonly callback: () => void }>()
  const monotonic = () => provider.now() - startedAt

  function fireNext(): boolean {
    const [next] = [...pending].sort((a, b) => a.at - b.at)
    if (!next) return false
    provider.advance(Math.max(0, next.at - monotonic()))
    pending.delete(next)
    next.callback()
    return true
  }

  return {
    clock: { now: provider.now, monotonic },
    timers: {
      after(delayMs, callback) {
        // A wall clock has whole milliseconds.
        const timer = { at: monotonic() + Math.ceil(delayMs), callback }
        pending.add(timer)
        return () => void pending.delete(timer)
      },
    },
    advance: provider.advance,
    async settle(work) {
      let settled = false
      const done = () => {
        settled = true
      }
      work.then(done, done)
      const endsAt = performance.now() + mostRealMs
      for (let fired = 0; !settled; ) {
        for (let quiet = 0; quiet < quietTurns && !settled; quiet++) {
          await new Promise((resolve) => setImmediate(resolve))
          if (underWay() > 0) quiet = 0
          if (performance.now() > endsAt) throw new Error("Something never ended, in a minute of real time.")
        }
        if (!settled && fireNext() && ++fired > mostTimers)
          throw new Error("Something never ended, however long it waited.")
      }
      return await work
    },
  }
}
