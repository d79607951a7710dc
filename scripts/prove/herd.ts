import { bundle, removeBundles } from "../bench/bundle.js"
import type { HerdStore } from "./herd-process.js"
import { roundAt } from "./herd-rounds.js"
import { type HerdFigures, stampede } from "./herd-stampede.js"
import { herdDatabase } from "./herd-stores.js"
import type { Part } from "./part.js"

export const herdHome = "packages/store-sql"
const stores: readonly HerdStore[] = ["sqlite", "postgres", "mysql"]
const processes = 8
const full = { expiries: 500, limitMs: 1_800_000 }
// Half a minute where the machine is free.
const bounded = { expiries: 30, limitMs: 180_000 }

/** Eight processes ask for one token at once, at every expiry, on every store, at a provider that takes each refresh token once. */
export const herd: Part<Partial<Record<HerdStore, HerdFigures>>> = {
  name: "herd",
  async run({ bounded: isBounded, log }) {
    const { expiries, limitMs } = isBounded ? bounded : full
    const rounds = Array.from({ length: expiries }, (_, at) => roundAt(at, processes))
    const figures: Partial<Record<HerdStore, HerdFigures>> = {}
    const missing: string[] = []
    const unfinished: string[] = []
    let losses = 0

    async function on(store: HerdStore, script: string): Promise<void> {
      const database = await herdDatabase(store)
      if ("missing" in database) return void missing.push(`herd on ${store}: ${database.missing}`)
      try {
        const run = await stampede(database, { store, script, processes, rounds, limitMs })
        figures[store] = run.figures
        losses += run.losses.length
        for (const line of run.losses) log(`herd: ${line}`)
        if (run.unfinished !== undefined) unfinished.push(run.unfinished)
        log(`herd: ${store} ${JSON.stringify(run.figures)}`)
      } finally {
        await database.drop()
      }
    }

    try {
      const script = await herdScript()
      // Each child listens for the end of this process.
      process.setMaxListeners(process.getMaxListeners() + stores.length * processes)
      // Side by side: most of a herd's time is waiting for a slow provider.
      const ends = await Promise.allSettled(stores.map((store) => on(store, script)))
      for (const end of ends) if (end.status === "rejected") throw end.reason
    } finally {
      removeBundles([herdHome])
    }
    return {
      figures,
      losses,
      row: rowOf(figures),
      note: "an expiry is the end of the token passed on the clock of a process that asks; in some, one clock is off by four minutes",
      ...(missing.length > 0 && { missing }),
      ...(unfinished.length > 0 && { unfinished: unfinished.join("; ") }),
    }
  },
}

/** The process of the herd, bundled. */
export function herdScript(): Promise<string> {
  return bundle("scripts/prove/herd-process.ts", herdHome, ["libsql", "pg", "mysql2", "mysql2/promise"])
}

function rowOf(figures: Partial<Record<HerdStore, HerdFigures>>): string {
  const each = Object.entries(figures).map(
    ([store, { expiries, tokenCalls, callers, callersFailed, slow }]) =>
      `${store}: ${tokenCalls} token calls for ${expiries} expiries (${slow} slower than the lease), ${callersFailed} of ${callers.toLocaleString("en")} callers failed`,
  )
  return `${processes} processes. ${each.join("; ")}`
}
