import type { GrantPolicy } from "../method.js"
import { plainDigest } from "./simulated-runtime.js"
import type { Host, World } from "./world.js"

/** How the provider treats refresh tokens, of which one is drawn for each simulated connection. */
export interface ProviderHabits {
  readonly rotation: "single-use" | "reusable"
  readonly reuse: GrantPolicy["reuse"]
  /** Whether consenting again ends what was granted before. Default: it is kept. */
  readonly reconsent?: GrantPolicy["reconsent"]
  readonly accessTokenSeconds: number
}

/** How often things go wrong, as probabilities of one request. */
export interface ProviderFaults {
  /** Refused, reset or answered 5xx before it did anything. */
  readonly before: number
  /** It did its work, and the answer is lost, cut or a 5xx. */
  readonly after: number
  /** 429: it did nothing, and says so. */
  readonly limited: number
  /** It takes longer than a lease, before it does its work or behind it. */
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
  readonly connectionId: string
  readonly habits: ProviderHabits
  /** Newest last. */
  readonly refreshTokens: string[]
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

/** What the provider does with a request, and what it answers. */
interface Done {
  readonly status: number
  readonly body: unknown
  readonly answered: Exclude<Shown["answered"], "no">
  readonly grant?: SimulatedGrant
  readonly refresh?: string
}

interface Consent {
  readonly connectionId: string
  readonly habits: ProviderHabits
  readonly challenge: string | null
  exchanged?: SimulatedGrant
}

/** Longer than this an answer takes longer than the lease it is asked for under. */
const leaseMs = 10_000

/** A strict authorization server, seen by several processes over a bad network. */
export function simulatedProvider(
  world: World,
  faults: () => ProviderFaults,
  /** Called as new tokens reach a process, before it can do anything with them. */
  delivering: (host: Host) => void = () => {},
) {
  const grants: SimulatedGrant[] = []
  const byToken = new Map<string, SimulatedGrant>()
  const accessTokens = new Map<string, { readonly grant: SimulatedGrant; readonly expiresAt: number }>()
  const consents = new Map<string, Consent>()
  /** The client secrets it takes. */
  const secrets = new Set(["secret 1"])
  let serial = 0

  function issue(grant: SimulatedGrant): string {
    const access = `at_${grant.connectionId}_${++serial}`
    accessTokens.set(access, { grant, expiresAt: world.now() + grant.habits.accessTokenSeconds * 1_000 })
    return access
  }

  function rotate(grant: SimulatedGrant): string {
    const token = `rt_${grant.connectionId}_${++serial}`
    grant.refreshTokens.push(token)
    byToken.set(token, grant)
    grant.replacedAt = world.now()
    return token
  }

  function grantTo(connectionId: string, habits: ProviderHabits): SimulatedGrant {
    const grant: SimulatedGrant = {
      connectionId,
      habits,
      refreshTokens: [],
      shown: new Map(),
      replacedAt: 0,
      revoked: false,
      withdrawn: false,
      delivered: new Map(),
    }
    if (habits.reconsent === "kills")
      for (const earlier of grants) if (earlier.connectionId === connectionId) earlier.revoked = true
    grants.push(grant)
    rotate(grant)
    return grant
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

  const refused: Done = { status: 400, body: { error: "invalid_grant" }, answered: "refused" }

  function refresh(token: string): Done {
    const grant = byToken.get(token)
    if (!grant || grant.revoked || grant.withdrawn) return refused
    if (!accepts(token)) {
      // RFC 9700 section 4.14: a spent token shown again ends the family.
      if (grant.habits.reuse === "revokes-family") grant.revoked = true
      return refused
    }
    const repeated = grant.habits.rotation === "single-use" && token !== grant.refreshTokens.at(-1)
    if (repeated) grant.refreshTokens.pop()
    const refreshToken = grant.habits.rotation === "reusable" ? token : rotate(grant)
    return granted(grant, refreshToken, grant.habits.rotation === "single-use")
  }

  function granted(grant: SimulatedGrant, refreshToken: string, saysSo: boolean): Done {
    const body = {
      access_token: issue(grant),
      token_type: "bearer",
      expires_in: grant.habits.accessTokenSeconds,
      ...(saysSo && { refresh_token: refreshToken }),
    }
    return { status: 200, body, answered: "renewed", grant, refresh: refreshToken }
  }

  function exchange(code: string, verifier: string): Done {
    const consent = consents.get(code)
    if (!consent || plainDigest(verifier) !== consent.challenge) return refused
    if (consent.exchanged) {
      // RFC 6749 section 4.1.2: a code shown twice ends what it brought.
      consent.exchanged.revoked = true
      return refused
    }
    consent.exchanged = grantTo(consent.connectionId, consent.habits)
    return granted(consent.exchanged, consent.exchanged.refreshTokens[0] ?? "", true)
  }

  /** The strictest reading: only what it would still take can end the grant. */
  function revoke(token: string): Done {
    const grant = byToken.get(token)
    if (grant && accepts(token)) grant.revoked = true
    return { status: 200, body: {}, answered: "unspent" }
  }

  function serve(path: string, form: URLSearchParams, secret: string): Done {
    // Answered before anything is looked at: nothing is spent.
    if (!secrets.has(secret)) return { status: 401, body: { error: "invalid_client" }, answered: "unspent" }
    if (path === "/revoke") return revoke(form.get("token") ?? "")
    return form.get("grant_type") === "authorization_code"
      ? exchange(form.get("code") ?? "", form.get("code_verifier") ?? "")
      : refresh(form.get("refresh_token") ?? "")
  }

  /** Its endpoints as one process reaches them. */
  async function fetchFrom(host: Host, request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text())
    const { pathname } = new URL(request.url)
    const token = form.get("refresh_token") ?? form.get("token") ?? form.get("code") ?? ""
    const shownTo = form.has("refresh_token") ? byToken.get(token) : undefined
    const show: Shown = { at: world.now(), answered: "no", by: { host, life: host.life } }
    if (shownTo) shownTo.shown.set(token, [...(shownTo.shown.get(token) ?? []), show])
    world.note(`${host.name} ${pathname === "/revoke" ? "revokes" : "shows"} ${token}`)

    const { before, after, limited, slow } = faults()
    const luck = world.dice.next()
    const slowMs = world.dice.chance(slow) ? world.dice.between(8_000, 45_000) : 0
    const [there, back] = [world.dice.between(5, 60), world.dice.between(5, 60)]
    const slowThere = slowMs > 0 && world.dice.chance(0.5)
    const { life } = host

    return await new Promise<Response>((resolve, reject) => {
      const reply = (end: () => void) =>
        world.after(back + (slowThere ? 0 : slowMs), host, () => {
          show.ended = true
          end()
        })
      const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
        reply(() =>
          resolve(new Response(body, { status, headers: { "content-type": "application/json", ...headers } })),
        )
      const lose = () => reply(() => reject(new TypeError("fetch failed")))
      world.after(there + (slowThere ? slowMs : 0), undefined, () => {
        if (luck < before) {
          world.count("requests that never arrived")
          return void (world.dice.chance(0.5) ? answer(503, "<html>busy</html>") : lose())
        }
        if (luck < before + limited) {
          show.answered = "unspent"
          world.count("requests limited")
          return void answer(429, '{"error":"slow_down"}', { "retry-after": "3" })
        }
        const done = serve(pathname, form, secretOf(request.headers, form))
        world.note(`provider answers ${token} with ${done.answered} ${done.status}`)
        if (luck < before + limited + after) {
          world.count("answers lost")
          return void world.dice.pick([
            lose,
            () => answer(502, "<html>bad gateway</html>"),
            () => answer(done.status, '{"access_tok'),
          ])()
        }
        show.answered = done.answered
        if (done.status === 401) world.count("client secrets refused")
        if (done.answered === "renewed" && slowMs > leaseMs) world.count("renewals slower than a lease")
        reply(() => {
          show.heard = { at: world.now(), host, life }
          if (done.refresh !== undefined) {
            done.grant?.delivered.set(done.refresh, { host, life, at: world.now() })
            delivering(host)
            // It did not live to hear it.
            if (host.life !== life) return
          }
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
    grants: grants as readonly SimulatedGrant[],
    secrets,
    accepts,
    fetchFrom,
    /** Whose a token is, of either kind. */
    grantOf: (token: string) => byToken.get(token) ?? accessTokens.get(token)?.grant,
    /** A new grant, as at the end of a code exchange. */
    grant(connectionId: string, habits: ProviderHabits): { accessToken: string; refreshToken: string } {
      const grant = grantTo(connectionId, habits)
      return { accessToken: issue(grant), refreshToken: grant.refreshTokens[0] ?? "" }
    },
    /** A person consents at its page. Answers the code that goes back. */
    consent(connectionId: string, habits: ProviderHabits, challenge: string | null): string {
      const code = `code_${connectionId}_${++serial}`
      consents.set(code, { connectionId, habits, challenge })
      return code
    },
    isLive(accessToken: string): boolean {
      const known = accessTokens.get(accessToken)
      return known !== undefined && !known.grant.revoked && !known.grant.withdrawn && known.expiresAt > world.now()
    },
  }
}

/** The secret that a client shows of itself, in either of its places. */
function secretOf(headers: Headers, form: URLSearchParams): string {
  const basic = headers.get("authorization")?.replace(/^Basic /, "")
  return basic === undefined
    ? (form.get("client_secret") ?? "")
    : decodeURIComponent(atob(basic).split(":")[1]?.replaceAll("+", " ") ?? "")
}

export type SimulatedProvider = ReturnType<typeof simulatedProvider>
