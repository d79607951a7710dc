import type { Connector, Context } from "@holdfast/core"
import { standIn } from "./stand-in.js"

/** How often each attempt was asked how it stands, and whether somebody has scanned its code. */
export interface BeaconState {
  readonly polledAt: number[]
  isScanned: boolean
}

/** A provider whose code is scanned when the test says so. */
export function beacon(state: BeaconState): Connector {
  const step = ({ clock }: Context) =>
    ({ kind: "qr", data: "beacon://code", expiresAt: clock.now() + 60_000, pollAfterMs: 150 }) as const
  return standIn<string>({
    id: "beacon",
    name: "Beacon",
    method: {
      id: "qr",
      kind: "qr",
      label: "Scan a code",
      startsWith: "qr",
      begin: async (context) => ({ step: step(context), state: "shown" }),
      async advance(context) {
        state.polledAt.push(performance.now())
        if (!state.isScanned) return { step: step(context), state: "shown" }
        const clock = { issuedAt: context.clock.now(), expiresAt: "never", rotation: "none" } as const
        return { grant: { slots: { main: { secret: "light", clock } }, evidence: {} } }
      },
    },
    identify: async () => ({ id: "lighthouse", label: "Lighthouse" }),
  })
}
