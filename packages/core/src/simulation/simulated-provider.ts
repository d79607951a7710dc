import type { GrantPolicy } from "../method.js"
import type { Host, World } from "./world.js"

/** How the provider treats refresh tokens, of which one is drawn for each simulated connection. */
export interface ProviderHabits {
  readonly rotation: "single-use" | "reusable"
  readonly reuse: GrantPolicy["reuse"]
  readonly accessTokenSeconds: number
}

/** How often things go wrong, as probabilities of one token request. */
export interface ProviderFaults {
  /** Refused, reset or answered 5xx before it did anything. */
  readonly before: number
  /** It did its work, and the answer is lost, cut or a 5xx. */
  readonly after: number
  /** 429: it did nothing, and says so. */
  readonly limited: number
  /** It takes longer than a lease. */
  readonly slow: number
}

/** One showing of a refresh token. */
export interface Shown {
  readonly at: number
  answered: "no" | "renewed" | "refused" | "unspent"
  readonly by: { readonly host: Host; readonly life: number }
  /** Whether its sender knows how it ended. */
  ended?: true
  /** Where, when and in which of its lives the answer was heard. */
  heard?: { readonly at: number; readonly host: Host; readonly life: number }
}

/** One grant at the provider: all that a strict authorization server remembers of it. */
export interface SimulatedGrant {
  readonly id: string
  readonly habits: ProviderHabits
  /** Newest last. */
  readonly refreshTokens: string[]
  readonly accessTokens: { readonly value: string; readonly expiresAt: number; readonly refreshToken: string }[]
  /** By refresh token: each time it was shown. */
  readonly shown: Map<string, Shown[]>
  /** When the newest refresh token was first used, which ends its predecessor's grace. */
  replacedAt: number
  revoked: boolean
  /** The person withdrew it: a death that is real. */
  withdrawn: boolean
  /** Tokens that reached a process, by the refresh token, with the process's life. */
  readonly delivered: Map<string, { readonly host: Host; readonly life: number; readonly at: number }>
}

