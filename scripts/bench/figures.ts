import type { Claim } from "./claim-process.js"
import type { Herd, Race } from "./herd.js"
import type { Imports } from "./imports.js"
import type { Resident } from "./memory-process.js"
import type { ClaimCost } from "./plan.js"
import type { Reads } from "./reads-process.js"
import type { RotateKeys } from "./rotate-keys.js"
import type { Sizes } from "./sizes.js"
import type { StoreName } from "./stores.js"

type OnServers<Figure> = { readonly [Store in Exclude<StoreName, "sqlite">]?: Figure }
type OnStores<Figure> = { readonly sqlite: Figure } & OnServers<Figure>

/** All that is measured. What needs a server that does not answer here is left out, and `missing` says why. */
export interface Figures {
  /** Whether the sizes are those for a check of every change. */
  readonly quick: boolean
  readonly sizes: Sizes
  readonly machine: Machine
  readonly missing: readonly string[]
  readonly reads: OnStores<Reads>
  readonly herd: { readonly process: Herd; readonly processes: Herd } & OnStores<Race & { readonly atOnce: Race }>
  readonly claim?: Claim
  readonly memory: Memory
  readonly rotateKeys: RotateKeys & OnServers<RotateKeys>
  readonly plan: OnStores<Plan>
  readonly import: Imports
}

/** Who measured, and how busy it was. */
export interface Machine {
  readonly node: string
  readonly processors: number
  /** Processes that wanted a processor, on average over a minute: before, and after. */
  readonly load: readonly [before: number, after: number]
}

/** The scheduler's process over few and over many connections in one SQLite file, when it has refreshed the same number of them. */
export interface Memory {
  /** Of what it occupies at the end. Aim: 1. */
  readonly growth: number
  readonly few: Resident & { readonly connections: number }
  readonly many: Resident & { readonly connections: number }
}

/** What a claim costs among few and among many rows. */
export interface Plan {
  /** Time of a claim among many, in times of that among few. Aim: 1. */
  readonly timesOfFew: number
  readonly few: ClaimCost
  readonly many: ClaimCost
}
