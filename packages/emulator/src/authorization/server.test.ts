import { describe, expect, it } from "vitest"
import { acme, connect, me, postToken, refreshOf } from "../test-support.js"

const api = "https://acme.example/me"

describe("inspecting a request", () => {
  it("tells live, missing, unknown, expired and revoked tokens apart", async () => {
    const emulator = acme()
    const { oauth } = emulator.provider
    const { access_token } = await connect(emulator)
    const inspect = (authorization?: string) =>
      oauth.inspect(new Request(api, authorization ? { headers: { authorization } } : {})).is
    expect(inspect(`Bearer ${access_token}`)).toBe("live")
    expect(inspect(`bearer ${access_token}`)).toBe("live")
    expect(inspect()).toBe("missing")
    expect(inspect(`Token ${access_token}`)).toBe("missing")
    expect(inspect("Bearer ")).toBe("missing")
    expect(inspect("Bearer made-up")).toBe("unknown")
    emulator.clock.advance(3_600_000)
    expect(inspect(`Bearer ${access_token}`)).toBe("expired")
    oauth.revokeAccount("U1")
    expect(inspect(`Bearer ${access_token}`)).toBe("revoked")
  })

  it("looks where the provider looks: another header, another scheme, a form (quirks 12, 13)", async () => {
    const { oauth } = acme().provider
    const { main, grant } = oauth.issue({ accountId: "U2", scopes: ["read"] })
    const withHeader = (name: string, value: string) => new Request(api, { headers: { [name]: value } })
    const shopify = { header: "x-shopify-access-token" }
    expect(oauth.authenticate(withHeader("x-shopify-access-token", main.accessToken), shopify)).toMatchObject({
      account: { id: "U2" },
      scopes: ["read"],
      slot: "main",
      grant: { id: grant.id },
      client: { clientId: "app" },
    })
    expect(oauth.authenticate(withHeader("authorization", `Bearer ${main.accessToken}`), shopify)).toBeUndefined()
    const zoho = { scheme: "Zoho-oauthtoken" }
    expect(oauth.authenticate(withHeader("authorization", `Zoho-oauthtoken ${main.accessToken}`), zoho)).toBeDefined()
    expect(oauth.authenticate(withHeader("authorization", `Bearer ${main.accessToken}`), zoho)).toBeUndefined()
    expect(oauth.authenticate(withHeader("authorization", main.accessToken), { scheme: "" })).toBeDefined()
    expect(oauth.authenticate(new Request(api), { token: main.accessToken })).toBeDefined()
  })
})

describe("what tests can do to a server", () => {
  it("issue tokens without a browser", async () => {
    const emulator = acme()
    const { main, grant } = emulator.provider.oauth.issue({ scopes: ["read"], parameters: { team: "T1" } })
    expect(grant).toMatchObject({ clientId: "app", account: { id: "U1" }, parameters: { team: "T1" } })
    expect(await me(emulator, main.accessToken)).toBe("first@acme.example")
    expect((await postToken(emulator, refreshOf(main.refreshToken))).status).toBe(200)
    expect(() => emulator.provider.oauth.issue({ clientId: "nobody" })).toThrow('"nobody" is no client')
    expect(() => emulator.provider.oauth.issue({ accountId: "U9" })).toThrow('"U9" is no account')
  })

  it("expire access tokens, of one grant or of all, without moving the clock", async () => {
    const emulator = acme()
    const { oauth } = emulator.provider
    const [one, two] = [oauth.issue({}), oauth.issue({ accountId: "U2" })]
    expect(oauth.expireAccessTokens(one.grant.id)).toBe(1)
    expect([await me(emulator, one.main.accessToken), await me(emulator, two.main.accessToken)]).toEqual([
      "expired",
      "second@acme.example",
    ])
    expect(oauth.expireAccessTokens()).toBe(1)
    expect(oauth.expireAccessTokens("no such grant")).toBe(0)
    expect((await postToken(emulator, refreshOf(one.main.refreshToken))).status).toBe(200)
  })

  it("count what still works, to the millisecond", () => {
    const emulator = acme()
    emulator.provider.oauth.issue({})
    const live = () => emulator.provider.oauth.grants()[0]?.live
    emulator.clock.advance(3_599_999)
    expect(live()).toEqual({ accessTokens: 1, refreshTokens: 1 })
    emulator.clock.advance(1)
    expect(live()).toEqual({ accessTokens: 0, refreshTokens: 1 })
  })

  it("expire refresh tokens", async () => {
    const emulator = acme()
    const { main } = emulator.provider.oauth.issue({})
    expect(emulator.provider.oauth.expireRefreshTokens()).toBe(1)
    expect((await postToken(emulator, refreshOf(main.refreshToken))).body.error).toBe("invalid_grant")
    expect(emulator.log.at(-1)?.refusal).toBe("refresh_token_expired")
  })

  it("take grants away as the person would, once", async () => {
    const emulator = acme()
    const { oauth } = emulator.provider
    const { grant, main } = oauth.issue({})
    expect(oauth.revokeGrant(grant.id)).toBe(true)
    expect(oauth.revokeGrant(grant.id)).toBe(false)
    expect(oauth.grants()).toMatchObject([{ revokedBecause: "revoked_by_user", live: { accessTokens: 0 } }])
    expect(await me(emulator, main.accessToken)).toBe("revoked")
    expect(oauth.revokeAccount("U1")).toBe(0)
  })

  it("revoke what a token belongs to", () => {
    const { oauth } = acme().provider
    const { main } = oauth.issue({})
    expect(oauth.revokeToken(main.accessToken, "grant")).toBe(true)
    expect(oauth.revokeToken(main.accessToken, "grant")).toBe(false)
    expect(oauth.grants()).toMatchObject([{ revokedBecause: "revoked_by_client" }])
  })

  it("add clients and accounts, and change a client's secret (R12)", async () => {
    const emulator = acme()
    const { oauth } = emulator.provider
    oauth.addAccount({ id: "U3", label: "Third user", data: { email: "third@acme.example" } })
    oauth.registerClient({
      clientId: "app",
      clientSecret: "new-secret",
      redirectUris: ["https://app.example/callback"],
    })
    const { main } = oauth.issue({ accountId: "U3" })
    expect((await postToken(emulator, refreshOf(main.refreshToken))).body.error).toBe("invalid_client")
    const renewed = { ...refreshOf(main.refreshToken), client_secret: "new-secret" }
    expect((await postToken(emulator, renewed)).status).toBe(200)
    expect(oauth.accounts.map(({ id }) => id)).toEqual(["U1", "U2", "U3"])
    expect(oauth.clients.map(({ clientId }) => clientId)).toEqual(["app", "other"])
  })
})
