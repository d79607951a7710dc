/**
 * A signal that as many may listen to as there are connections: every refresh that waits for another process listens for the end of the
 * Holdfast, and Node tells of a leak at the eleventh. Elsewhere nothing needs to be said.
 * @see https://nodejs.org/api/events.html#eventssetmaxlistenersn-eventtargets
 */
export function manyListeners(signal: AbortSignal): AbortSignal {
  const { process } = globalThis as unknown as { process?: { getBuiltinModule?(id: string): unknown } }
  try {
    const events = process?.getBuiltinModule?.("node:events") as NodeEvents | undefined
    events?.setMaxListeners?.(0, signal)
  } catch {
    // A runtime that only looks like Node: it does not warn either.
  }
  return signal
}

interface NodeEvents {
  setMaxListeners?(n: number, target: AbortSignal): void
}
