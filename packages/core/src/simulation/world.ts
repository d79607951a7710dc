import { createHeap } from "../heap.js"
import { type Dice, dice } from "./dice.js"

interface Event {
  at: number
  order: number
  readonly host: Host | undefined
  readonly life: number
  readonly run: () => void
  cancelled: boolean
}

/** One process on one machine. Killed, it forgets everything; paused, it stands still without knowing. */
export interface Host {
  readonly name: string
  /** Grows with each start: what an earlier life asked for is not answered to a later one. */
  life: number
  alive: boolean
  pausedUntil: number
  /** When it last stood still, died, or could not reach the store. */
  disturbedAt: number
  /** Until when it alone does not reach the store. */
  cutUntil: number
  /** How far its wall clock is off. */
  skewMs: number
  startedAt: number
}

/** Virtual time, and everything that waits in it. */
export interface World {
  readonly dice: Dice
  now(): number
  host(name: string): Host
  /** Runs once after a delay, unless its host is killed before. */
  after(delayMs: number, host: Host | undefined, run: () => void): () => void
  /** A value that arrives after a delay. */
  later<Value>(delayMs: number, host: Host | undefined, make: () => Value | Promise<Value>): Promise<Value>
  /** One line of what happened: part of the trace's digest. */
  note(line: string): void
  /** Counts one of a kind of thing that happened, so that the figures tell how often each was met. */
  count(kind: string): void
  counts(): Readonly<Record<string, number>>
  /** Digest of everything noted; the same for the same seed. */
  digest(): string
  lines(): readonly string[]
  /** Works off events until nothing is left or time is up, looking at `check` after each. */
  run(until: number, check: () => void): Promise<void>
}

const keptLines = 400

/** A world of its own for one seed. */
export function createWorld(seed: number): World {
  const random = dice(seed)
  const heap = createHeap<Event>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  const lines: string[] = []
  const counts: Record<string, number> = {}
  let now = 1_700_000_000_000
  let order = 0
  let hash = 0x811c9dc5
  let hash2 = 0x9747b28c

  function after(delayMs: number, host: Host | undefined, run: () => void): () => void {
    const event: Event = {
      at: now + Math.max(0, delayMs),
      order: order++,
      host,
      life: host?.life ?? 0,
      run,
      cancelled: false,
    }
    heap.push(event)
    return () => {
      event.cancelled = true
    }
  }

  return {
    dice: random,
    after,
    now: () => now,
    host: (name) => ({
      name,
      life: 1,
      alive: true,
      pausedUntil: 0,
      disturbedAt: 0,
      cutUntil: 0,
      skewMs: 0,
      startedAt: now,
    }),
    later: (delayMs, host, make) =>
      new Promise((resolve, reject) => {
        after(delayMs, host, () => {
          try {
            Promise.resolve(make()).then(resolve, reject)
          } catch (error) {
            reject(error)
          }
        })
      }),
    note(line) {
      const text = `${now - 1_700_000_000_000} ${line}`
      for (let at = 0; at < text.length; at++) {
        hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
        hash2 = Math.imul(hash2 + text.charCodeAt(at), 0x85ebca6b) >>> 0
      }
      lines.push(text)
      if (lines.length > keptLines * 2) lines.splice(0, keptLines)
    },
    count(kind) {
      counts[kind] = (counts[kind] ?? 0) + 1
    },
    counts: () => counts,
    digest: () => hash.toString(16).padStart(8, "0") + hash2.toString(16).padStart(8, "0"),
    lines: () => lines.slice(-keptLines),
    async run(until, check) {
      for (let event = heap.peek(); event && event.at <= until; event = heap.peek()) {
        heap.pop()
        if (event.cancelled) continue
        now = Math.max(now, event.at)
        const { host } = event
        if (host && (!host.alive || host.life !== event.life)) continue
        if (host && host.pausedUntil > now) {
          heap.push(Object.assign(event, { at: host.pausedUntil, order: order++ }))
          continue
        }
        event.run()
        await quiet()
        check()
      }
      now = Math.max(now, until)
    },
  }
}

/** Lets everything run that waits for nothing but the processor. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
