import type { Engine } from "../engine/engine.js"
import { HoldfastError } from "../errors.js"
import { type Owner, owns } from "../owner.js"
import type { ConnectionRow } from "../store.js"

/**
 * The alias that was asked for, if the tenant has no other connection of that name.
 * @throws HoldfastError `input_invalid`
 */
export async function checkAlias(
  { store }: Engine,
  owner: Owner,
  alias: string | undefined,
  row: ConnectionRow | undefined,
): Promise<string | undefined> {
  if (alias === undefined) return undefined
  refuseBadAlias(alias)
  const [taken] = await store.connections.list({ tenantId: owner.tenantId, alias, limit: 1 })
  if (!taken || taken.id === row?.id) return alias
  // The same account may be connected again under its own alias; that is only known at the end.
  if (taken.connector === row?.connector || owns(owner, taken)) return alias
  throw new HoldfastError("input_invalid", "Another connection of the tenant has this alias.", {
    details: { fields: ["alias"] },
  })
}

/** @throws HoldfastError `input_invalid` */
export function refuseBadAlias(alias: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(alias)) return
  throw new HoldfastError("input_invalid", "An alias is letters, digits, `_`, `-` and `.`, 100 at most.", {
    details: { fields: ["alias"] },
  })
}
