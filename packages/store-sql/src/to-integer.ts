import { HoldfastError } from "@holdfast/core"

/** Some drivers hand 64-bit integers over as text, or as bigint. */
export function toInteger(value: unknown): number {
  const integer = Number(value)
  if (Number.isSafeInteger(integer)) return integer
  throw new HoldfastError("store_unavailable", "A stored integer is beyond what a number holds exactly.", {
    details: { reason: "unsafe_integer" },
  })
}
