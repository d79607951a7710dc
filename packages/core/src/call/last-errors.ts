import type { CallError } from "./call-error.js"

/** How the last call of each operation ended, by its name; those past operations under the empty one. `null`: it went well. */
export type LastCalls = Readonly<Record<string, LastCall>>

export interface LastCall {
  readonly at: number
  readonly error: CallError | null
}

const mostKept = 50

/** The newer word on each operation. Calls that went well are only remembered until they have taken an error away. */
export function newerCalls(stored: LastCalls, held: LastCalls): LastCalls {
  const newest: Record<string, LastCall> = { ...stored }
  for (const [name, call] of Object.entries(held)) {
    const known = Object.hasOwn(newest, name) ? newest[name] : undefined
    if (!known || known.at <= call.at) newest[name] = call
  }
  return newest
}

/** What is worth writing: the newest errors. */
export function withoutGood(calls: LastCalls): LastCalls {
  const failed = Object.entries(calls).filter(([, { error }]) => error !== null)
  return Object.fromEntries(failed.sort(([, a], [, b]) => b.at - a.at).slice(0, mostKept))
}
