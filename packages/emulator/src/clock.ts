/** The time that an emulator lives in. */
export interface EmulatorClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Moves the clock forward and wakes sleepers whose time has come. */
  advance(ms: number): void
  /** Resolves when the clock has moved on by `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** New Year 2026, where virtual clocks start. */
const defaultStart = Date.UTC(2026, 0, 1)

interface Sleeper {
  until: number
  wake: () => void
}

/** A clock that stands still until it is advanced. `startAt` is in milliseconds since the epoch. */
export function virtualClock(startAt: number = defaultStart): EmulatorClock {
  let now = startAt
  const sleepers = new Set<Sleeper>()
  return {
    now: () => now,
    advance(ms) {
      now += checkedAdvance(ms)
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake()
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const abort = () => settle(() => reject(signal?.reason))
        const sleeper: Sleeper = { until: now + ms, wake: () => settle(resolve) }
        function settle(how: () => void) {
          sleepers.delete(sleeper)
          signal?.removeEventListener("abort", abort)
          how()
        }
        signal?.addEventListener("abort", abort, { once: true })
        sleepers.add(sleeper)
        if (ms <= 0) sleeper.wake()
      }),
  }
}

/** The machine's clock, which `advance` pushes ahead: for demos and browsers, where webhooks must look fresh. */
export function systemClock(): EmulatorClock {
  const skipped = virtualClock(0)
  return {
    now: () => Date.now() + skipped.now(),
    advance: (ms) => skipped.advance(ms),
    async sleep(ms, signal) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const ended = new AbortController()
      const real = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms)
      })
      try {
        const skip = skipped.sleep(ms, signal ? AbortSignal.any([signal, ended.signal]) : ended.signal)
        await Promise.race([real, skip])
      } finally {
        clearTimeout(timer)
        ended.abort()
      }
    },
  }
}

function checkedAdvance(ms: number): number {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`a clock advances by 0 ms or more, not by ${ms}`)
  return ms
}
