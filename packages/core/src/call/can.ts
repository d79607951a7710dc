import { findOperation } from "./run-operation.js"
import { missingFor, slotOf } from "./scopes.js"
import type { FoundConnection } from "./with-call.js"

/**
 * Whether an operation's scopes were granted. Grants that the provider does not tell count as granted.
 * @throws HoldfastError `operation_unknown`
 */
export function canRun(
  { row, connector, method }: FoundConnection,
  asked: string,
): { readonly ok: boolean; readonly missingScopes: readonly string[] } {
  const { operation } = findOperation(connector, asked)
  return missingFor(row, slotOf(row, method.slots, operation.uses), operation)
}
