import { type ErrorDetails, HoldfastError, isHoldfastError } from "../errors.js"
import type { Logger } from "../logger.js"

/**
 * Runs a connector's function. Errors of ours pass, told what they were about; any other is a mistake in the connector or its client,
 * whose words may hold anything.
 */
export async function translated<T>(
  about: {
    readonly log: Logger
    readonly name: string
    readonly details: ErrorDetails
    readonly signal: AbortSignal | undefined
  },
  run: () => Promise<T>,
): Promise<T> {
  const { log, name, details, signal } = about
  try {
    return await run()
  } catch (error) {
    if (isHoldfastError(error)) throw named(error, details)
    if (signal?.aborted) throw new HoldfastError("aborted", undefined, { details })
    log.error(`${name} threw`, { error })
    const kind = error instanceof Error && /^\w{1,40}$/.test(error.name) ? error.name : "an error"
    throw new HoldfastError("response_invalid", `${name} could not read the answer (${kind}).`, {
      details: { ...details, reason: "connector_threw" },
    })
  }
}

/** A connector's own client does not know for which connection and operation it works. */
function named(error: HoldfastError, details: ErrorDetails): HoldfastError {
  if (error.details.operation !== undefined || details.operation === undefined) return error
  return new HoldfastError(error.code, error.message, { details: { ...details, ...error.details }, cause: error.cause })
}
