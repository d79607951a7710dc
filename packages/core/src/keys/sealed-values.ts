import type { ConnectionRow } from "../store.js"
import type { Vault } from "../vault.js"
import type { UnreadableValue } from "./key-rotation.js"

/** One sealed value of a connection. */
export interface SealedValue {
  readonly place: "sealed" | "spares"
  readonly slot: string
  readonly sealed: string
  readonly keyId: string | undefined
}

/** All that is sealed in a row: what each slot holds, and what waits beside it. */
export function sealedValuesOf(row: ConnectionRow, vault: Vault): SealedValue[] {
  return (["sealed", "spares"] as const).flatMap((place) =>
    Object.entries(row[place]).map(([slot, sealed]) => ({ place, slot, sealed, keyId: vault.keyIdOf(sealed) })),
  )
}

export function openValue(row: ConnectionRow, { place, slot }: SealedValue, vault: Vault): Promise<unknown> {
  return place === "sealed" ? vault.openSlot(row, slot) : vault.openSpare(row, slot)
}

/** At the generation that the row has for the slot: nothing but the key is another. */
export function sealValue(
  row: ConnectionRow,
  { place, slot }: SealedValue,
  value: unknown,
  vault: Vault,
): Promise<string> {
  if (place === "spares") return vault.sealSpare(row, slot, value)
  const generation = Object.hasOwn(row.detail.slots, slot) ? row.detail.slots[slot]?.generation : undefined
  return vault.sealSlot(row, slot, generation ?? 0, value)
}

export function placeOf(row: ConnectionRow, { slot, keyId }: SealedValue): Omit<UnreadableValue, "reason"> {
  return { in: "connection", id: row.id, slot, ...(keyId !== undefined && { keyId }) }
}
