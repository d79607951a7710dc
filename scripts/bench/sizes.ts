import type { StoreName } from "./stores.js"

/** How much is measured. */
export interface Sizes {
  readonly reads: Readonly<
    Record<StoreName, { readonly connections: number; readonly rounds: number; readonly readsPerRound: number }>
  >
  readonly herd: { readonly rounds: number; readonly providerMs: number }
  /** Tables of so many connections, of which so many are due. */
  readonly tables: { readonly few: number; readonly many: number; readonly due: number }
  /** Connections that are refreshed, for the throughput and for the memory of a scheduler. */
  readonly refreshes: { readonly claim: number; readonly memory: number }
  readonly rotateKeys: { readonly connections: number; readonly rounds: number }
}

const full: Sizes = {
  reads: {
    sqlite: { connections: 10_000, rounds: 400, readsPerRound: 250 },
    postgres: { connections: 10_000, rounds: 300, readsPerRound: 50 },
    mysql: { connections: 10_000, rounds: 300, readsPerRound: 50 },
  },
  herd: { rounds: 20, providerMs: 100 },
  tables: { few: 10_000, many: 1_000_000, due: 100_000 },
  refreshes: { claim: 6_000, memory: 2_000 },
  rotateKeys: { connections: 5_000, rounds: 5 },
}

// For a check of every change: the same figures, coarser.
const quick: Sizes = {
  reads: {
    sqlite: { connections: 2_000, rounds: 40, readsPerRound: 250 },
    postgres: { connections: 1_000, rounds: 40, readsPerRound: 40 },
    mysql: { connections: 1_000, rounds: 40, readsPerRound: 40 },
  },
  herd: { rounds: 3, providerMs: 100 },
  tables: { few: 4_000, many: 40_000, due: 3_600 },
  refreshes: { claim: 800, memory: 200 },
  rotateKeys: { connections: 300, rounds: 3 },
}

export const sizesFor = (isQuick: boolean): Sizes => (isQuick ? quick : full)
