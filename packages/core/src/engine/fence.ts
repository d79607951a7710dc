import type { ConnectionRow } from "../store.js"
import type { Engine } from "./engine.js"

const windowMs = 15 * 60_000
const longestHoldMs = 24 * 3_600_000
const probeEveryMs = 60_000
const leastTenants = 20

interface FenceState {
  /** Digest of a tenant → when it was last refused. */
  readonly refused: Readonly<Record<string, number>>
  /** When the fence went up; null: it is down. */
  readonly upSince: number | null
}

/** Rows held back by the fence, and until when. */
export interface Held {
  readonly holdMs: number
  /** Whether the fence went up with this one: the event that is told. */
  readonly rose: boolean
}

/**
 * Counts a refusal against its app (ruling R20). When 20 and half of the app's distinct tenants are refused within 15 minutes, something
 * is wrong with the app, not with them: their deaths are held back for at most a day, while single ones go on probing.
 * Answers whether this one is held. Apps that a tenant saved for itself have no fence.
 */
export async function noteRefusal(engine: Engine, row: ConnectionRow): Promise<Held | undefined> {
  const [app] = await engine.appsOf(row)
  if (!app || app.tenantId !== null) return undefined
  const now = engine.runtime.clock.now()
  const tenant = await engine.runtime.digest(row.tenantId)
  const key = `fence:${await engine.runtime.digest(row.appId)}`
  for (let tries = 0; tries < 8; tries++) {
    const document = await engine.store.documents.get(key)
    const known: FenceState =
      document && (document.expiresAt ?? 0) > now
        ? (JSON.parse(document.value) as FenceState)
        : { refused: {}, upSince: null }
    const refused = Object.fromEntries(
      Object.entries({ ...known.refused, [tenant]: now }).filter(([, at]) => now - at <= windowMs),
    )
    const count = Object.keys(refused).length
    const rises =
      known.upSince === null &&
      count >= leastTenants &&
      count * 2 >= (await countTenants(engine, row.appId, count * 2 + 1))
    const upSince = rises ? now : known.upSince
    const state: FenceState = { refused, upSince: upSince !== null && now - upSince > longestHoldMs ? null : upSince }
    const expiresAt = state.upSince === null ? now + windowMs : state.upSince + longestHoldMs
    const written = await engine.store.documents.put(
      { key, value: JSON.stringify(state), expiresAt },
      document?.version ?? 0,
    )
    if (written === undefined) continue
    if (rises)
      engine.log.error("many tenants of one app were refused at once; their connections are held back", {
        appId: row.appId,
        tenants: count,
      })
    // Spread, so that one row probes every minute and not all of them at once.
    return state.upSince === null ? undefined : { holdMs: probeEveryMs * (1 + (count % 60)), rose: rises }
  }
  return undefined
}

/** Whether this is the first refusal of an app's own secret within an hour: the one that is told loudly. */
export async function noteAppRefused(engine: Engine, appId: string): Promise<boolean> {
  const now = engine.runtime.clock.now()
  const key = `app-refused:${await engine.runtime.digest(appId)}`
  const document = await engine.store.documents.get(key)
  if (document && (document.expiresAt ?? 0) > now) return false
  const first =
    (await engine.store.documents.put({ key, value: "", expiresAt: now + 3_600_000 }, document?.version ?? 0)) !==
    undefined
  if (first) engine.log.error("the provider refuses the app's client id or secret", { appId })
  return first
}

/** What was noted of an app within its time: its own secret refused, many tenants refused at once. */
export async function appTroubles(engine: Engine, appId: string): Promise<readonly ("app_refused" | "mass_refusal")[]> {
  const now = engine.runtime.clock.now()
  const digest = await engine.runtime.digest(appId)
  const living = async (key: string) => {
    const document = await engine.store.documents.get(key)
    return document && (document.expiresAt ?? 0) > now ? document : undefined
  }
  const fence = await living(`fence:${digest}`)
  const isUp = fence !== undefined && (JSON.parse(fence.value) as FenceState).upSince !== null
  const isRefused = (await living(`app-refused:${digest}`)) !== undefined
  return [...(isRefused ? (["app_refused"] as const) : []), ...(isUp ? (["mass_refusal"] as const) : [])]
}

/** Distinct tenants of an app, counted up to `enough`. Read only when twenty were refused. */
async function countTenants(engine: Engine, appId: string, enough: number): Promise<number> {
  const tenants = new Set<string>()
  let after: string | undefined
  for (let page = 0; page < 1_000 && tenants.size < enough; page++) {
    const rows = await engine.store.connections.list({ appId, limit: 500, ...(after !== undefined && { after }) })
    for (const row of rows) tenants.add(row.tenantId)
    after = rows.at(-1)?.id
    if (rows.length < 500) break
  }
  return tenants.size
}
