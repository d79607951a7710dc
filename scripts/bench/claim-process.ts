import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { acmeHoldfast } from "./acme.js"
import { addEnded } from "./many-rows.js"
import { openRaw } from "./raw.js"
import { type Claimed, claimRaw, writeAll, writeEach } from "./raw-claim.js"
import { type Figure, figureOf, ratioOf } from "./statistics.js"
import { openStore, type Place } from "./stores.js"

/**
 * How fast due rows are worked off in Postgres, and how that compares with a loop of `FOR UPDATE SKIP LOCKED` over the same rows. Here the
 * scheduler finds that they have nothing to renew, and writes when to look again; the loop claims as many, and writes each back. Both write
 * ten rows at a time, each acknowledged by itself, as it must be where each waits for an answer of its own.
 */
export interface Claim extends Share {
  readonly rows: number
  readonly due: number
  /** `claimDue`, and `update` of each row, ten at a time; the loop writes each row back too. */
  readonly store: Share
  /** `claimDue`, and all rows in one `updateMany`; the loop writes all back in one statement. */
  readonly bulk: Share
  /** The scheduler renews each token at a provider on loopback; the loop posts the same request and writes the same row back once. */
  readonly refresh: Share
}

export interface Share {
  readonly perSecond: number
  /** Of the raw loop's rows a second. Aim, for the scheduler that finds nothing to renew: 0.8. */
  readonly shareOfRaw: number
  readonly share: Figure
  readonly rawPerSecond: number
}

export interface ClaimOrders {
  readonly place: Pick<Place, "store" | "url">
  readonly rows: number
  readonly due: number
  /** How many rows are refreshed in all. */
  readonly refreshes: number
}

const limit = 200
const atOnce = 10
const hideMs = 120_000
const week = 7 * 86_400_000

async function measureClaim({ place, rows, due, refreshes }: ClaimOrders): Promise<Claim> {
  const now = Date.now()
  const pool = await openRaw(place, atOnce)
  const store = openStore(place, atOnce)
  const holdfast = acmeHoldfast({ store })
  const provider = await tokenEndpoint()
  const renewing = acmeHoldfast({ store, reroute: { "https://acme.example": provider.origin } })

  const raw = async (write: (claimed: readonly Claimed[]) => Promise<void>) => {
    const claimed = await claimRaw(pool, now, limit, now + hideMs)
    await write(claimed)
    return claimed.length
  }
  const later = (row: Claimed) => [now + week, ...row.slice(3)]
  const rawEach = () => raw((claimed) => writeEach(pool, claimed, atOnce, later))

  // Each pair takes two slices, and each of the three kinds an equal part of what is due.
  const pairs = Math.floor(due / limit / 2 / 3)
  const scheduler = await share(
    pairs,
    async () => (await holdfast.scheduler.tick({ limit, concurrency: atOnce })).claimed,
    rawEach,
  )
  const byStore = await share(
    pairs,
    async () => {
      const claimed = await store.connections.claimDue(now, limit, hideMs)
      const queue = claimed.values()
      const worker = async () => {
        for (const row of queue) await store.connections.update({ ...row, dueAt: now + week })
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
      return claimed.length
    },
    rawEach,
  )
  const bulk = await share(
    pairs,
    async () => {
      const claimed = await store.connections.claimDue(now, limit, hideMs)
      await store.connections.updateMany(claimed.map((row) => ({ ...row, dueAt: now + week })))
      return claimed.length
    },
    () => raw((claimed) => writeAll(pool, claimed, now + week)),
  )

  await pool.use((session) => addEnded(session, refreshes))
  const refresh = await share(
    Math.floor(refreshes / limit / 2),
    async () => (await renewing.scheduler.tick({ limit, concurrency: atOnce })).refreshed,
    () =>
      raw((claimed) =>
        writeEach(pool, claimed, atOnce, async (row) => {
          await provider.renew()
          return later(row)
        }),
      ),
  )
  await renewing.close()
  await holdfast.close()
  await store.close()
  await pool.close()
  provider.close()
  return { ...scheduler, rows, due, store: byStore, bulk, refresh }
}

/** Slices by turns, ours and the loop's; the first pair is not counted. */
async function share(pairs: number, ours: () => Promise<number>, raw: () => Promise<number>): Promise<Share> {
  const times: { ours: number; raw: number }[] = []
  for (let at = 0; at < pairs; at++) {
    // Whoever comes second finds pages that the first has warmed: they change places.
    const [first, second] = at % 2 ? [raw, ours] : [ours, raw]
    const [one, other] = [await timeOfOne(first), await timeOfOne(second)]
    if (at > 0) times.push(at % 2 ? { ours: other, raw: one } : { ours: one, raw: other })
  }
  const perSecond = (all: number[]) => Math.round(1_000 / figureOf(all).median)
  const figure = ratioOf(times.map((one) => one.raw / one.ours))
  return {
    perSecond: perSecond(times.map((one) => one.ours)),
    shareOfRaw: figure.median,
    share: figure,
    rawPerSecond: perSecond(times.map((one) => one.raw)),
  }
}

async function timeOfOne(slice: () => Promise<number>): Promise<number> {
  const startedAt = performance.now()
  const count = await slice()
  if (count !== limit) throw new Error(`A slice had ${count} rows in place of ${limit}.`)
  return (performance.now() - startedAt) / count
}

/** A provider on loopback that renews whatever it is shown. */
async function tokenEndpoint() {
  let issued = 0
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      issued++
      const tokens = { access_token: `a${issued}`.padEnd(200, "a"), refresh_token: `r${issued}`.padEnd(200, "r") }
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify({ ...tokens, token_type: "Bearer", expires_in: 3_600 }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    async renew() {
      const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: "r".repeat(200) })
      await (await fetch(`${origin}/oauth/token`, { method: "POST", body })).json()
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const [orders = "{}"] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureClaim(JSON.parse(orders) as ClaimOrders)))
