import type { ConnectionRow, TokenStore } from "../store.js"
import type { LiveSecret } from "../tokens.js"
import { unsealed } from "./simulate.js"
import type { Shown, SimulatedGrant, SimulatedProvider } from "./simulated-provider.js"
import type { World } from "./world.js"

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** The six promises of design section 5, looked at after every step. */
export function createInvariants(parts: {
  world: World
  provider: SimulatedProvider
  shared: TokenStore
  storeIsSound: boolean
  journalled: boolean
}) {
  const { world, provider, shared } = parts
  /** By connection: every access token the store ever held, in order. */
  const held = new Map<string, string[]>()
  /** By connection: the row as it stands. */
  const rows = new Map<string, ConnectionRow>()
  let violation: string | undefined

  const broken = (message: string) => {
    if (violation !== undefined) return
    violation = message
    world.note(`BROKEN: ${message}`)
  }

  function look(row: ConnectionRow): void {
    const before = rows.get(row.id)
    if (before?.version === row.version) return
    rows.set(row.id, row)
    const tokens = unsealed(row.sealed.main ?? "") as Tokens
    const list = held.get(row.id) ?? []
    if (list.at(-1) !== tokens.accessToken) held.set(row.id, [...list, tokens.accessToken])
    if (before?.status !== row.status) world.note(`${row.id} is ${row.status} ${row.detail.slots.main?.reason ?? ""}`)
    // 3. No connection is said to be dead while the provider would take what the store holds.
    const refreshTokens = [tokens.refreshToken, ...spareTokens(row)]
    if (row.status === "needs_reauth" && refreshTokens.some((token) => provider.accepts(token)))
      broken(`3: ${row.id} is needs_reauth, and the provider would take what is stored`)
  }

  function spareTokens(row: ConnectionRow): string[] {
    const sealed = row.spares.main
    return sealed === undefined
      ? []
      : [(unsealed(sealed) as { outcome: { secret: Tokens } }).outcome.secret.refreshToken]
  }

  /** The store as processes see it: every write is looked at as it lands, whoever made it. */
  const observed: TokenStore = {
    documents: shared.documents,
    connections: {
      ...shared.connections,
      async update(row) {
        const result = await shared.connections.update(row)
        if (result === "updated") look({ ...row, version: row.version + 1 })
        return result
      },
    },
  }

  return {
    observed,
    violation: () => violation,

    watch(ids: readonly string[]): void {
      for (const id of ids) {
        void shared.connections.get(id).then((row) => row && look(row))
      }
    },

    /** A caller: what it gets must be of its own connection, committed, and no older than what the store held when it asked. */
    async call(id: string, live: () => Promise<LiveSecret>): Promise<void> {
      const known = held.get(id)?.length ?? 1
      try {
        const { accessToken } = (await live()).secret as Tokens
        const list = held.get(id) ?? []
        world.note(`a caller of ${id} gets ${accessToken}`)
        if (provider.grantOf(accessToken)?.id !== id) broken(`6: a caller of ${id} got ${accessToken}`)
        if (!list.includes(accessToken)) broken(`4: a caller of ${id} got ${accessToken} before it was committed`)
        else if (list.lastIndexOf(accessToken) < known - 1)
          broken(`4: a caller of ${id} got ${accessToken}, which the store knew to be superseded`)
      } catch {
        world.note(`a caller of ${id} gets nothing`)
      }
    },

    check(): void {
      for (const grant of provider.grants.values()) {
        // One refresh at a time, whatever the number of processes: what the lease is for.
        if (parts.storeIsSound && underWay(grant) > 1) broken(`1: two processes refresh ${grant.id} at once`)
        if (grant.habits.rotation !== "single-use") continue
        for (const [token, shown] of grant.shown) {
          const last = shown.at(-1)
          const earlier = shown.slice(0, -1).filter((show) => show.answered !== "unspent")
          // 1. Never shown twice, unless the answer was lost, and then once more.
          const untilUsed = grant.habits.reuse !== "revokes-family" && grant.habits.reuse.untilUsed
          if (earlier.length > 1 && !untilUsed) broken(`1: ${token} was shown ${earlier.length + 1} times`)
          if (last && parts.storeIsSound && earlier.some((show) => isInGoodHands(show, last.at)))
            broken(`1: ${token} was shown again after it had been answered`)
        }
      }
    },

    /** When everything has been calm for long enough. Answers how the connections stand. */
    async atRest(): Promise<string[]> {
      const statuses: string[] = []
      for (const grant of provider.grants.values()) {
        const row = await shared.connections.get(grant.id)
        if (!row) continue
        const tokens = unsealed(row.sealed.main ?? "") as Tokens
        const slot = row.detail.slots.main
        statuses.push(row.status)
        // 5. Left alone, it is well, or says why not.
        if (row.status !== "active" && !slot?.reason) broken(`5: ${row.id} is ${row.status} without a reason`)
        if (row.status === "active" && !provider.isLive(tokens.accessToken) && !grant.withdrawn)
          broken(`5: ${row.id} is called active and its token is dead`)
        if (row.status === "degraded") broken(`5: ${row.id} is still degraded in the calm: ${slot?.reason}`)
        if (row.lease && row.status === "active" && !provider.isLive(tokens.accessToken))
          broken(`5: ${row.id} is still leased`)
        // 2. What reached a process that lived on is not lost.
        const newest = grant.refreshTokens.at(-1) ?? ""
        const bearer = grant.delivered.get(newest)
        const lived =
          grant.refreshTokens.length === 1 || (bearer && (bearer.host.life === bearer.life || parts.journalled))
        // What came this very moment is still on its way to the store.
        const isOnItsWay = bearer !== undefined && bearer.at > world.now() - 2_000
        const kept = [tokens.refreshToken, ...spareTokens(row)].includes(newest)
        if (
          lived &&
          !isOnItsWay &&
          !kept &&
          !grant.revoked &&
          !grant.withdrawn &&
          (grant.habits.rotation === "reusable" || grant.shown.get(newest) === undefined)
        ) {
          broken(`2: ${newest} was handed over, and the store does not have it`)
        }
      }
      return statuses
    },
  }
}

/** How many undisturbed processes are waiting for an answer about this grant. */
function underWay(grant: SimulatedGrant): number {
  const waiting = [...grant.shown.values()]
    .flat()
    .filter(({ ended, by, at }) => !ended && by.host.life === by.life && by.host.disturbedAt < at)
  return new Set(waiting.map(({ by }) => by.host)).size
}

/** Whether the answer had arrived by then, at a process that lived on undisturbed and so must have kept it. */
function isInGoodHands({ at, heard, answered }: Shown, by: number): boolean {
  return (
    answered === "renewed" &&
    heard !== undefined &&
    heard.at < by &&
    heard.host.life === heard.life &&
    heard.host.disturbedAt < at
  )
}
