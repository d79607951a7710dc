import type { ErrorMeaning, ErrorTable } from "../connector.js"
import { holdsRandom } from "../looks-random.js"

/** An answer, as far as an error table needs it. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** What a provider's refusal means here. */
export interface Failure {
  readonly meaning: ErrorMeaning
  /** Only where it is a code of the table's, or short and no random text: anything else may hold anything. */
  readonly providerCode?: string
}

/**
 * Reads an answer by the connector's table: its code, then the status, then what the status means everywhere.
 * Undefined for a success. Codes come from outside, so only own entries count.
 */
export function failureOf(table: ErrorTable, answer: Answer): Failure | undefined {
  const code = readCode(table, answer)
  if (code === undefined && answer.status < 400) return undefined
  const byCode = code === undefined ? undefined : own(table.codes, code)
  const meaning = byCode ?? own(table.statuses ?? {}, answer.status) ?? byStatus(answer.status)
  const mayBeShown = code !== undefined && (byCode !== undefined || isShort(code))
  return { meaning, ...(mayBeShown && { providerCode: code }) }
}

/** Milliseconds to wait, as the connector or `Retry-After` (RFC 9110 section 10.2.3) says; a day at most. */
export function retryAfterOf(table: ErrorTable, answer: Answer, now: number): number | undefined {
  const waitMs = table.retryAfterMs?.(answer, now) ?? readRetryAfter(answer.headers.get("retry-after"), now)
  return waitMs === undefined || Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, Math.ceil(waitMs)), maxWaitMs)
}

const maxWaitMs = 24 * 60 * 60 * 1_000

function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === "") return undefined
  const seconds = Number(value)
  return Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000
}

// Outside input runs through it: what it cannot read is not a code.
function readCode(table: ErrorTable, answer: Answer): string | undefined {
  try {
    const code: unknown = table.read?.(answer)
    return typeof code === "string" && code !== "" ? code : undefined
  } catch {
    return undefined
  }
}

function byStatus(status: number): ErrorMeaning {
  if (status === 401) return "token_expired"
  if (status === 404) return "resource_not_found"
  if (status === 429) return "rate_limited"
  return status >= 500 ? "provider_unavailable" : "provider_rejected"
}

/** What looks random may be the token itself, handed back. */
function isShort(code: string): boolean {
  return /^[\w.:/-]{1,64}$/.test(code) && !holdsRandom(code)
}

function own<Value>(record: Readonly<Record<PropertyKey, Value>>, key: PropertyKey): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
