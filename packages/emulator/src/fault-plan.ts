import type { Fault, FaultMoment, Faults, PlannedFault } from "./fault.js"

/** The planned faults of one emulator, and the drawing of the one that strikes. */
export interface FaultPlan extends Faults {
  /** The fault for a request that goes by these names; a fault with `times` is one nearer its end. */
  draw(names: readonly string[]): Fault | undefined
}

interface Planned {
  on: string
  fault: Fault
  left: number
  skip: number
}

/** No faults yet. */
export function createFaultPlan(): FaultPlan {
  let plan: Planned[] = []
  return {
    next({ on, fault, times = 1, skip = 0 }) {
      const left = times === "always" ? Number.POSITIVE_INFINITY : times
      if (!(left > 0) || skip < 0) throw new RangeError("a fault strikes once or more, after 0 or more requests")
      plan.push({ on, fault, left, skip })
    },
    clear() {
      plan = []
    },
    pending: () =>
      plan.map(
        ({ on, fault, left, skip }): PlannedFault => ({
          on,
          fault,
          skip,
          times: Number.isFinite(left) ? left : "always",
        }),
      ),
    draw(names) {
      const matching = plan.filter((planned) => planned.on === "*" || names.includes(planned.on))
      const striking = matching.find((planned) => planned.skip === 0)
      if (!striking) {
        for (const planned of matching) planned.skip -= 1
        return undefined
      }
      striking.left -= 1
      plan = plan.filter((planned) => planned.left > 0)
      return striking.fault
    },
  }
}

/** Whether the provider does its work before this fault shows. */
export function strikesWhen(fault: Fault): FaultMoment {
  switch (fault.kind) {
    case "drop_before":
    case "unreachable":
      return "before"
    case "delay":
    case "hang":
    case "status":
      return fault.when ?? "before"
    case "html":
      return fault.when ?? "after"
    default:
      return "after"
  }
}
