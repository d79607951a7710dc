import type { Usage } from "../connection.js"
import type { Logger } from "../logger.js"
import type { Clock } from "../runtime.js"
import type { DocumentStore } from "../store.js"
import type { CallError } from "./call-error.js"
import { type LastCalls, newerCalls, withoutGood } from "./last-errors.js"

/** Hears of every call. */
export interface UsageRecorder {
  /** `operation` is undefined for calls past operations; `error` is what the provider said, where it was the provider that failed it. */
  record(connectionId: string, operation: string | undefined, ok: boolean, error?: CallError): void
}

/** Counts of calls, held in memory and written now and then, never to the connection's row (ruling R17). */
export interface UsageCounters extends UsageRecorder {
  /** Writes what is held. What cannot be written now stays for the next time. For the caller to run once a minute. */
  flush(): Promise<void>
  /** What is stored and what is held here. Other processes' last minute is not in it. */
  read(connectionId: string): Promise<Usage>
  /** What the provider last said to each operation whose last call failed there, newest first. */
  lastErrors(connectionId: string): Promise<readonly LastError[]>
  /** Drops everything of a connection that is gone. */
  forget(connectionId: string): Promise<void>
}

export interface LastError extends CallError {
  readonly at: number
  /** Undefined for calls past operations. */
  readonly operation: string | undefined
}

export interface UsageOptions {
  readonly documents: Pick<DocumentStore, "get" | "put" | "delete">
  readonly clock: Pick<Clock, "now">
  readonly log: Logger
  /** Connections held between two flushes; calls of further ones are not counted. Default 10 000. */
  readonly maxConnections?: number
}

const maxTries = 8
/** As held and as written. */
interface Kept extends Usage {
  readonly last: LastCalls
}

const none: Kept = Object.freeze({ calls: 0, errors: 0, lastUsedAt: null, byOperation: {}, last: {} })

/** Counters of one Holdfast. A write whose answer was lost may be counted twice: figures, not accounts. */
export function createUsage({ documents, clock, log, maxConnections = 10_000 }: UsageOptions): UsageCounters {
  let held = new Map<string, Kept>()
  let dropped = 0
  let flushing: Promise<void> | undefined

  async function flushAll(): Promise<void> {
    const taken = held
    held = new Map()
    if (dropped > 0) log.warn("usage of some connections was not counted", { calls: dropped })
    dropped = 0
    for (const [connectionId, usage] of taken) {
      const written = await addTo(connectionId, usage).catch(() => false)
      if (!written) keep(connectionId, usage)
    }
  }

  async function addTo(connectionId: string, usage: Kept): Promise<boolean> {
    const key = keyOf(connectionId)
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const stored = await documents.get(key)
      const total = sum(parseUsage(stored?.value), usage)
      const value = JSON.stringify({ ...total, last: withoutGood(total.last) })
      if ((await documents.put({ key, value, expiresAt: null }, stored?.version ?? 0)) !== undefined) return true
    }
    return false
  }

  async function readAll(connectionId: string): Promise<Kept> {
    const stored = await documents.get(keyOf(connectionId))
    return sum(parseUsage(stored?.value), held.get(connectionId) ?? none)
  }

  function keep(connectionId: string, usage: Kept): void {
    const known = held.get(connectionId)
    if (!known && held.size >= maxConnections) dropped += usage.calls
    else held.set(connectionId, sum(known ?? none, usage))
  }

  return Object.freeze({
    record(connectionId, operation, ok, error) {
      const count = { calls: 1, errors: ok ? 0 : 1 }
      const at = clock.now()
      const byOperation = operation === undefined ? {} : { [operation]: count }
      // A call that failed before the provider was asked says nothing of it, for better or worse.
      const last = ok || error ? { [operation ?? ""]: { at, error: error ?? null } } : {}
      keep(connectionId, { ...count, lastUsedAt: at, byOperation, last })
    },
    flush() {
      flushing ??= flushAll().finally(() => {
        flushing = undefined
      })
      return flushing
    },
    async read(connectionId) {
      const { last: _, ...usage } = await readAll(connectionId)
      return usage
    },
    async lastErrors(connectionId) {
      const { last } = await readAll(connectionId)
      return Object.entries(last)
        .flatMap(([name, { at, error }]) => (error ? [{ ...error, at, operation: name || undefined }] : []))
        .sort((a, b) => b.at - a.at)
    },
    async forget(connectionId) {
      held.delete(connectionId)
      await documents.delete(keyOf(connectionId))
    },
  } satisfies UsageCounters)
}

function keyOf(connectionId: string): string {
  return `usage:${connectionId}`
}

function sum(a: Kept, b: Kept): Kept {
  const names = [...new Set([...Object.keys(a.byOperation), ...Object.keys(b.byOperation)])]
  const byOperation = names.map((name) => {
    const [one, two] = [own(a, name), own(b, name)]
    return [name, { calls: one.calls + two.calls, errors: one.errors + two.errors }] as const
  })
  const lastUsedAt = Math.max(a.lastUsedAt ?? 0, b.lastUsedAt ?? 0) || null
  return {
    calls: a.calls + b.calls,
    errors: a.errors + b.errors,
    lastUsedAt,
    byOperation: Object.fromEntries(byOperation),
    last: newerCalls(a.last, b.last),
  }
}

function own({ byOperation }: Usage, name: string): { readonly calls: number; readonly errors: number } {
  return (Object.hasOwn(byOperation, name) ? byOperation[name] : undefined) ?? { calls: 0, errors: 0 }
}

/** What cannot be read starts anew: figures must never stop a call. */
function parseUsage(value: string | undefined): Kept {
  try {
    const parsed: Partial<Kept> | null = JSON.parse(value ?? "null")
    return parsed && typeof parsed.calls === "number" ? { ...none, ...parsed } : none
  } catch {
    return none
  }
}
