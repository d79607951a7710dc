import { isHoldfastError } from "@holdfast/core"
import { codeOf, type Fault } from "./server-faults.js"

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const kinds: Readonly<Record<string, Fault["is"]>> = {
  "40001": "aborted",
  "40P01": "aborted",
  "23505": "duplicate",
  "42P01": "no_table",
}

export function postgresFault(error: unknown): Fault {
  const code = codeOf((error as { code?: unknown } | null)?.code)
  return { is: (code !== undefined && kinds[code]) || "other", reason: `postgres_${code ?? "error"}` }
}

/** Whether the server answered, and keeps the session: classes 57 (it is going away) and 08 (it is gone) end it. */
export function isAnswer(error: unknown): boolean {
  if (isHoldfastError(error)) return error.details.reason !== "timeout"
  const code = codeOf((error as { code?: unknown } | null)?.code)
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(57P|08)/.test(code) && code !== "EPIPE"
}
