import { describe, expect, it } from "vitest"
import { timeConnectors } from "./time-connectors.js"
import { liveThrough } from "./time-life.js"
import { limits, providerOf, timeProviders } from "./time-provider.js"

const day = 86_400_000

describe("a time without a scheduler", () => {
  it("loses every connection whose refresh token ends unused, and the count finds them", async () => {
    const connections = 30
    const lonely = await liveThrough({ connections, days: 120, tickEveryMs: Number.POSITIVE_INFINITY })
    const mortal = timeConnectors().filter(({ methods }) => (methods[0]?.policy.refreshIdleDays ?? 365) < 120).length
    expect(mortal).toBeGreaterThan(5)
    expect(lonely.lost).toBeGreaterThanOrEqual((connections / timeConnectors().length) * mortal)
    expect(lonely.idleRefreshes).toBe(0)
  })
})

describe("a time with a scheduler that ticks twice a day", () => {
  it("loses none, and is used as often as is said", async () => {
    const figures = await liveThrough({ connections: 30, days: 120, tickEveryMs: day / 2 })
    expect(figures).toMatchObject({ lost: 0, callsFailed: 0, refused: 0, limited: 0 })
    expect([figures.used, figures.calls]).toEqual([2, 120 * 25])
    expect(figures.idleRefreshes).toBeGreaterThanOrEqual(figures.idleLeast)
    expect(figures.idleRefreshes).toBeLessThan(figures.idleLeast * 2 + 30)
  })
})

describe("the providers", () => {
  function one() {
    let now = day
    const providers = timeProviders(() => now)
    const habits = timeConnectors().map(providerOf)
    const strict = habits.find(({ idleDays, method }) => idleDays === 60 && method.policy.rotation === "single-use")
    if (!strict) throw new Error("no connector of this kind")
    const { accessToken, refreshToken } = providers.grant("conn_1", strict, now)
    const refresh = (token: string) =>
      providers.fetch(new Request("https://provider.example/token", { method: "POST", body: `refresh_token=${token}` }))
    const call = (token: string) =>
      providers.fetch(new Request("https://provider.example", { headers: { authorization: `Bearer ${token}` } }))
    return { providers, accessToken, refreshToken, refresh, call, wait: (ms: number) => (now += ms) }
  }

  it("take a refresh token once, and an access token for its time", async () => {
    const { refresh, call, refreshToken, accessToken, wait } = one()
    expect((await call(accessToken)).status).toBe(200)
    const renewed = (await (await refresh(refreshToken)).json()) as { access_token: string }
    expect((await refresh(refreshToken)).status).toBe(400)
    expect((await call(accessToken)).status).toBe(401)
    expect((await call(renewed.access_token)).status).toBe(200)
    wait(day)
    expect((await call(renewed.access_token)).status).toBe(401)
  })

  it("end a refresh token that waited too long", async () => {
    const { refresh, refreshToken, wait, providers } = one()
    wait(60 * day + 1)
    expect((await refresh(refreshToken)).status).toBe(400)
    expect(providers.counts.refused).toBe(1)
  })

  it("refuse who asks too often", async () => {
    const { refresh, refreshToken, providers } = one()
    let token = refreshToken
    for (let times = 0; times < limits.perGrant; times++)
      token = ((await (await refresh(token)).json()) as { refresh_token: string }).refresh_token
    expect((await refresh(token)).status).toBe(429)
    expect(providers.counts.limited).toBe(1)
  })
})
