/**
 * Something that goes wrong with one method on demand. `error` answers with that code (`FLOOD_WAIT_30`) and does nothing; `drop_before`
 * and `drop_after` cut the connection before or after the work; `hang` does the work and never answers.
 */
export type MethodFault =
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "drop_before" | "drop_after" | "hang" }

export interface MethodFaults {
  /** Strikes the next `times` (default 1) calls of `method`, such as `auth.SendCode`; `*` is every method. */
  next(method: string, fault: MethodFault, times?: number): void
  take(method: string): MethodFault | undefined
  clear(): void
}

export function methodFaults(): MethodFaults {
  let planned: { method: string; fault: MethodFault; left: number }[] = []
  return {
    next: (method, fault, times = 1) => {
      planned.push({ method, fault, left: times })
    },
    take(method) {
      const found = planned.find((entry) => entry.left > 0 && (entry.method === method || entry.method === "*"))
      if (!found) return undefined
      found.left -= 1
      return found.fault
    },
    clear: () => {
      planned = []
    },
  }
}
