import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { base64url } from "../runtime.js"
import { now } from "./test-context.js"
import { type ClockRules, tokenClock } from "./token-clock.js"

const hour = 3_600_000
const year = 365 * 24 * hour

function clockOf(body: Record<string, unknown>, rules: Partial<ClockRules> = {}, accessToken = "opaque") {
  return tokenClock({ body, accessToken, now, rotation: "reusable" }, { accessTokenSeconds: "unknown", ...rules })
}

function jwt(claims: object): string {
  const part = (value: object) => base64url(new TextEncoder().encode(JSON.stringify(value)))
  return `${part({ alg: "RS256" })}.${part(claims)}.signature`
}

describe("when a token ends (pain 8)", () => {
  it.each<[string, Record<string, unknown>, number]>([
    ["a number of seconds", { expires_in: 3600 }, hour],
    ["a string", { expires_in: "3600" }, hour],
    ["a fraction of a minute", { expires_in: 3.6 }, 3_600],
    ["a date in seconds", { expires_at: (now + hour) / 1_000 }, hour],
    ["a date in milliseconds", { expires_at: now + hour }, hour],
    ["a date in milliseconds, as a string", { expires_at: String(now + hour) }, hour],
    ["a date in ISO 8601", { expiresAt: new Date(now + hour).toISOString() }, hour],
    [
      "a date in ISO 8601 without a zone, which is UTC",
      { expires_at: new Date(now + hour).toISOString().slice(0, 19) },
      hour,
    ],
    ["a date where seconds should be", { expires_in: (now + hour) / 1_000 }, hour],
    ["a date under Azure's name", { expires_on: String((now + hour) / 1_000) }, hour],
    ["what is longer than ten years", { expires_in: 900_000_000 }, 10 * year],
  ])("%s", (_, body, lifetimeMs) => {
    expect(clockOf(body).expiresAt).toBe(now + lifetimeMs)
  })

  it("is read from inside a JSON Web Token where the answer is silent (quirk 20)", () => {
    const token = jwt({ iat: now / 1_000, exp: now / 1_000 + 1_800 })
    expect(clockOf({}, {}, token).expiresAt).toBe(now + hour / 2)
    expect(clockOf({ expires_in: 60 }, {}, token).expiresAt).toBe(now + 60_000)
  })

  it("takes the length of a JWT's life when our clock is ahead of its end", () => {
    expect(clockOf({}, {}, jwt({ iat: now / 1_000 - 7_200, exp: now / 1_000 - 3_600 })).expiresAt).toBe(now + hour)
  })

  it.each([[{}], [{ expires_in: null }], [{ expires_in: "" }], [{ expires_in: "soon" }], [{ expires_in: -1 }]])(
    "is unknown for %j, and never silently never",
    (body) => {
      expect(clockOf(body).expiresAt).toBe("unknown")
      expect(clockOf(body, { accessTokenSeconds: 7_200 }).expiresAt).toBe(now + 2 * hour)
      expect(clockOf(body, { accessTokenSeconds: "never" }).expiresAt).toBe("never")
    },
  )

  it("takes expires_in 0 for never only where the documentation says so (quirk 25)", () => {
    expect(clockOf({ expires_in: 0 }).expiresAt).toBe("unknown")
    expect(clockOf({ expires_in: 0 }, { accessTokenSeconds: "never" }).expiresAt).toBe("never")
  })

  it("believes the answer over a declared never (quirk 12)", () => {
    expect(clockOf({ expires_in: 3600 }, { accessTokenSeconds: "never" }).expiresAt).toBe(now + hour)
  })

  it("lets a provider's own reading go first, and fall back", () => {
    const rules = {
      expiresInSeconds: ({ life }: Record<string, unknown>) => (life === "long" ? ("never" as const) : Number(life)),
    }
    expect(clockOf({ life: "long", expires_in: 60 }, rules).expiresAt).toBe("never")
    expect(clockOf({ life: 120, expires_in: 60 }, rules).expiresAt).toBe(now + 120_000)
    expect(clockOf({ expires_in: 60 }, rules).expiresAt).toBe(now + 60_000)
  })

  it("does not take never of a token that had to be renewed: its answer left the end out (pain 8, quirk 12)", () => {
    const rules = { expiresInSeconds: () => "never" as const, accessTokenSeconds: 3_600 }
    const subject = { body: {}, accessToken: "opaque", now, rotation: "single-use" } as const
    expect(tokenClock(subject, rules).expiresAt).toBe("never")
    expect(tokenClock({ ...subject, isRenewed: true }, rules).expiresAt).toBe(now + hour)
  })

  it("keeps the end of the refresh token where it is told (quirk 14)", () => {
    expect(clockOf({ refresh_token_expires_in: "60" }).refreshExpiresAt).toBe(now + 60_000)
    const rules = {
      refreshExpiresInSeconds: (body: Record<string, unknown>) => body.x_refresh_token_expires_in as number,
    }
    expect(clockOf({ x_refresh_token_expires_in: 8_726_400 }, rules).refreshExpiresAt).toBe(now + 8_726_400_000)
    expect(clockOf({})).not.toHaveProperty("refreshExpiresAt")
  })

  it("is bounded and never in the past, whatever stands in the answer", () => {
    const anything = fc.oneof(fc.anything(), fc.double(), fc.integer(), fc.integer().map(String), fc.date().map(String))
    fc.assert(
      fc.property(anything, anything, fc.string(), (expires_in, expires_at, accessToken) => {
        const { expiresAt } = clockOf({ expires_in, expires_at }, {}, accessToken)
        if (expiresAt === "unknown") return
        expect(expiresAt).not.toBe("never")
        expect(expiresAt).toBeGreaterThanOrEqual(now)
        expect(expiresAt).toBeLessThanOrEqual(now + 10 * year)
        expect(Number.isInteger(expiresAt)).toBe(true)
      }),
    )
  })
})
