import type { Operation } from "../operation.js"
import type { ConnectionRow } from "../store.js"

/**
 * Scopes that are needed and were not granted. An entry may name several spellings or stand-ins, any of which will do:
 * `meeting:write|meeting:write:meeting`. Where the provider does not say what it granted, nothing counts as missing.
 */
export function missingScopes(
  needed: readonly string[],
  granted: readonly string[] | null | undefined,
): readonly string[] {
  if (!granted) return []
  const has = new Set(granted)
  const missing = needed.filter((entry) => !entry.split("|").some((scope) => has.has(scope)))
  // Of several that would do, the first is asked for.
  return missing.map((entry) => entry.split("|")[0] ?? entry)
}

/** What an operation lacks on a connection; everything it needs where its slot was not granted at all. */
export function missingFor(
  row: ConnectionRow,
  slot: string,
  operation: Pick<Operation, "scopes" | "uses">,
): { readonly ok: boolean; readonly missingScopes: readonly string[] } {
  const detail = Object.hasOwn(row.detail.slots, slot) ? row.detail.slots[slot] : undefined
  const missing = missingScopes(operation.scopes, detail ? detail.granted : [])
  return { ok: detail !== undefined && missing.length === 0, missingScopes: missing }
}

/** The slot that is used where none is named: the method's first of those that were granted. */
export function slotOf(row: ConnectionRow, slots: readonly string[], named: string | undefined): string {
  return named ?? slots.find((slot) => Object.hasOwn(row.detail.slots, slot)) ?? slots[0] ?? "main"
}
