import type { Scheduler, TickReport } from "@holdfast/core"

type TickOptions = Parameters<Scheduler["tick"]>[0]

/** What was asked of a scheduler that stands in for Holdfast's. */
export interface RecordedTicks {
  readonly scheduler: Pick<Scheduler, "tick">
  /** When each tick began, milliseconds of this process's own clock. */
  readonly beganAt: readonly number[]
  readonly options: readonly NonNullable<TickOptions>[]
}

/** Records every tick, and answers `claimed`, or whatever the answer of `tick` is. */
export function recordTicks(
  tick: (at: number, signal?: AbortSignal) => number | Promise<number> = () => 0,
): RecordedTicks {
  const beganAt: number[] = []
  const options: NonNullable<TickOptions>[] = []
  return {
    beganAt,
    options,
    scheduler: {
      async tick(given = {}): Promise<TickReport> {
        options.push(given)
        const at = beganAt.push(performance.now())
        return { claimed: await tick(at, given.signal), refreshed: 0, delivered: 0, failed: 0, swept: 0 }
      },
    },
  }
}

/** Waits for real time to pass: an engine's clock is that of its store. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits until it is so. */
export type Until = (what: string, isSo: () => boolean | Promise<boolean>) => Promise<void>

/** One that gives up after so long. */
export function patience(forMs: number): Until {
  return async (what, isSo) => {
    const end = performance.now() + forMs
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`waited ${forMs} ms in vain until ${what}`)
      await pause(20)
    }
  }
}
