import { HoldfastError } from "@holdfast/core"
import type { SqliteHandle } from "./sqlite-handle.js"

/**
 * Makes a handle fit for the promise that an acknowledged write survives a crash (R21): write-ahead log, and every commit
 * on the disk before it is acknowledged. Our own connections are set so; a caller's is only looked at.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 * @throws HoldfastError `config_invalid` when it is not so
 */
export function makeDurable(handle: SqliteHandle, isOurs: boolean, busyTimeoutMs: number): void {
  if (isOurs) {
    handle.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    handle.exec("PRAGMA synchronous = FULL")
    // macOS flushes to the drive's cache only, unless asked (no effect elsewhere).
    handle.exec("PRAGMA fullfsync = 1")
    useWriteAheadLog(handle, busyTimeoutMs)
  }
  const journal = String(handle.pragma("journal_mode")).toLowerCase()
  const synchronous = Number(handle.pragma("synchronous"))
  if (isInMemory(handle)) return
  if (synchronous < 2 || journal === "off" || journal === "memory") {
    throw new HoldfastError(
      "config_invalid",
      `This SQLite handle may lose acknowledged writes (journal_mode ${journal}, synchronous ${synchronous}): run "PRAGMA journal_mode = WAL" and "PRAGMA synchronous = FULL" on it first.`,
    )
  }
}

/** From now on a lock is waited for outside of SQLite, which would block the process; it only bridges the length of a short write. */
export function standStillNoLonger(handle: SqliteHandle): void {
  handle.exec("PRAGMA busy_timeout = 5")
}

/** Several processes may start on a new file at once, and SQLite does not wait by itself while another switches it. */
function useWriteAheadLog(handle: SqliteHandle, busyTimeoutMs: number): void {
  const waitMs = 20
  for (let left = Math.ceil(busyTimeoutMs / waitMs); ; left--) {
    try {
      if (handle.pragma("journal_mode") !== "wal") handle.exec("PRAGMA journal_mode = WAL")
      return
    } catch (error) {
      if (left <= 0) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs)
    }
  }
}

function isInMemory(handle: SqliteHandle): boolean {
  const file = handle.pragma("database_list", 2)
  return file === undefined || file === ""
}
