import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ConnectionRow } from "../../packages/core/src/index.js"
import { mysqlServer, postgresServer } from "../../packages/store-sql/fixtures/servers.js"
import { mysqlStore } from "../../packages/store-sql/src/mysql.js"
import { postgresStore } from "../../packages/store-sql/src/postgres.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { openDatabase } from "../../packages/store-sql/src/sqlite-handle.js"
import { pause, type Stage } from "./outage-database.js"
import { type Cut, openProxy, type Way } from "./outage-proxy.js"
import { type OwnServer, ownServer, type ServerKind } from "./outage-server.js"

/** A fault of a database, and where to play it. */
export interface DatabaseFault {
  readonly name: string
  readonly stage: Stage
}

/** A database to strike at, until it is taken down. */
export interface Theatre {
  readonly faults: readonly DatabaseFault[]
  /** What cannot be played here, and is played another way. */
  readonly note?: string
  close(): Promise<void>
}

const awayMs = 2_500
// Shorter than the database is away: calls end meanwhile.
const storeMs = 1_000
const cutWithinMs = 20_000

/**
 * A server of our own behind a proxy of our own: killed, stopped, out of reach, and cut off at the very write that must not be lost. Where
 * none can be started, the machine's own behind the proxy: what is to be killed is then out of reach.
 */
export async function serverTheatre(kind: ServerKind): Promise<Theatre | { readonly missing: string }> {
  const own = await ownServer(kind)
  if (!("missing" in own)) return await theatreOn(kind, own)
  const server = kind === "postgres" ? await postgresServer() : await mysqlServer()
  if (server.missing !== undefined) return { missing: `${own.missing}, and ${server.missing}` }
  const database = await server.create()
  const there = new URL(database.url)
  const note = `${kind} was not killed, only out of reach: there is no ${own.missing}`
  const theatre = await theatreOn(kind, {
    host: there.hostname,
    port: Number(there.port) || (kind === "postgres" ? 5_432 : 3_306),
    urlAt(port) {
      const url = new URL(database.url)
      url.host = `127.0.0.1:${port}`
      return url.href
    },
    remove: () => database.drop(),
  })
  return { ...theatre, note }
}

/** A server as a theatre needs it; one that is not our own is never killed. */
type Played = Pick<OwnServer, "port" | "urlAt" | "remove"> &
  Partial<Pick<OwnServer, "start" | "stop" | "kill">> & { readonly host?: string }

async function theatreOn(kind: ServerKind, server: Played): Promise<Theatre> {
  const { start, stop, kill } = server
  const way = await openProxy(server.port, server.host)
  const url = server.urlAt(way.port)
  const seconds = awayMs / 1_000
  let tables = 0

  function stage(strike: Stage["strike"], onWrite?: Stage["onWrite"]): Stage {
    const options = { tablePrefix: `fault${++tables}_`, migrate: true, timeoutMs: storeMs }
    return {
      open: (now) =>
        kind === "postgres"
          ? postgresStore({ connectionString: url, max: 6 }, { ...options, now })
          : mysqlStore({ uri: url, connectionLimit: 6 }, { ...options, now }),
      strike,
      ...(onWrite && { onWrite }),
    }
  }
  const away = (leave: () => Promise<void>, comeBack: () => Promise<void>) =>
    stage(async () => {
      await leave()
      await pause(awayMs)
      await comeBack()
    })
  const cutting = (markOf: (row: ConnectionRow) => string | undefined) => {
    const blade = createBlade(way, markOf)
    return stage(blade.strike, blade.onWrite)
  }

  return {
    faults: [
      ...(kill && start ? [{ name: `${kind} killed for ${seconds} s`, stage: away(kill, start) }] : []),
      { name: `${kind} cut off at each commit, before it arrives and after it landed`, stage: cutting(sealedAnew) },
      { name: `${kind} cut off at each lease, before it arrives and after it landed`, stage: cutting(leaseTaken) },
      ...(stop && start ? [{ name: `${kind} stopped for ${seconds} s`, stage: away(stop, start) }] : []),
      { name: `${kind} out of reach for ${seconds} s`, stage: away(way.down, way.up) },
    ],
    async close() {
      await way.close()
      await server.remove()
    },
  }
}

/** One SQLite file whose write lock somebody holds. */
export async function fileTheatre(): Promise<Theatre> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-outage-"))
  const path = join(folder, "holdfast.db")
  const stage: Stage = {
    open: (now) => sqliteStore(path, { now, busyTimeoutMs: storeMs / 2 }),
    async strike() {
      const other = openDatabase(path)
      try {
        other.exec("PRAGMA busy_timeout = 2000")
        other.exec("BEGIN IMMEDIATE")
        await pause(awayMs)
        other.exec("ROLLBACK")
      } finally {
        other.close()
      }
    },
  }
  return {
    faults: [{ name: `sqlite locked by another writer for ${awayMs / 1_000} s`, stage }],
    close: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Cuts the connection at a write of each row, twice: once before it arrives, and the next try after it landed. */
function createBlade(way: Way, markOf: (row: ConnectionRow) => string | undefined) {
  const order: readonly Cut[] = ["before", "after"]
  const marks = new Map<string, Set<string>>()
  let cutsBefore: number | undefined
  return {
    onWrite(row: ConnectionRow): void {
      cutsBefore ??= way.cuts
      const mark = markOf(row)
      const known = marks.get(row.id) ?? new Set()
      const when = order[known.size]
      if (mark === undefined || when === undefined || known.has(mark)) return
      marks.set(row.id, known.add(mark))
      way.cutAt(mark, when)
    },
    async strike(connections: number): Promise<void> {
      const wanted = connections * order.length
      const cuts = () => way.cuts - (cutsBefore ?? way.cuts)
      for (const endsAt = performance.now() + cutWithinMs; cuts() < wanted; await pause(50))
        if (performance.now() > endsAt) throw new Error(`${cuts()} of ${wanted} writes were cut off.`)
    },
  }
}

/** What only the write of a renewal brings: another credential. All rows here are refreshed once. */
function sealedAnew({ generation, sealed }: ConnectionRow): string | undefined {
  return generation > 1 ? sealed.main?.slice(-40) : undefined
}

/** What only the write that takes a lease brings. */
function leaseTaken({ lease }: ConnectionRow): string | undefined {
  return lease?.beat === 0 ? lease.id : undefined
}
