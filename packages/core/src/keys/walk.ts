import { HoldfastError, isHoldfastError } from "../errors.js"
import type { Journal } from "../journal.js"
import type { Keyring } from "../keyring.js"
import type { Logger } from "../logger.js"
import { type Runtime, sleep } from "../runtime.js"
import type { TokenStore } from "../store.js"
import { maxBatch } from "../update-batch.js"
import type { Vault } from "../vault.js"
import type { KeyWalkOptions } from "./key-rotation.js"

/** What going over everything that is sealed needs. */
export interface KeyWalkDependencies {
  readonly runtime: Runtime
  readonly store: TokenStore
  readonly keyring: Keyring
  /** One that remembers nothing: all would pass through its memory once. */
  readonly vault: Vault
  readonly journal: Journal | undefined
  readonly log: Logger
  readonly closing: AbortSignal
}

/** One walk under way. */
export interface KeyWalk extends KeyWalkDependencies {
  readonly batch: number
  /** Waits until so many more are due. @throws HoldfastError `aborted` */
  take(count: number): Promise<void>
  /** Asks the store, and again if it is away for a moment. @throws HoldfastError `store_unavailable` `aborted` */
  patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer>
  /** A batch is done. */
  progress(): void
}

const defaultBatch = 200
const maxFailures = 6

/** Begins a walk. @throws HoldfastError `input_invalid` */
export function beginWalk<Report>(
  deps: KeyWalkDependencies,
  options: KeyWalkOptions<Report>,
  report: () => Report,
): KeyWalk {
  const { perSecond = Number.POSITIVE_INFINITY, onProgress } = options
  const batch = options.batch ?? Math.min(defaultBatch, Math.max(1, Math.floor(perSecond)))
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= maxBatch) || !(perSecond > 0))
    throw new HoldfastError("input_invalid", `batch is 1 to ${maxBatch}, and perSecond above 0.`)
  const { clock, timers } = deps.runtime
  const signal = options.signal ? AbortSignal.any([options.signal, deps.closing]) : deps.closing
  let dueAt = clock.monotonic()

  function refuseAborted(): void {
    if (signal.aborted) throw new HoldfastError("aborted", "Stopped. What was done stays done: run it again to go on.")
  }

  return {
    ...deps,
    batch,
    async take(count) {
      refuseAborted()
      const waitMs = dueAt - clock.monotonic()
      // What went by without work is not made up for.
      dueAt = Math.max(dueAt, clock.monotonic()) + (count / perSecond) * 1_000
      if (waitMs > 0) await sleep(timers, waitMs, signal)
      refuseAborted()
    },
    async patiently(ask) {
      for (let failures = 0; ; failures++) {
        refuseAborted()
        try {
          return await ask()
        } catch (error) {
          if (!isHoldfastError(error, "store_unavailable") || failures >= maxFailures) throw error
          await sleep(timers, 50 * 2 ** failures, signal)
        }
      }
    },
    progress: () => onProgress?.(report()),
  }
}

/** Hands on everything that is there, a page at a time. `list` answers what comes behind an id, in its order. */
export async function eachPage<One>(
  walk: KeyWalk,
  list: (after: string | undefined, limit: number) => Promise<readonly One[]>,
  idOf: (one: One) => string,
  work: (page: readonly One[]) => Promise<void>,
): Promise<void> {
  const listed = (after?: string) => {
    const page = walk.patiently(() => list(after, walk.batch))
    page.catch(() => {})
    return page
  }
  for (let coming: Promise<readonly One[]> | undefined = listed(); coming; ) {
    const page: readonly One[] = await coming
    const last = page.at(-1)
    // The next page is on its way while this one is worked on.
    coming = last && page.length === walk.batch ? listed(idOf(last)) : undefined
    if (last) await work(page)
    walk.progress()
  }
}
