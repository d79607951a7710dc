import { createHash } from "node:crypto"
import { isHoldfastError } from "../../packages/core/src/index.js"
import { type AcmeHoldfast, type AcmeProvider, owner } from "./herd-acme.js"
import type { Outage } from "./outage-figures.js"

/** What is promised while something is away. */
export interface WatchOptions {
  readonly provider: AcmeProvider
  now(): number
  /** How long callers wait, and what may come on top. */
  readonly timeoutMs: number
  readonly slackMs: number
  /** What a caller may be told. */
  readonly codes: readonly string[]
  /** Token requests that one refresh token may cause meanwhile. */
  readonly requestsEach: number
  /** Where the provider says how long to wait: no request for a token comes sooner after the one before. */
  readonly leastBetweenMs?: number
}

/** Sees every token request and every caller, and says what was not as promised. */
export function createWatch(options: WatchOptions) {
  const { provider, timeoutMs } = options
  const broken = new Map<string, number>()
  const dead = new Set<string>()
  const lost = new Set<string>()
  /** By digest of the refresh token: when it was shown during the outage. */
  const shown = new Map<string, number[]>()
  /** By connection: the last token that a caller got. */
  const newest = new Map<string, string>()
  let isOut = false
  const note = (line: string) => void broken.set(line, (broken.get(line) ?? 0) + 1)
  const inspect = (token: string) => provider.provider.oauth.inspectToken(token)
  const isLive = (token: string) => inspect(token).is === "live"
  const tokenOf = (holdfast: AcmeHoldfast, id: string) =>
    holdfast.for(owner).connection(id, "acme").accessToken({ timeoutMs })

  function livesFor(token: string): number {
    const inspected = inspect(token)
    return inspected.is === "live" && inspected.expiresAt !== "never" ? inspected.expiresAt - options.now() : 0
  }

  return {
    begin() {
      isOut = true
    },
    end() {
      isOut = false
    },
    /** A row that says that only the person can go on. */
    dead(id: string, reason: string) {
      dead.add(id)
      note(`called needs_reauth: ${reason}`)
    },

    /** Notes a token request. */
    async sees(request: Request): Promise<void> {
      if (!isOut || !request.url.endsWith("/token")) return
      const token = new URLSearchParams(await request.clone().text()).get("refresh_token") ?? ""
      const digest = createHash("sha256").update(token).digest("hex")
      shown.set(digest, [...(shown.get(digest) ?? []), options.now()])
    },

    /** A caller. `storeIsUp`: whether nothing but the provider can be in its way. */
    async ask(holdfast: AcmeHoldfast, id: string, storeIsUp: boolean): Promise<void> {
      const askedAt = options.now()
      const before = newest.get(id)
      const couldServe = storeIsUp && before !== undefined && livesFor(before) > timeoutMs + 10_000
      try {
        const token = await tokenOf(holdfast, id)
        newest.set(id, token)
        if (!isLive(token)) note("a caller got a token that does not live")
      } catch (error) {
        const code = isHoldfastError(error) ? error.code : "unexpected"
        if (code === "reauth_required") dead.add(id)
        if (!options.codes.includes(code)) note(`a caller got ${code}`)
        if (couldServe) note("a caller was refused while its token lived")
      }
      if (options.now() - askedAt > timeoutMs + options.slackMs) note("a caller waited for longer than it said")
    },

    /** How a connection stands when all is well again. */
    async last(holdfast: AcmeHoldfast, id: string, state: string): Promise<void> {
      const token = await tokenOf(holdfast, id).catch(() => undefined)
      if (token !== undefined && isLive(token) && state === "active") return
      lost.add(id)
      note(`a connection is ${state} when all is well again${token === undefined ? "" : ", and gives a token"}`)
    },

    outcome(connections: number): Outage {
      const requests = [...shown.values()]
      const most = Math.max(0, ...requests.map(({ length }) => length))
      if (most > options.requestsEach) note(`a token was shown ${most} times, of ${options.requestsEach} at most`)
      const least = options.leastBetweenMs ?? 0
      for (const times of requests)
        if (times.some((at, nth) => at - (times[nth - 1] ?? Number.NEGATIVE_INFINITY) < least))
          note("Retry-After was not respected")
      return {
        figures: {
          connections,
          refreshes: provider.counters.refreshes.issued,
          lost: lost.size,
          falseDeaths: dead.size,
          requestsDuringOutage: requests.flat().length,
        },
        losses: [...broken].map(([line, times]) => `${line} (${times})`),
      }
    },
  }
}
