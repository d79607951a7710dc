import { mysqlStatements } from "../../packages/store-sql/src/mysql-moves.js"
import { mysqlQueries } from "../../packages/store-sql/src/mysql-queries.js"
import { postgresStatements } from "../../packages/store-sql/src/postgres-moves.js"
import { postgresQueries } from "../../packages/store-sql/src/postgres-queries.js"
import { sqliteQueries } from "../../packages/store-sql/src/sqlite-queries.js"
import { sqliteConnectionStatements } from "../../packages/store-sql/src/sqlite-statements.js"
import { tableNames } from "../../packages/store-sql/src/tables.js"
import { openRaw, type Raw } from "./raw.js"
import { type Figure, figureOf, rounded } from "./statistics.js"
import { openStore, type Place, type StoreName } from "./stores.js"

/** What a claim of `limit` due rows costs in a table of so many. */
export interface ClaimCost {
  readonly rows: number
  readonly limit: number
  readonly ms: Figure
  /** The server's plan, a step a line. */
  readonly plan: readonly string[]
  /** Rows or index entries that it looked at, as the server counts them; SQLite does not say. */
  readonly rowsTouched?: number
  /** Pages of tables and indexes that it looked at, each time that it did. */
  readonly pagesTouched?: number
}

const limit = 200
const claims = 7
const week = 7 * 86_400_000

/** How many due rows {@link claimCost} takes away. */
export const claimedForCost = claims * limit

/** Takes a few slices of what is due. */
export async function claimCost(place: Place, rows: number): Promise<ClaimCost> {
  const now = Date.now()
  const store = openStore(place)
  const pool = await openRaw(place, 1)
  try {
    const explained = await explain[place.store](await pool.session(), now)
    const times: number[] = []
    for (let at = 0; at < claims; at++) {
      const startedAt = performance.now()
      const claimed = await store.connections.claimDue(now, limit, week)
      times.push(performance.now() - startedAt)
      if (claimed.length !== limit) throw new Error(`A claim got ${claimed.length} rows in place of ${limit}.`)
    }
    // The first opens sessions and prepares statements.
    return { rows, limit, ms: rounded(figureOf(times.slice(1)), 1), ...explained }
  } finally {
    await pool.close()
    await store.close()
  }
}

type Explained = Pick<ClaimCost, "plan" | "rowsTouched" | "pagesTouched">

const tables = tableNames("holdfast_")

const explain: Readonly<Record<StoreName, (raw: Raw, now: number) => Promise<Explained>>> = {
  async sqlite(raw, now) {
    const { due, hideDue } = sqliteConnectionStatements(sqliteQueries(), tables)
    const values = { now, limit, hidden_until: now + week }
    const plan: string[] = []
    for (const one of [due, hideDue]) {
      const steps = await raw.run(`explain query plan ${one.sql}`, one.parameters(values))
      plan.push(...steps.map((step) => String(step[3])))
    }
    return { plan }
  },

  async postgres(raw, now) {
    const { claimDue } = postgresStatements(postgresQueries(), tables)
    const values = claimDue.parameters({ now, limit, hidden_until: now + week })
    const sql = claimDue.sql.replace(/\$(\d+)/g, (_, at) => String(values[Number(at) - 1]))
    // A claim moves what it takes, so its trial is taken back.
    await raw.exec("begin")
    const explained = async (format: string) =>
      (await raw.exec(`explain (analyze, buffers, costs off, timing off, summary off, format ${format}) ${sql}`)).map(
        ([line]) => line,
      )
    const plan = (await explained("text")).map(String)
    await raw.exec("rollback")
    await raw.exec("begin")
    const [json] = (await explained("json")) as [[{ Plan: Node }]]
    await raw.exec("rollback")
    return { plan, rowsTouched: scanned(json[0].Plan), pagesTouched: pagesOf(json[0].Plan) }
  },

  async mysql(raw, now) {
    const { lockDue } = mysqlStatements(mysqlQueries(), tables)
    const values = lockDue.parameters({ now, limit })
    let at = 0
    const sql = lockDue.sql.replace(/\?/g, () => String(values[at++]))
    const plan = (await raw.exec(`explain ${sql}`)).map((step) => step.filter((one) => one !== null).join(" "))
    const read = async () =>
      (await raw.exec("show session status like 'Handler_read%'")).reduce((sum, [, count]) => sum + Number(count), 0)
    await raw.exec("start transaction")
    const before = await read()
    await raw.exec(sql)
    const rowsTouched = (await read()) - before
    await raw.exec("rollback")
    return { plan, rowsTouched }
  },
}

/** A step of Postgres's plan. */
interface Node {
  readonly "Node Type": string
  readonly "Actual Rows": number
  readonly "Actual Loops": number
  readonly "Rows Removed by Filter"?: number
  readonly "Shared Hit Blocks": number
  readonly "Shared Read Blocks": number
  readonly Plans?: readonly Node[]
}

const pagesOf = (node: Node) => node["Shared Hit Blocks"] + node["Shared Read Blocks"]

/** Rows that scans of tables and indexes brought up, those included that were then thrown away. */
function scanned(node: Node): number {
  const isScan = /(Index|Seq|Bitmap Heap|Tid).* Scan$|^Seq Scan$/.test(node["Node Type"])
  const own = isScan ? (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"] : 0
  return (node.Plans ?? []).reduce((sum, one) => sum + scanned(one), own)
}
