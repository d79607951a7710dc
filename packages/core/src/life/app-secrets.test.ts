import { describe, expect, it } from "vitest"
import { ada, app, bench, redirectUri } from "./bench.js"

const hour = 3_600_000
const admin = { ...ada, admin: true }
const [first, second, third] = [app.clientSecret, "acme-secret-2", "acme-secret-3"]

/** A provider whose one client's secret can be changed there, and an environment that can be changed here. */
function rollover() {
  const client = { ...app, redirectUris: [redirectUri] }
  const env: Record<string, string> = { ACME_CLIENT_ID: app.clientId, ACME_CLIENT_SECRET: first }
  const made = bench({
    server: { clients: [client] },
    holdfast: { env },
  })
  const { make, time, provider, rows } = made
  return {
    ...made,
    env,
    /** The provider takes this secret and no other from now on. */
    provide(secret: string) {
      client.clientSecret = secret
    },
    configure(secret: string, previous?: string) {
      env.ACME_CLIENT_SECRET = secret
      if (previous === undefined) delete env.ACME_CLIENT_SECRET_PREVIOUS
      else env.ACME_CLIENT_SECRET_PREVIOUS = previous
    },
    /** A process before whose requests something happens. */
    interrupted: (before: (request: Request) => void | Promise<void>) =>
      make({
        runtime: {
          clock: time.clock,
          timers: time.timers,
          async fetch(request) {
            await before(request)
            return provider.fetch(request)
          },
        },
      }),
    async token(connectionId: string, holdfast = made.holdfast) {
      time.advance(hour)
      return await time.settle(holdfast.for(ada).connection(connectionId, "acme").accessToken())
    },
    status: async () => (await rows()).map(({ status, appId }) => ({ status, appId })),
    appId: `acme:${app.clientId}`,
  }
}

describe("an app whose secret is changed", () => {
  it("R12: keeps its connections through every order of changing it here and there", async () => {
    const { connect, configure, provide, token, status, provider, appId } = rollover()
    const { connectionId = "" } = await connect()
    configure(second, first)
    expect(await token(connectionId)).toBeTruthy()
    provide(second)
    expect(await token(connectionId)).toBeTruthy()
    configure(second)
    expect(await token(connectionId)).toBeTruthy()
    configure(third, second)
    provide(third)
    expect(await token(connectionId)).toBeTruthy()
    expect(await status()).toEqual([{ status: "active", appId }])
    expect(provider.counters.refreshes.issued).toBe(4)
    // A provider that ends everything when a token comes twice: being refused as a client spends none.
    expect(provider.provider.oauth.grants().map(({ revokedAt }) => revokedAt)).toEqual([undefined])
  })

  it("R12: lets a refresh under way go through with the secret that was saved meanwhile", async () => {
    const { connect, configure, provide, interrupted, token, status, provider, appId } = rollover()
    const { connectionId = "" } = await connect()
    let asked = 0
    const process = interrupted(() => {
      if (asked++ > 0) return
      // Between the look at the configuration and the provider's.
      provide(second)
      configure(second)
    })
    expect(await token(connectionId, process)).toBeTruthy()
    expect(asked).toBe(2)
    expect(await status()).toEqual([{ status: "active", appId }])
    expect(provider.counters.refreshes.issued).toBe(1)
    expect(provider.provider.oauth.grants().map(({ revokedAt }) => revokedAt)).toEqual([undefined])
  })

  it("R12: keeps the one before where a tenant saves another, and goes through two changes in a row", async () => {
    const { connect, holdfast, env, provide, token, status } = rollover()
    delete env.ACME_CLIENT_ID
    const save = (clientSecret: string) => holdfast.apps.save(admin, "acme", { clientId: app.clientId, clientSecret })
    await save(first)
    const { connectionId = "" } = await connect()
    await save(second)
    expect(await token(connectionId)).toBeTruthy()
    provide(second)
    expect(await token(connectionId)).toBeTruthy()
    await save(third)
    expect(await token(connectionId)).toBeTruthy()
    provide(third)
    expect(await token(connectionId)).toBeTruthy()
    expect(await status()).toMatchObject([
      { status: "active", appId: expect.stringContaining(`acme:${app.clientId}~`) },
    ])
    const versions = await holdfast.apps.versions(ada.tenantId, "acme", (await status())[0]?.appId ?? "")
    expect(versions.map(({ fields }) => fields.clientSecret)).toEqual([third, second])
  })

  it("connects with the secret that the provider takes, whichever of the two it is", async () => {
    const { connect, configure, provide, provider } = rollover()
    configure(second, first)
    expect(await connect()).toMatchObject({ status: "connected" })
    provide(second)
    expect(await connect({ account: "U2" })).toMatchObject({ status: "connected" })
    expect(provider.provider.oauth.grants().filter(({ revokedAt }) => revokedAt === undefined)).toHaveLength(2)
  })

  it("connects a person who consented while it was changed", async () => {
    const { connect, configure, provide, interrupted } = rollover()
    let asked = 0
    const process = interrupted(({ url }) => {
      if (!url.endsWith("/token") || asked++ > 0) return
      provide(second)
      configure(second)
    })
    expect(await connect({ holdfast: process })).toMatchObject({ status: "connected" })
  })

  it("says that the app is wrong where the provider takes none of them", async () => {
    const { connect, configure, provide } = rollover()
    configure(second, first)
    provide(third)
    expect(await connect()).toMatchObject({ status: "failed", error: { code: "config_invalid" } })
  })

  it.each([
    ["the newest", second],
    ["the one before", first],
  ])("revokes with %s", async (_which, taken) => {
    const { connect, configure, provide, mine, time, provider } = rollover()
    const { connectionId = "" } = await connect()
    configure(second, first)
    provide(taken)
    expect(await time.settle(mine.connection(connectionId).disconnect())).toEqual({ revocation: "revoked" })
    expect(provider.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
  })

  it("revokes as soon as the right secret is there, and keeps trying until then", async () => {
    const { connect, configure, provide, mine, time, provider, holdfast, rows } = rollover()
    const { connectionId = "" } = await connect()
    provide(second)
    expect(await time.settle(mine.connection(connectionId).disconnect())).toEqual({ revocation: "pending" })
    expect((await rows())[0]?.sealed).not.toEqual({})
    configure(second)
    time.advance(130_000)
    await time.settle(holdfast.scheduler.tick())
    expect(provider.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
    time.advance(130_000)
    await time.settle(holdfast.scheduler.tick())
    expect(await rows()).toEqual([])
  })
})
