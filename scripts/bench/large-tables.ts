import { runToEnd } from "./child.js"
import type { Claim, ClaimOrders } from "./claim-process.js"
import type { Figures, Memory, Plan } from "./figures.js"
import { addEnded, fillMany } from "./many-rows.js"
import type { MemoryOrders, Resident } from "./memory-process.js"
import { claimCost, claimedForCost } from "./plan.js"
import { openRaw } from "./raw.js"
import type { Sizes } from "./sizes.js"
import { type Place, type Places, type StoreName, withPlace } from "./stores.js"

export interface Scripts {
  readonly claim: string
  readonly memory: string
}

interface Measured {
  readonly cost: Plan["few"]
  readonly memory?: Resident
  readonly claim?: Claim
}

/** What needs tables of few and of many connections. Each table is filled once, and all that needs it is measured there. */
export async function measureLargeTables(
  places: Places,
  folder: string,
  scripts: Scripts,
  sizes: Sizes,
  say: (what: string) => void,
): Promise<Pick<Figures, "plan" | "memory" | "claim">> {
  const measureAt = (store: StoreName, rows: number, withClaim: boolean) =>
    withPlace(places, store, folder, async (place): Promise<Measured> => {
      say(`a table of ${rows} connections, ${store}`)
      await fill(place, rows, sizes)
      const cost = await claimCost(place, rows)
      if (store === "sqlite") {
        const pool = await openRaw(place, 1)
        await pool.use((session) => addEnded(session, sizes.refreshes.memory))
        await pool.close()
        say("memory")
        const orders: MemoryOrders = { place, due: sizes.refreshes.memory }
        return { cost, memory: await runToEnd<Resident>(scripts.memory, orders, ["--expose-gc"]) }
      }
      if (!withClaim) return { cost }
      say("claims")
      const orders: ClaimOrders = { place, rows, due: sizes.tables.due, refreshes: sizes.refreshes.claim }
      return { cost, claim: await runToEnd<Claim>(scripts.claim, orders) }
    })

  const both = async (store: StoreName) => {
    const few = await measureAt(store, sizes.tables.few, false)
    const many = await measureAt(store, sizes.tables.many, store === "postgres")
    return few && many && { few, many }
  }
  const sqlite = await both("sqlite")
  const postgres = await both("postgres")
  const mysql = await both("mysql")
  if (!sqlite?.few.memory || !sqlite.many.memory) throw new Error("SQLite was not measured.")
  return {
    plan: {
      sqlite: planOf(sqlite),
      ...(postgres && { postgres: planOf(postgres) }),
      ...(mysql && { mysql: planOf(mysql) }),
    },
    memory: memoryOf(sizes, sqlite.few.memory, sqlite.many.memory),
    ...(postgres?.many.claim && { claim: postgres.many.claim }),
  }
}

async function fill(place: Place, rows: number, { tables }: Sizes): Promise<void> {
  const due = Math.min(tables.due + claimedForCost, Math.floor(rows / 2))
  const pool = await openRaw(place, 1)
  const session = await pool.session()
  await fillMany(session, place.store, { rows, due, now: Date.now() })
  await session.exec(afterwards[place.store])
  await pool.close()
}

const afterwards: Readonly<Record<StoreName, string>> = {
  sqlite: "pragma wal_checkpoint(truncate)",
  postgres: "vacuum analyze holdfast_connections",
  mysql: "analyze table holdfast_connections",
}

function planOf({ few, many }: { few: Measured; many: Measured }): Plan {
  return { timesOfFew: Number((many.cost.ms.median / few.cost.ms.median).toFixed(2)), few: few.cost, many: many.cost }
}

function memoryOf({ tables }: Sizes, few: Resident, many: Resident): Memory {
  return {
    growth: Number((many.atEndMiB / few.atEndMiB).toFixed(2)),
    few: { connections: tables.few, ...few },
    many: { connections: tables.many, ...many },
  }
}
