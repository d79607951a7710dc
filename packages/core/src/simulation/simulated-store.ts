import type { TokenStore } from "../store.js"
import type { Host, World } from "./world.js"

/** How a store misbehaves, as probabilities of one call. */
export interface StoreFaults {
  /** The call never reaches the store. */
  readonly lost: number
  /** The call takes effect, and its acknowledgement is lost. */
  readonly unacknowledged: number
}

/** A store behind a network: every call takes time on both ways, and may get lost on either. */
export function simulatedStore(
  world: World,
  host: Host,
  shared: TokenStore,
  faults: () => StoreFaults,
  outage: () => boolean,
): TokenStore {
  function overNetwork<Part extends object>(part: Part): Part {
    const calls = Object.entries(part).map(([name, call]) => [
      name,
      (...given: unknown[]) => ask(call as (...given: unknown[]) => Promise<unknown>, part, given),
    ])
    return Object.fromEntries(calls) as Part
  }

  async function ask(
    call: (...given: unknown[]) => Promise<unknown>,
    part: object,
    given: unknown[],
  ): Promise<unknown> {
    const { lost, unacknowledged } = faults()
    const down = outage() || world.dice.chance(lost)
    const forgotten = world.dice.chance(unacknowledged)
    const [there, back] = [world.dice.between(1, 12), world.dice.between(1, 12)]
    // The request travels whether or not its sender lives on.
    const answer = await new Promise<{ value?: unknown; failed: boolean }>((resolve) => {
      world.after(there, undefined, () => {
        if (down || outage()) return void world.after(back, host, () => resolve({ failed: true }))
        void call.apply(part, given).then(
          (value) => world.after(back, host, () => resolve(forgotten ? { failed: true } : { value, failed: false })),
          () => world.after(back, host, () => resolve({ failed: true })),
        )
      })
    })
    if (answer.failed) throw new Error("the store did not answer")
    return answer.value
  }

  return { connections: overNetwork(shared.connections), documents: overNetwork(shared.documents) }
}
