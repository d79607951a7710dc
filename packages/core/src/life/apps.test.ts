import { describe, expect, it } from "vitest"
import { ada, app, bench, redirectUri, url } from "./bench.js"

const admin = { ...ada, admin: true }

describe("an app registration", () => {
  it("is asked for by name, with the exact redirect URI to register, where there is none", async () => {
    const { holdfast, time, rows } = bench({ holdfast: { env: {} } })
    await expect(time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b" }))).rejects.toMatchObject({
      code: "app_not_configured",
      message: expect.stringContaining("OAuth configuration missing"),
      details: { connector: "acme", redirectUri },
    })
    expect(await rows()).toEqual([])
  })

  it("S19: is the tenant's own before options, options before the connector's environment, that before the vendor's", async () => {
    const { make } = bench()
    const vendor = make({ env: { ACME_CLIENT_ID: "from-environment", ACME_CLIENT_SECRET: "s" } })
    expect((await vendor.apps.resolve("t1", "acme")).clientId).toBe("from-environment")
    await vendor.apps.save(admin, "acme", { clientId: "of-the-tenant", clientSecret: "s" })
    expect((await vendor.apps.resolve("t1", "acme")).clientId).toBe("of-the-tenant")
    expect((await vendor.apps.resolve("t2", "acme")).clientId).toBe("from-environment")
    await vendor.apps.remove(admin, "acme")
    expect((await vendor.apps.resolve("t1", "acme")).clientId).toBe("from-environment")
  })

  it("S19: is saved for one connector or for all of its vendor, and removed from where it was saved", async () => {
    const { holdfast } = bench({ holdfast: { env: {} } })
    const { apps } = holdfast
    await apps.save(admin, "acme", { clientId: "of-all", clientSecret: "s" }, { for: "vendor" })
    const own = await apps.save(admin, "acme", { clientId: "of-one", clientSecret: "s" })
    expect(own).toMatchObject({ source: "tenant", savedFor: "connector", clientId: "of-one" })
    await apps.remove(admin, "acme")
    expect(await apps.list(admin)).toMatchObject([{ source: "tenant", savedFor: "vendor", clientId: "of-all" }])
    await apps.remove(admin, "acme", { for: "vendor" })
    const [none] = await apps.list(admin)
    expect([none?.source, none?.savedFor]).toEqual(["none", undefined])
  })

  it("X8: is seen and changed by admins only, and its secret by nobody", async () => {
    const { holdfast } = bench()
    await expect(holdfast.apps.list(ada)).rejects.toMatchObject({ code: "forbidden" })
    await expect(holdfast.apps.save(ada, "acme", app)).rejects.toMatchObject({ code: "forbidden" })
    const saved = await holdfast.apps.save(admin, "acme", { clientId: "mine", clientSecret: "canary-of-the-app" })
    expect(saved).toMatchObject({ source: "tenant", clientId: "mine", redirectUri })
    expect(JSON.stringify([saved, await holdfast.apps.list(admin)])).not.toContain("canary")
  })

  it("keeps the stored secret when the form leaves it empty, but not for another app", async () => {
    const { holdfast } = bench({ holdfast: { env: {} } })
    await holdfast.apps.save(admin, "acme", { clientId: "mine", clientSecret: "first" })
    await holdfast.apps.save(admin, "acme", { clientId: "mine", clientSecret: "" })
    expect((await holdfast.apps.resolve("t1", "acme")).fields.clientSecret).toBe("first")
    await expect(holdfast.apps.save(admin, "acme", { clientId: "other" })).rejects.toMatchObject({
      code: "input_invalid",
      details: { fields: ["clientSecret"] },
    })
  })

  it("R12: a secret that the provider refuses is followed by the one before, and nothing is lost", async () => {
    const { connect, make, time, provider } = bench()
    const { connectionId = "" } = await connect()
    const rolled = make({
      env: {
        ACME_CLIENT_ID: app.clientId,
        ACME_CLIENT_SECRET: "not-yet-known-there",
        ACME_CLIENT_SECRET_PREVIOUS: app.clientSecret,
      },
    })
    time.advance(3_600_000)
    await expect(time.settle(rolled.for(ada).connection(connectionId, "acme").accessToken())).resolves.toBeTruthy()
    expect(provider.counters.refreshes.issued).toBe(1)
  })

  it("R12: a wrong secret makes connections degraded, never dead, with one loud event for the app", async () => {
    const { connect, make, time, events, rows, store } = bench()
    await connect()
    await connect({ account: "U2" })
    const wrong = make({ env: { ACME_CLIENT_ID: app.clientId, ACME_CLIENT_SECRET: "wrong" } })
    time.advance(3_600_000)
    for (const row of await rows()) {
      await expect(time.settle(wrong.for(ada).connection(row.id, "acme").accessToken())).rejects.toMatchObject({
        code: "config_invalid",
        details: { reason: "app_refused" },
      })
    }
    expect((await store.connections.list({ limit: 10 })).map((row) => row.status)).toEqual(["degraded", "degraded"])
    await time.settle(wrong.scheduler.tick())
    expect(events.filter((event) => event.type === "app.refused")).toHaveLength(1)
  })

  it("R12: connections of an app that is configured no more are degraded, and nothing is sent", async () => {
    const { connect, make, time, provider } = bench()
    const { connectionId = "" } = await connect()
    const moved = make({ env: { ACME_CLIENT_ID: "another-app", ACME_CLIENT_SECRET: "s" } })
    time.advance(3_600_000)
    const sent = provider.log.length
    await expect(time.settle(moved.for(ada).connection(connectionId, "acme").accessToken())).rejects.toMatchObject({
      code: "app_not_configured",
    })
    expect(provider.log.length).toBe(sent)
  })

  it("S8: answers to the redirect URI that its environment names", async () => {
    const { make } = bench()
    const own = make({
      env: { ACME_CLIENT_ID: "a", ACME_CLIENT_SECRET: "s", ACME_REDIRECT_URI: "https://app.example/own" },
    })
    expect(await own.apps.redirectUri("t1", "acme")).toBe("https://app.example/own")
    const shared = make({ redirectUri: "shared" })
    expect(await shared.apps.redirectUri("t1", "acme")).toBe(`${url}/oauth/callback`)
  })
})
