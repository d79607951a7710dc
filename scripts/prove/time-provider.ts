import type { AuthMethod, Connector } from "../../packages/core/src/index.js"

const day = 86_400_000

/** One connection as its provider knows it. */
export interface TimeGrant {
  readonly connectionId: string
  readonly provider: TimeProvider
  /** The one refresh token that it takes. */
  refreshToken: string
  /** When that was last shown, or handed out. */
  usedAt: number
  /** Ended by the provider: unused for too long, or a spent token was shown. */
  ended: boolean
  refreshes: number
  /** Refreshes within the window that began at `windowAt`. */
  inWindow: number
  windowAt: number
}

/** A provider with the habits that its connector declares. */
export interface TimeProvider {
  readonly connector: Connector
  readonly method: AuthMethod
  readonly accessTokenSeconds: number
  /** Undefined: a refresh token does not end by waiting. */
  readonly idleDays: number | undefined
  refreshes: number
  /** Most refreshes in one minute. */
  busiest: number
  inMinute: number
  minute: number
}

/** Of one app at its provider, every minute; and of one grant, every ten minutes, as Zoho documents it. */
export const limits = { perApp: 600, perAppMs: 60_000, perGrant: 10, perGrantMs: 600_000 }

/** What a connector's OAuth method declares, as a provider that holds to it. */
export function providerOf(connector: Connector): TimeProvider {
  const method = connector.methods.find(({ kind, refresh }) => kind === "oauth2" && refresh)
  const seconds = method?.policy.accessTokenSeconds
  if (!method || typeof seconds !== "number") throw new Error(`${connector.id} has no token that ends.`)
  const idleDays = method.policy.refreshIdleDays
  return { connector, method, accessTokenSeconds: seconds, idleDays, refreshes: 0, busiest: 0, inMinute: 0, minute: 0 }
}

/** All providers behind one `fetch`: token endpoints that take a refresh token once, and APIs that look at the access token. */
export function timeProviders(now: () => number) {
  const grants: TimeGrant[] = []
  const byRefreshToken = new Map<string, TimeGrant>()
  const accessTokens = new Map<TimeGrant, { value: string; endsAt: number }>()
  const counts = { apiCalls: 0, apiRefusals: 0, limited: 0, refused: 0 }
  let serial = 0

  function rotate(grant: TimeGrant): string {
    byRefreshToken.delete(grant.refreshToken)
    grant.refreshToken = `refresh-${++serial}`
    byRefreshToken.set(grant.refreshToken, grant)
    return grant.refreshToken
  }

  function issue(grant: TimeGrant, at: number): string {
    const value = `access-${grants.indexOf(grant)}-${++serial}`
    accessTokens.set(grant, { value, endsAt: at + grant.provider.accessTokenSeconds * 1_000 })
    return value
  }

  /** Whether waiting has not ended it. */
  const lives = (grant: TimeGrant) =>
    !grant.ended && (grant.provider.idleDays === undefined || now() - grant.usedAt <= grant.provider.idleDays * day)

  function refresh(token: string): Response {
    const grant = byRefreshToken.get(token)
    if (!grant || !lives(grant)) {
      if (grant) grant.ended = true
      counts.refused++
      return answer({ error: "invalid_grant" }, 400)
    }
    if (isTooOften(grant)) {
      counts.limited++
      return answer({ error: "slow_down" }, 429, { "retry-after": "60" })
    }
    const { provider } = grant
    grant.usedAt = now()
    grant.refreshes++
    provider.refreshes++
    const rotates = provider.method.policy.rotation === "single-use"
    return answer({
      ok: true,
      access_token: issue(grant, now()),
      token_type: "Bearer",
      expires_in: provider.accessTokenSeconds,
      ...(rotates && { refresh_token: rotate(grant) }),
    })
  }

  function isTooOften(grant: TimeGrant): boolean {
    const { provider } = grant
    const minute = Math.floor(now() / limits.perAppMs)
    if (provider.minute !== minute) Object.assign(provider, { minute, inMinute: 0 })
    if (now() - grant.windowAt >= limits.perGrantMs) Object.assign(grant, { windowAt: now(), inWindow: 0 })
    if (provider.inMinute >= limits.perApp || grant.inWindow >= limits.perGrant) return true
    provider.inMinute++
    grant.inWindow++
    provider.busiest = Math.max(provider.busiest, provider.inMinute)
    return false
  }

  function call(authorization: string): Response {
    counts.apiCalls++
    const value = authorization.replace(/^Bearer /, "")
    const grant = grants[Number(value.split("-")[1])]
    const known = grant && accessTokens.get(grant)
    if (known?.value === value && known.endsAt > now()) return answer({})
    counts.apiRefusals++
    return answer({ error: "invalid_token" }, 401)
  }

  return {
    grants: grants as readonly TimeGrant[],
    counts: counts as Readonly<typeof counts>,
    lives,
    async fetch(request: Request): Promise<Response> {
      const text = request.method === "POST" ? await request.text() : ""
      const token = text.startsWith("{")
        ? (JSON.parse(text) as { refresh_token?: string }).refresh_token
        : new URLSearchParams(text).get("refresh_token")
      return token ? refresh(token) : call(request.headers.get("authorization") ?? "")
    },
    /** A connection made at some time. Answers what was granted. */
    grant(connectionId: string, provider: TimeProvider, at: number) {
      const grant: TimeGrant = {
        connectionId,
        provider,
        refreshToken: "",
        usedAt: at,
        ended: false,
        refreshes: 0,
        inWindow: 0,
        windowAt: 0,
      }
      grants.push(grant)
      return { accessToken: issue(grant, at), refreshToken: rotate(grant), tokenType: "Bearer" }
    },
  }
}

function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } })
}
