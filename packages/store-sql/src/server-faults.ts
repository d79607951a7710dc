import { HoldfastError, isHoldfastError } from "@holdfast/core"

/** What a driver's error says, apart from its words, which may hold values. */
export interface Fault {
  /**
   * `aborted`: the server took the whole transaction back, and it may be done again; `duplicate`: a unique index refused it;
   * `no_table`; anything else, after which a write may or may not have landed.
   */
  readonly is: "aborted" | "duplicate" | "no_table" | "other"
  /** The server's or the driver's code. */
  readonly reason: string
}

export type Classify = (error: unknown) => Fault

const triesAtMost = 5

/** Does work again when the server took it back, a few times; all else that a driver throws is `store_unavailable`. */
export async function persistently<Result>(classify: Classify, work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (isHoldfastError(error)) throw error
      const fault = classify(error)
      if (fault.is !== "aborted" || tries >= triesAtMost) throw unavailable(fault)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries))
    }
  }
}

function unavailable({ reason }: Pick<Fault, "reason">): HoldfastError {
  const message = `The database answered or failed with ${reason}. A write that was under way may or may not have landed.`
  return new HoldfastError("store_unavailable", message, { details: { reason: reason.toLowerCase() } })
}

/** A code, if it looks like one: a driver may put anything there. */
export function codeOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z0-9_]{2,60}$/.test(value) ? value : undefined
}
