import { keyIdOf } from "../cipher-header.js"
import type { JournalEntry } from "../journal.js"
import type { ConnectionRow, TokenStore } from "../store.js"
import type { LiveSecret, Tokens } from "../tokens.js"
import type { Shown, SimulatedGrant, SimulatedProvider } from "./simulated-provider.js"
import { unsealed } from "./simulated-runtime.js"
import type { World } from "./world.js"

interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

/** A renewal as it stands in a journal, or as a spare. */
interface Kept {
  readonly outcome: { readonly secret: TokenPair }
}

/** The six promises of design section 5, looked at after every step. */
export function createInvariants(parts: {
  world: World
  provider: SimulatedProvider
  shared: TokenStore
  storeIsSound: boolean
}) {
  const { world, provider, shared } = parts
  /** By connection: every access token the store ever held, in order. */
  const held = new Map<string, string[]>()
  /** By connection: the row as it stands. */
  const rows = new Map<string, ConnectionRow>()
  /** Connections whose tombstone is written. */
  const ended = new Set<string>()
  /** Refresh tokens that some journal, or an attempt, has held. */
  const written = new Set<string>()
  /** By connection: whether its latest caller went away with a token that the API took. */
  const served = new Map<string, boolean>()
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
    if (before?.status !== row.status) world.note(`${row.id} is ${row.status} ${row.detail.slots.main?.reason ?? ""}`)
    if (row.status === "disconnecting") ended.add(row.id)
    const tokens = tokensOf(row)
    if (!tokens) return
    const rash = before && rashIntent(before, row, provider)
    if (rash !== undefined) broken(`1: ${tokens.refreshToken} was shown ${rash}`)
    const list = held.get(row.id) ?? []
    if (list.at(-1) !== tokens.accessToken) held.set(row.id, [...list, tokens.accessToken])
    // 3. No connection is said to be dead while the provider would take what the store holds.
    if (row.status === "needs_reauth" && refreshTokensOf(row).some((token) => provider.accepts(token)))
      broken(`3: ${row.id} is needs_reauth, and the provider would take what is stored`)
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
      async updateMany(changed) {
        const results = await shared.connections.updateMany(changed)
        for (const [at, row] of changed.entries())
          if (results[at] === "updated") look({ ...row, version: row.version + 1 })
        return results
      },
    },
  }

  /** 4 and 6: what a caller gets is of its own connection, committed, and no older than what the store held when it asked. */
  function judge(id: string, accessToken: string, asked: { known: number; afterEnd: boolean }): void {
    const list = held.get(id) ?? []
    world.note(`a caller of ${id} gets ${accessToken}`)
    if (provider.grantOf(accessToken)?.connectionId !== id) broken(`6: a caller of ${id} got ${accessToken}`)
    if (asked.afterEnd) broken(`4: a caller of ${id} got ${accessToken} after it was disconnected`)
    if (!list.includes(accessToken)) broken(`4: a caller of ${id} got ${accessToken} before it was committed`)
    else if (list.lastIndexOf(accessToken) < asked.known - 1)
      broken(`4: a caller of ${id} got ${accessToken}, which the store knew to be superseded`)
  }

  return {
    observed,
    violation: () => violation,

    /** Whether the latest caller of a connection went away with a token that the API took. */
    isServed: (id: string) => served.get(id) === true,

    journalled({ sealed }: JournalEntry): void {
      written.add(unsealed<Kept>(sealed)?.outcome.secret.refreshToken ?? "")
    },

    /** What stands beside an attempt is taken on when its process has died. */
    kept(refreshToken: string): void {
      written.add(refreshToken)
    },

    async watch(ids: readonly string[]): Promise<void> {
      for (const id of ids) {
        const row = await shared.connections.get(id)
        if (row) look(row)
      }
    },

    /** A caller: it asks, calls the provider's API, and asks once more where that refuses the token. */
    async call(id: string, tokens: Tokens, options: { timeoutMs: number }): Promise<void> {
      served.set(id, false)
      const ask = async (rejected?: LiveSecret) => {
        const asked = { known: held.get(id)?.length ?? 1, afterEnd: ended.has(id) }
        const live = await tokens.live(id, { ...options, ...(rejected && { rejected }) })
        const { accessToken } = live.secret as TokenPair
        judge(id, accessToken, asked)
        served.set(id, provider.isLive(accessToken))
        return live
      }
      try {
        const live = await ask()
        if (served.get(id)) return
        world.count("tokens that the API refused")
        await ask(live)
      } catch {
        world.note(`a caller of ${id} gets nothing`)
      }
    },

    check(): void {
      for (const grant of provider.grants) {
        // One refresh at a time, whatever the number of processes: what the lease is for.
        if (parts.storeIsSound && underWay(grant) > 1) broken(`1: two processes refresh ${grant.connectionId} at once`)
        if (grant.habits.rotation !== "single-use") continue
        for (const [token, shown] of grant.shown) {
          const last = shown.at(-1)
          const earlier = shown.slice(0, -1).filter((show) => show.answered !== "unspent")
          // 1. Never shown twice, unless every answer was lost. The pauses are looked at where the intent is written.
          if (last && parts.storeIsSound && earlier.some((show) => isInGoodHands(show, last.at)))
            broken(`1: ${token} was shown again after it had been answered`)
        }
      }
    },

    /** When everything has been calm for long enough. Answers how the connections stand. */
    async atRest(ids: readonly string[], keyId: string): Promise<string[]> {
      const statuses: string[] = []
      for (const id of ids) {
        const row = await shared.connections.get(id)
        const grants = provider.grants.filter((grant) => grant.connectionId === id)
        if (ended.has(id)) {
          statuses.push("disconnected")
          atRestEnded(id, row, grants)
        } else if (row) {
          statuses.push(row.status)
          atRestKept(row, grants)
          const sealed = [...Object.values(row.sealed), ...Object.values(row.spares)]
          if (row.keyId !== keyId || sealed.some((value) => keyIdOf(value) !== keyId))
            broken(`2: ${id} is not sealed under ${keyId}, and would be lost with the key before`)
        } else {
          broken(`5: ${id} is gone, and nobody disconnected it`)
        }
      }
      return statuses
    },
  }

  function atRestKept(row: ConnectionRow, grants: readonly SimulatedGrant[]): void {
    const tokens = tokensOf(row)
    const reason = row.detail.slots.main?.reason
    const stored = provider.grantOf(tokens?.refreshToken ?? "")
    // 5. Left alone, it is well, or says why not.
    if (row.status !== "active" && !reason) broken(`5: ${row.id} is ${row.status} without a reason`)
    const isServed = served.get(row.id) === true
    if (row.status === "active" && !isServed && !stored?.withdrawn)
      broken(`5: ${row.id} is called active, and its caller got nothing that works`)
    if (row.status === "degraded") broken(`5: ${row.id} is still degraded in the calm: ${reason}`)
    if (row.lease && row.status === "active" && !isServed) broken(`5: ${row.id} is still leased`)
    // 2. What reached a process that lived on is not lost. A later consent stands for all before it.
    for (const grant of grants.slice(stored ? grants.indexOf(stored) : 0)) {
      const newest = grant.refreshTokens.at(-1) ?? ""
      const kept = refreshTokensOf(row).includes(newest)
      const unshown = grant.habits.rotation === "reusable" || grant.shown.get(newest) === undefined
      if (hasLived(grant, newest) && !kept && !grant.revoked && !grant.withdrawn && unshown)
        broken(`2: ${newest} was handed over, and the store does not have it`)
    }
  }

  /** Disconnected: nothing is left here, and nothing that was ours to end is left at the provider. */
  function atRestEnded(id: string, row: ConnectionRow | undefined, grants: readonly SimulatedGrant[]): void {
    if (row) broken(`5: ${id} is still being disconnected`)
    // Earlier consents that the provider keeps beside the newest are not known to anybody here.
    const grant = grants.at(-1)
    const newest = grant?.refreshTokens.at(-1) ?? ""
    if (grant && !grant.revoked && !grant.withdrawn && hasLived(grant, newest))
      broken(`5: ${id} was disconnected, and ${newest} lives on at the provider`)
  }

  /** Whether a token reached a process that lived on, or that wrote it down first. */
  function hasLived(grant: SimulatedGrant, token: string): boolean {
    const bearer = grant.delivered.get(token)
    // One that was there when the world began; any other was lost on its way.
    if (!bearer)
      return provider.grants.find((one) => one.connectionId === grant.connectionId)?.refreshTokens[0] === token
    // What came this very moment is still on its way to the store.
    if (bearer.at > world.now() - 2_000) return false
    return bearer.host.life === bearer.life || written.has(token)
  }
}

