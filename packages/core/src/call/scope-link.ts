import { HoldfastError, isHoldfastError } from "../errors.js"
import { findOperation } from "./run-operation.js"
import type { FoundConnection } from "./with-call.js"

/** Makes the link by which a person grants scopes beside what is there. */
export type ScopeLink = (row: FoundConnection["row"], scopes: readonly string[]) => string

/** The error, with the link that asks for what an operation lacks, where that is what it says. */
export async function withScopeLink(
  error: unknown,
  asked: string,
  link: ScopeLink,
  find: () => Promise<FoundConnection>,
): Promise<unknown> {
  if (!isHoldfastError(error, "scope_missing") || error.details.connectUrl !== undefined) return error
  const { row, connector, method } = await find()
  const { operation } = findOperation(connector, asked)
  // A provider's refusal does not say which: it needs one of those that the operation names.
  const missing = error.details.missingScopes ?? operation.scopes.map((entry) => entry.split("|")[0] ?? entry)
  const connectUrl = link(row, method.facts.scopes ? missing : [])
  return new HoldfastError(error.code, `${error.message} Send the person to ${connectUrl}.`, {
    details: { ...error.details, connectUrl },
    cause: error.cause,
  })
}
