import { describe, expect, it } from "vitest"
import { bench } from "./bench.js"

const bob = { tenantId: "t1", userId: "bob" }
const newest = {
  refreshToken: { rotation: "single-use" },
  method: { policy: { rotation: "single-use", revokes: "grant", accessTokenSeconds: 3_600 } },
  server: { revocation: { endpoint: "https://acme.example/revoke", revokes: "grant" } },
} as const

describe("disconnecting", () => {
  it("revokes at the provider, deletes the secret, tells it once, and then the row is gone", async () => {
    const { connect, mine, rows, provider, time, holdfast, events } = bench(newest)
    const { connectionId = "" } = await connect()
    const connection = mine.connection(connectionId, "acme")
    expect(await time.settle(connection.disconnect())).toEqual({ revocation: "revoked" })
    expect(provider.provider.oauth.grants().filter((grant) => grant.revokedAt === undefined)).toEqual([])
    expect((await rows())[0]).toMatchObject({ status: "disconnecting", sealed: {} })
    await expect(connection.accessToken()).rejects.toMatchObject({ code: "not_found" })
    await time.settle(holdfast.scheduler.tick())
    expect(await rows()).toEqual([])
    expect(events.map((event) => event.type)).toEqual(["connection.connected", "connection.disconnected"])
  })

  it("leaves the account and its alias free, to be connected again at once", async () => {
    const { connect, mine, rows, time, holdfast, events } = bench(newest)
    const { connectionId = "" } = await connect({ alias: "main" })
    await time.settle(mine.connection(connectionId).disconnect())
    const again = await connect({ alias: "main" })
    expect(again).toMatchObject({ status: "connected" })
    expect(again.connectionId).not.toBe(connectionId)
    await time.settle(holdfast.scheduler.tick())
    expect(await rows()).toEqual([expect.objectContaining({ id: again.connectionId, alias: "main", accountKey: "U1" })])
    const told = events.filter((event) => event.connectionId === connectionId).map(({ type }) => type)
    expect(told).toEqual(["connection.connected", "connection.disconnected"])
  })

  it("C8: leaves alone what was connected again while the provider was away", async () => {
    const { connect, mine, time, provider, holdfast, rows } = bench(newest)
    const { connectionId = "" } = await connect()
    provider.faults.next({ on: "revoke", fault: { kind: "status", status: 503 } })
    expect(await time.settle(mine.connection(connectionId).disconnect())).toEqual({ revocation: "pending" })
    const again = await connect()
    time.advance(130_000)
    await time.settle(holdfast.scheduler.tick())
    expect((await rows()).map(({ id }) => id)).toEqual([again.connectionId])
    const connection = mine.connection(again.connectionId ?? "", "acme")
    expect(await time.settle(connection.run("who"))).toEqual({ id: "U1" })
    expect(provider.counters.revocations).toBe(0)
  })

  it("C8: keeps a grant that another living connection stands on", async () => {
    const { connect, mine, holdfast, time, provider } = bench(newest)
    const { connectionId = "" } = await connect()
    await connect({ owner: bob })
    expect(await time.settle(mine.connection(connectionId).disconnect())).toEqual({ revocation: "kept_shared" })
    expect(provider.log.some((line) => line.path === "/revoke")).toBe(false)
    await expect(
      time.settle(
        holdfast
          .for(bob)
          .get("acme")
          .then((connection) => connection.accessToken()),
      ),
    ).resolves.toBeTruthy()
  })

  it("goes on with the next ticks while the provider is away", async () => {
    const { connect, mine, holdfast, time, provider, rows } = bench(newest)
    const { connectionId = "" } = await connect()
    provider.faults.next({ on: "revoke", fault: { kind: "status", status: 503 }, times: 2 })
    expect(await time.settle(mine.connection(connectionId).disconnect())).toEqual({ revocation: "pending" })
    for (let tick = 0; tick < 5; tick++) {
      time.advance(130_000)
      await time.settle(holdfast.scheduler.tick())
    }
    expect(await rows()).toEqual([])
    expect(provider.provider.oauth.grants().filter((grant) => grant.revokedAt === undefined)).toEqual([])
  })

  it("R11: a refresh that ends after it brings nothing back to life", async () => {
    const { connect, mine, time, provider, rows } = bench(newest)
    const { connectionId = "" } = await connect()
    time.advance(3_600_000)
    provider.faults.next({ on: "token.refresh", fault: { kind: "delay", ms: 40_000 } })
    const asked = mine
      .connection(connectionId, "acme")
      .accessToken({ timeoutMs: 1_000 })
      .catch((error) => error.code)
    expect(await time.settle(asked)).toBe("provider_unavailable")
    // The refresh is still under way: its lease is waited for, but not for ever.
    await time.settle(mine.connection(connectionId).disconnect())
    await time.settle(new Promise<void>((resolve) => void time.timers.after(120_000, resolve)))
    expect((await rows())[0]).toMatchObject({ status: "disconnecting", sealed: {} })
    expect(provider.provider.oauth.grants().filter((grant) => grant.revokedAt === undefined)).toEqual([])
  })
})