/** A strict authorization server, seen by several processes over a bad network. */
export function simulatedProvider(world: World, faults: () => ProviderFaults) {
  const grants = new Map<string, SimulatedGrant>()
  const byToken = new Map<string, SimulatedGrant>()
  let serial = 0

  function issue(grant: SimulatedGrant, refreshToken: string): { access: string; refresh: string } {
    const access = `at_${grant.id}_${++serial}`
    grant.accessTokens.push({
      value: access,
      expiresAt: world.now() + grant.habits.accessTokenSeconds * 1_000,
      refreshToken,
    })
    return { access, refresh: refreshToken }
  }

  function rotate(grant: SimulatedGrant): string {
    const token = `rt_${grant.id}_${++serial}`
    grant.refreshTokens.push(token)
    byToken.set(token, grant)
    grant.replacedAt = world.now()
    return token
  }

  /** Whether a refresh token would be taken now. */
  function accepts(token: string): boolean {
    const grant = byToken.get(token)
    if (!grant || grant.revoked || grant.withdrawn) return false
    if (token === grant.refreshTokens.at(-1) || grant.habits.rotation === "reusable") return true
    return token === grant.refreshTokens.at(-2) && inGrace(grant)
  }

  function inGrace(grant: SimulatedGrant): boolean {
    const { reuse } = grant.habits
    if (reuse === "revokes-family") return false
    const newestUsed = (grant.shown.get(grant.refreshTokens.at(-1) ?? "")?.length ?? 0) > 0
    return reuse.untilUsed ? !newestUsed : world.now() < grant.replacedAt + (reuse.seconds ?? 0) * 1_000
  }

  function exchange(token: string): { status: number; body: unknown; answered: Shown["answered"]; refresh?: string } {
    const grant = byToken.get(token)
    const refused = { status: 400, body: { error: "invalid_grant" }, answered: "refused" } as const
    if (!grant || grant.revoked || grant.withdrawn) return refused
    if (!accepts(token)) {
      // RFC 9700 section 4.14: a spent token shown again ends the family.
      if (grant.habits.reuse === "revokes-family") grant.revoked = true
      return refused
    }
    const repeated = grant.habits.rotation === "single-use" && token !== grant.refreshTokens.at(-1)
    if (repeated) grant.refreshTokens.pop()
    const refresh = grant.habits.rotation === "reusable" ? token : rotate(grant)
    const issued = issue(grant, refresh)
    const body = {
      access_token: issued.access,
      token_type: "bearer",
      expires_in: grant.habits.accessTokenSeconds,
      ...(grant.habits.rotation === "single-use" && { refresh_token: refresh }),
    }
    return { status: 200, body, answered: "renewed", refresh }
  }

  /** The token endpoint as one process reaches it. */
  async function fetchFrom(host: Host, request: Request): Promise<Response> {
    const token = new URLSearchParams(await request.text()).get("refresh_token") ?? ""
    const grant = byToken.get(token)
    const show: Shown = { at: world.now(), answered: "no", by: { host, life: host.life } }
    if (grant) grant.shown.set(token, [...(grant.shown.get(token) ?? []), show])
    world.note(`${host.name} shows ${token}`)

    const { before, after, limited, slow } = faults()
    const luck = world.dice.next()
    const [there, back] = [world.dice.between(5, 60), world.dice.between(5, 60)]
    const delay = world.dice.chance(slow) ? world.dice.between(8_000, 45_000) : there
    const { life } = host

    return await new Promise<Response>((resolve, reject) => {
      const reply = (end: () => void) =>
        world.after(back, host, () => {
          show.ended = true
          end()
        })
      const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
        reply(() =>
          resolve(new Response(body, { status, headers: { "content-type": "application/json", ...headers } })),
        )
      const lose = () => reply(() => reject(new TypeError("fetch failed")))
      world.after(delay, undefined, () => {
        if (luck < before) return void (world.dice.chance(0.5) ? answer(503, "<html>busy</html>") : lose())
        if (luck < before + limited) {
          show.answered = "unspent"
          return void answer(429, '{"error":"slow_down"}', { "retry-after": "3" })
        }
        const done = exchange(token)
        world.note(`provider answers ${token} with ${done.answered}`)
        if (luck < before + limited + after) {
          return void world.dice.pick([
            lose,
            () => answer(502, "<html>bad gateway</html>"),
            () => answer(200, '{"access_tok'),
          ])()
        }
        show.answered = done.answered
        reply(() => {
          show.heard = { at: world.now(), host, life }
          if (done.refresh !== undefined) grant?.delivered.set(done.refresh, { host, life, at: world.now() })
          resolve(
            new Response(JSON.stringify(done.body), {
              status: done.status,
              headers: { "content-type": "application/json" },
            }),
          )
        })
      })
    })
  }

  return {
    grants,
    accepts,
    fetchFrom,
    grantOf: (token: string) =>
      byToken.get(token) ??
      [...grants.values()].find((grant) => grant.accessTokens.some((known) => known.value === token)),
    /** A new grant, as at the end of a code exchange. */
    grant(id: string, habits: ProviderHabits): { accessToken: string; refreshToken: string } {
      const grant: SimulatedGrant = {
        id,
        habits,
        refreshTokens: [],
        accessTokens: [],
        shown: new Map(),
        replacedAt: 0,
        revoked: false,
        withdrawn: false,
        delivered: new Map(),
      }
      grants.set(id, grant)
      const refreshToken = rotate(grant)
      return { accessToken: issue(grant, refreshToken).access, refreshToken }
    },
    isLive(accessToken: string): boolean {
      const grant = [...grants.values()].find((candidate) =>
        candidate.accessTokens.some((known) => known.value === accessToken),
      )
      return (
        grant !== undefined &&
        !grant.revoked &&
        !grant.withdrawn &&
        grant.accessTokens.some((known) => known.value === accessToken && known.expiresAt > world.now())
      )
    },
  }
}

export type SimulatedProvider = ReturnType<typeof simulatedProvider>