function tokensOf(row: ConnectionRow): TokenPair | undefined {
  return unsealed<TokenPair>(row.sealed.main)
}

/** What is stored of refresh tokens, a spare among them. */
function refreshTokensOf(row: ConnectionRow): string[] {
  const spare = unsealed<Kept>(row.spares.main)?.outcome.secret
  return [tokensOf(row), spare].flatMap((tokens) => tokens?.refreshToken ?? [])
}

/** 1: what is wrong with the intent under which a value is shown again; by the clocks of those who wrote it, which may jump. */
function rashIntent(before: ConnectionRow, row: ConnectionRow, provider: SimulatedProvider): string | undefined {
  const [was, is] = [before.intents.main, row.intents.main]
  // Only what takes the lease shows something; whoever lets it go puts back what stood there.
  if (!was || !is || is.id !== row.lease?.id || is.id === before.lease?.id) return undefined
  if (is.digest !== was.digest || is.generation !== was.generation) return undefined
  const times = was.presentations + 1
  if (is.presentations !== times) return "and nobody counted it"
  const reuse = provider.grants.find(({ connectionId }) => connectionId === row.id)?.habits.reuse
  if (times < 3 || (typeof reuse === "object" && reuse.untilUsed)) return undefined
  // Half a minute before the second showing, and twice as long before each further one.
  return is.shownAt - was.shownAt < 30_000 * 2 ** (times - 2) ? `${times} times without a pause` : undefined
}

/** How many undisturbed processes are waiting for an answer about this grant. */
function underWay(grant: SimulatedGrant): number {
  const hosts = new Set<unknown>()
  for (const shown of grant.shown.values())
    for (const { ended, by, at } of shown)
      if (!ended && by.host.life === by.life && by.host.disturbedAt < at) hosts.add(by.host)
  return hosts.size
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
