import type { Connector, Target } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { Clock } from "../runtime.js"
import type { ConnectionRow } from "../store.js"
import { translated } from "./translated.js"
import { type CallParts, type FoundConnection, withCall } from "./with-call.js"

/** What connectors said of the places their grants reach, remembered in this process for a few minutes. */
export interface Targets {
  /** Asks the provider. */
  list(parts: CallParts, found: FoundConnection, signal?: AbortSignal): Promise<readonly Target[]>
  /**
   * The place of an id, as the provider lists it: what a caller says of it is never believed.
   * @throws HoldfastError `input_invalid` where there are no targets, `resource_not_found` with the ids there are
   */
  resolve(parts: CallParts, found: FoundConnection, id: string, signal?: AbortSignal): Promise<Target>
}

export interface TargetsOptions {
  readonly clock: Pick<Clock, "monotonic">
  /** Default 300 000. */
  readonly ttlMs?: number
  /** Connections remembered; the oldest is forgotten. Default 1 000. */
  readonly maxEntries?: number
}

/** Places of one Holdfast's connections, by connection and generation: another grant may reach other ones. */
export function createTargets({ clock, ttlMs = 5 * 60_000, maxEntries = 1_000 }: TargetsOptions): Targets {
  const known = new Map<string, { readonly targets: readonly Target[]; readonly until: number }>()
  const keyOf = ({ id, generation }: ConnectionRow) => `${id}\n${generation}`

  function remembered(row: ConnectionRow): readonly Target[] {
    const entry = known.get(keyOf(row))
    return entry && clock.monotonic() < entry.until ? entry.targets : []
  }

  async function list(parts: CallParts, found: FoundConnection, signal?: AbortSignal): Promise<readonly Target[]> {
    const { connector, row } = found
    if (!connector.targets) return []
    const details = { connector: connector.id, connectionId: row.id }
    const targets = await withCall(parts, found, { signal }, (call) =>
      translated({ log: parts.log, name: `${connector.id}.targets`, details, signal }, async () =>
        Object.freeze([...((await connector.targets?.(call)) ?? [])]),
      ),
    )
    known.delete(keyOf(row))
    known.set(keyOf(row), { targets, until: clock.monotonic() + ttlMs })
    const [oldest] = known.keys()
    if (known.size > maxEntries && oldest !== undefined) known.delete(oldest)
    return targets
  }

  return {
    list,
    async resolve(parts, found, id, signal) {
      refuseWithout(found.connector)
      const byId = (target: Target) => target.id === id
      const before = remembered(found.row).find(byId)
      if (before) return before
      const targets = await list(parts, found, signal)
      const target = targets.find(byId)
      if (target) return target
      const choices = targets.map((each) => each.id)
      throw new HoldfastError(
        "resource_not_found",
        `The grant reaches no such target. It reaches: ${choices.slice(0, 20).join(", ") || "none"}.`,
        { details: { connector: found.connector.id, connectionId: found.row.id, choices, reason: "target_unknown" } },
      )
    },
  }
}

function refuseWithout(connector: Connector): void {
  if (connector.targets) return
  throw new HoldfastError("input_invalid", `A ${connector.name} connection has no targets: leave \`target\` out.`, {
    details: { connector: connector.id, fields: ["target"] },
  })
}
