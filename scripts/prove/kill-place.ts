import { systemCipher, systemRuntime } from "../../packages/core/src/index.js"
import { fileJournal } from "../../packages/store-sql/src/journal.js"
import { postgresStore } from "../../packages/store-sql/src/postgres.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import type { Seams } from "./kill-seams.js"

/** Where the rows of a run live, and its journal: what is left when a process is gone. */
export interface Place {
  readonly store: keyof typeof stores
  /** Path of the file, or URL of the server. */
  readonly path: string
  /** Folder of the journal, where there is one. */
  readonly journal?: string
}

const stores = { sqlite: sqliteStore, postgres: postgresStore }
export type PlaceStore = keyof typeof stores

/** The world as a process finds it at a place, and what closes it. */
export function seamsAt(
  place: Place,
  now: () => number,
  fetch: Seams["fetch"],
): { seams: Seams; close(): Promise<void> } {
  const store = stores[place.store](place.path, { now })
  const { digest } = systemRuntime()
  return {
    seams: {
      store,
      cipher: systemCipher(),
      ...(place.journal !== undefined && { journal: fileJournal(place.journal) }),
      fetch,
      digest,
    },
    close: async () => await store.close(),
  }
}
