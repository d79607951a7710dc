import type { Connector, Step } from "@holdfast/core"
import { standIn } from "./stand-in.js"

/** What a test decides: whether somebody at the harbour has said yes. */
export interface HarbourState {
  isOpen: boolean
}

type Asked = "waiting" | "berth"

const wait = {
  kind: "wait",
  message: "The harbour master is asked. This may take a minute.",
  pollAfterMs: 150,
} as const satisfies Step
const choose = {
  kind: "form",
  id: "berth",
  title: "Choose where to lie",
  fields: [
    {
      name: "berth",
      label: "Berth",
      type: "select",
      options: [
        { value: "north", label: "North quay" },
        { value: "south", label: "South quay" },
      ],
    },
    { name: "note", label: "Note", type: "text", required: false },
  ],
} as const satisfies Step

/** A provider that makes people wait, and then choose. */
export function harbour(state: HarbourState): Connector {
  return standIn<Asked>({
    id: "harbour",
    name: "Harbour",
    method: {
      id: "berth",
      kind: "berth",
      label: "Ask for a berth",
      startsWith: "form",
      begin: async () => ({ step: wait, state: "waiting" }),
      async advance(context, input) {
        if (input.from !== "form")
          return state.isOpen ? { step: choose, state: "berth" } : { step: wait, state: "waiting" }
        const clock = { issuedAt: context.clock.now(), expiresAt: "never", rotation: "none" } as const
        return {
          grant: { slots: { main: { secret: input.values.berth ?? "", clock } }, evidence: { input: input.values } },
        }
      },
    },
    identify: async (_call, { input }) => ({ id: String(input?.berth), label: `Berth ${input?.berth}` }),
  })
}
