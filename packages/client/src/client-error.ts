import type { ClientError } from "./contract.js"

const brand = Symbol.for("holdfast.client-error")

/** An error as pages get it. `message` is for people. */
export function clientError(
  code: string,
  message: string,
  facts: Pick<ClientError, "status" | "details"> = {},
): ClientError {
  return Object.assign(new Error(message), { name: "ClientError", code, ...facts, [brand]: true })
}

/** Whether `value` is a {@link ClientError}, also one of another copy of this package. With `code`, whether it carries that code. */
export function isClientError(value: unknown, code?: string): value is ClientError {
  const is = typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true
  return is && (code === undefined || (value as ClientError).code === code)
}

/** The same error; what is none of ours was thrown by a bug, and its words are not for people. */
export function toClientError(error: unknown): ClientError {
  return isClientError(error) ? error : clientError("unexpected", "Something went wrong. Try again.")
}

/** Whether the same call may succeed in a moment: the network or the backend was away, or asked for patience. */
export function isPassing({ code, status = 0 }: ClientError): boolean {
  return passing.has(code) || status >= 500 || status === 429
}

const passing: ReadonlySet<string> = new Set(["offline", "store_conflict"])
