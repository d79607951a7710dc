import { isHoldfastError } from "@holdfast/core"
import { codeOf, type Fault } from "./server-faults.js"

/**
 * A deadlock takes the whole transaction back; a lock that was waited for too long only its statement, and is not waited for again.
 * @see https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
 */
const kinds: Readonly<Record<number, Fault["is"]>> = {
  1213: "aborted",
  1062: "duplicate",
  1146: "no_table",
}

export function mysqlFault(error: unknown): Fault {
  const { errno, code } = (error ?? {}) as { errno?: unknown; code?: unknown }
  return { is: (typeof errno === "number" && kinds[errno]) || "other", reason: `mysql_${codeOf(code) ?? "error"}` }
}

/** A step of the schema that is there already: a table, or an index of that name. */
export function isThereAlready(error: unknown): boolean {
  const { errno } = (error ?? {}) as { errno?: unknown }
  return errno === 1050 || errno === 1061
}

/** Whether the server answered, and keeps the session: shutdown, kill and lost connections end it. */
export function isAnswer(error: unknown): boolean {
  if (isHoldfastError(error)) return error.details.reason !== "timeout"
  const { errno, sqlState, fatal } = (error ?? {}) as { errno?: unknown; sqlState?: unknown; fatal?: unknown }
  return (
    typeof errno === "number" && typeof sqlState === "string" && fatal !== true && ![1053, 1317, 1927].includes(errno)
  )
}
