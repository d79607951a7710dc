import type { AuthMethod } from "../method.js"
import type { ConnectionRow } from "../store.js"

/**
 * Scopes to ask for when a connection is authorised again: those that are wanted, and what is there already, since at most providers a new
 * consent stands instead of the old one. Undefined: the method's own will do.
 */
export function reconnectScopes(
  row: ConnectionRow,
  method: AuthMethod,
  wanted: readonly string[] | undefined,
): readonly string[] | undefined {
  const own = method.facts.scopes
  if (!own || row.method !== method.id) return wanted
  // Where the provider adds up, what was granted need not be asked for, as long as that grant stands.
  if (method.facts.scopesAddUp && row.status === "active") return wanted
  const there = Object.values(row.detail.slots).flatMap(({ granted }) => granted ?? row.detail.requested)
  if (wanted) return union(there, wanted)
  return there.every((scope) => own.includes(scope)) ? undefined : union(own, there)
}

export function union(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())]
}
