import { describe, expect, it } from "vitest"
import { type Acme, acme, connect, me, postToken, refreshOf } from "../test-support.js"
import type { RefreshTokenOptions } from "./options.js"

const dayMs = 86_400_000
const with_ = (refreshToken: RefreshTokenOptions) => acme({ refreshToken })

async function refresh(emulator: Acme, refreshToken: string | undefined) {
  const { status, body } = await postToken(emulator, refreshOf(refreshToken))
  return { ...body, outcome: status === 200 ? "ok" : `${status} ${body.error}: ${emulator.log.at(-1)?.refusal}` }
}

describe("single-use refresh tokens", () => {
  it("rotate", async () => {
    const emulator = acme()
    const first = await connect(emulator)
    const second = await refresh(emulator, first.refresh_token)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await me(emulator, second.access_token)).toBe("first@acme.example")
    expect((await refresh(emulator, second.refresh_token)).outcome).toBe("ok")
  })

  it("shown twice revoke the whole family (RFC 9700 4.14.2)", async () => {
    const emulator = acme()
    const first = await connect(emulator)
    const second = await refresh(emulator, first.refresh_token)
    expect((await refresh(emulator, first.refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_used")
    expect(await me(emulator, second.access_token)).toBe("revoked")
    expect((await refresh(emulator, second.refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_revoked")
    expect(emulator.provider.oauth.grants()).toMatchObject([{ revokedBecause: "refresh_token_reused" }])
  })

  it("shown by two callers at once give one of them tokens, which die", async () => {
    const emulator = acme()
    const { refresh_token } = await connect(emulator)
    const both = await Promise.all([refresh(emulator, refresh_token), refresh(emulator, refresh_token)])
    expect(both.map(({ outcome }) => outcome)).toEqual(["ok", "400 invalid_grant: refresh_token_used"])
    expect(emulator.counters.refreshes).toMatchObject({ shown: 2, issued: 1, mostForOne: 2 })
    expect(emulator.provider.oauth.grants()[0]?.live).toEqual({ accessTokens: 0, refreshTokens: 0 })
  })

  it("only refuse the second showing, where the provider does no more", async () => {
    const emulator = with_({ rotation: "single-use", reuse: "refused" })
    const first = await connect(emulator)
    const second = await refresh(emulator, first.refresh_token)
    expect((await refresh(emulator, first.refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_used")
    expect((await refresh(emulator, second.refresh_token)).outcome).toBe("ok")
  })

  it("revoke the family of their own slot only", async () => {
    const emulator = acme({ slots: () => [{ id: "bot" }, { id: "user" }] })
    const { tokens } = emulator.provider.oauth.issue({ scopes: ["read"] })
    const [bot, user] = tokens
    await refresh(emulator, bot?.refreshToken)
    await refresh(emulator, bot?.refreshToken)
    expect(emulator.provider.oauth.inspectToken(bot?.accessToken ?? "").is).toBe("revoked")
    expect((await refresh(emulator, user?.refreshToken)).outcome).toBe("ok")
    expect(emulator.provider.oauth.grants()[0]).not.toHaveProperty("revokedAt")
  })
})

describe("reuse windows (R7)", () => {
  it("honour a spent one for so many seconds after its first use", async () => {
    const emulator = with_({ rotation: "single-use", reuse: { seconds: 600 } })
    const { refresh_token } = await connect(emulator)
    await refresh(emulator, refresh_token)
    emulator.clock.advance(600_000)
    const again = await refresh(emulator, refresh_token)
    expect(again.outcome).toBe("ok")
    emulator.clock.advance(1)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_used")
    expect((await refresh(emulator, again.refresh_token)).outcome).toBe("ok")
  })

  it("can end in the family's death", async () => {
    const emulator = with_({ rotation: "single-use", reuse: { seconds: 30, after: "revokes-family" } })
    const { refresh_token } = await connect(emulator)
    const second = await refresh(emulator, refresh_token)
    emulator.clock.advance(30_001)
    await refresh(emulator, refresh_token)
    expect((await refresh(emulator, second.refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_revoked")
  })

  it("honour a spent one until its replacement is used, be it the refresh token (quirk 12)", async () => {
    const emulator = with_({ rotation: "single-use", reuse: { untilUsed: true } })
    const { refresh_token } = await connect(emulator)
    await refresh(emulator, refresh_token)
    emulator.clock.advance(20 * dayMs)
    const again = await refresh(emulator, refresh_token)
    expect(again.outcome).toBe("ok")
    await refresh(emulator, again.refresh_token)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_used")
  })

  it("or the access token (R8)", async () => {
    const emulator = with_({ rotation: "single-use", reuse: { untilUsed: true } })
    const { refresh_token } = await connect(emulator)
    const second = await refresh(emulator, refresh_token)
    await me(emulator, second.access_token)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_used")
  })

  it("of two kinds hold only while both do", async () => {
    const emulator = with_({ rotation: "single-use", reuse: { untilUsed: true, seconds: 60 } })
    const { refresh_token } = await connect(emulator)
    await refresh(emulator, refresh_token)
    emulator.clock.advance(60_001)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_used")
  })
})

describe("reusable refresh tokens", () => {
  it("stay, and refresh answers leave them out (quirk 5)", async () => {
    const emulator = with_({ rotation: "reusable" })
    const { refresh_token } = await connect(emulator)
    for (const _ of [1, 2]) {
      const answer = await refresh(emulator, refresh_token)
      expect(answer.outcome).toBe("ok")
      expect(answer).not.toHaveProperty("refresh_token")
    }
  })

  it("are given on the first consent, then only with prompt=consent, and again once the first is gone (quirk 5)", async () => {
    const emulator = with_({ rotation: "reusable", onlyOnConsent: true })
    const first = await connect(emulator)
    expect(first.refresh_token).toBeDefined()
    expect(await connect(emulator)).not.toHaveProperty("refresh_token")
    expect((await connect(emulator, {}, { account: "U2" })).refresh_token).toBeDefined()
    expect((await connect(emulator, { prompt: "select_account consent" })).refresh_token).toBeDefined()
    emulator.provider.oauth.revokeAccount("U1")
    expect((await connect(emulator)).refresh_token).toBeDefined()
  })

  it("die silently, oldest first, beyond the limit of the account (quirk 5)", async () => {
    const emulator = with_({ rotation: "reusable", perAccountLimit: 2 })
    const oldest = await connect(emulator)
    const middle = await connect(emulator)
    await connect(emulator, {}, { account: "U2" })
    expect((await refresh(emulator, oldest.refresh_token)).outcome).toBe("ok")
    await connect(emulator)
    expect((await refresh(emulator, oldest.refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_revoked")
    expect((await refresh(emulator, middle.refresh_token)).outcome).toBe("ok")
  })

  it("die of idleness, which a refresh ends", async () => {
    const emulator = with_({ rotation: "reusable", idleDays: 90 })
    const { refresh_token } = await connect(emulator)
    emulator.clock.advance(89 * dayMs)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("ok")
    emulator.clock.advance(89 * dayMs)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("ok")
    emulator.clock.advance(90 * dayMs)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_expired")
  })

  it("die of age", async () => {
    const emulator = with_({ rotation: "reusable", maxDays: 7 })
    const { refresh_token } = await connect(emulator)
    emulator.clock.advance(6 * dayMs)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("ok")
    emulator.clock.advance(dayMs)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 invalid_grant: refresh_token_expired")
  })
})

describe("every refresh", () => {
  it("leaves the old access token alone, or kills it (quirk 24)", async () => {
    for (const invalidatesAccessToken of [false, true]) {
      const emulator = with_({ rotation: "single-use", invalidatesAccessToken })
      const first = await connect(emulator)
      await refresh(emulator, first.refresh_token)
      expect(await me(emulator, first.access_token)).toBe(invalidatesAccessToken ? "revoked" : "first@acme.example")
    }
  })

  it("refuses unknown, missing and foreign tokens", async () => {
    const emulator = acme()
    const { refresh_token } = await connect(emulator)
    expect((await refresh(emulator, "made-up")).outcome).toBe("400 invalid_grant: refresh_token_unknown")
    expect((await refresh(emulator, undefined)).outcome).toBe("400 invalid_request: parameter_missing")
    const foreign = { ...refreshOf(refresh_token), client_id: "other", client_secret: "other-secret" }
    expect((await postToken(emulator, foreign)).body.error).toBe("invalid_grant")
    expect((await refresh(emulator, refresh_token)).outcome).toBe("ok")
  })

  it("may narrow the scope for the access token, never widen it (RFC 6749 6)", async () => {
    const emulator = acme()
    const { refresh_token } = await connect(emulator)
    const wider = await postToken(emulator, { ...refreshOf(refresh_token), scope: "read admin" })
    expect(wider.body.error).toBe("invalid_scope")
    const narrow = await postToken(emulator, { ...refreshOf(refresh_token), scope: "read" })
    expect(narrow.body.scope).toBe("read")
    expect((await refresh(emulator, narrow.body.refresh_token)).scope).toBe("read write")
  })

  it("goes to the refresh endpoint, where there is one, and codes do not (quirk 19)", async () => {
    const emulator = acme({ refreshEndpoint: "https://acme.example/oauth/refresh" })
    const { refresh_token } = await connect(emulator)
    expect((await refresh(emulator, refresh_token)).outcome).toBe("400 unsupported_grant_type: grant_type")
    const url = "https://acme.example/oauth/refresh"
    expect((await postToken(emulator, { grant_type: "authorization_code", code: "x" }, { url })).status).toBe(400)
    expect((await postToken(emulator, refreshOf(refresh_token), { url })).status).toBe(200)
    expect(emulator.counters.routes).toMatchObject({ "oauth.refresh": 2 })
  })

  it("is impossible where there are no refresh tokens", async () => {
    const emulator = acme({ refreshToken: "none" })
    expect(await connect(emulator)).not.toHaveProperty("refresh_token")
  })
})
