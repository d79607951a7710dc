import { HoldfastError, isHoldfastError } from "@holdfast/core"

/** Runs work on the database; what a driver throws becomes `store_unavailable`, without the driver's own words, which may hold values. */
export type Run = <Result>(work: () => Result) => Promise<Result>

/**
 * Runs work, and waits for another process's write lock without standing still: SQLite's own waiting blocks the process, and between its
 * ever longer pauses a busy writer is always faster. Work that met the lock has done nothing, so it is done again.
 */
export function patiently(busyTimeoutMs: number): Run {
  return async (work) => {
    const endsAt = performance.now() + busyTimeoutMs
    for (;;) {
      try {
        return work()
      } catch (error) {
        if (isHoldfastError(error)) throw error
        if (primaryCode(error) !== busy || performance.now() >= endsAt) throw unavailable(error)
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 10))
      }
    }
  }
}

const busy = 5

/** The same answer for whatever went wrong, with SQLite's code and what it asks for. */
export function unavailable(error: unknown): HoldfastError {
  const code = resultCode(error)
  const primary = primaryCode(error)
  const [name, advice] = (primary !== undefined && meanings[primary]) || ["SQLITE_ERROR", "see the code"]
  const message = `SQLite answered ${name}${code === undefined ? "" : ` (${code})`}: ${advice}.`
  return new HoldfastError("store_unavailable", message, { details: { reason: name.toLowerCase() } })
}

/** @see https://www.sqlite.org/rescode.html */
const meanings: Readonly<Record<number, readonly [name: string, advice: string]>> = {
  5: ["SQLITE_BUSY", "another process held the write lock for longer than busyTimeoutMs"],
  6: ["SQLITE_LOCKED", "the same connection is using the table"],
  8: ["SQLITE_READONLY", "the file or its folder may not be written to"],
  10: ["SQLITE_IOERR", "the disk failed to read or write"],
  11: ["SQLITE_CORRUPT", "the file is damaged; restore it from a backup"],
  13: ["SQLITE_FULL", "the disk is full"],
  14: ["SQLITE_CANTOPEN", "the file cannot be opened"],
  26: ["SQLITE_NOTADB", "the file is no SQLite database"],
}

function primaryCode(error: unknown): number | undefined {
  const code = resultCode(error)
  return code === undefined ? undefined : code & 0xff
}

// better-sqlite3 names its codes, libsql numbers them in `rawCode`, node:sqlite in `errcode`.
function resultCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined
  const { rawCode, errcode, code } = error as { rawCode?: unknown; errcode?: unknown; code?: unknown }
  if (typeof rawCode === "number") return rawCode
  if (typeof errcode === "number") return errcode
  const named = Object.entries(meanings).find(([, [name]]) => typeof code === "string" && code.startsWith(name))
  return named ? Number(named[0]) : undefined
}
