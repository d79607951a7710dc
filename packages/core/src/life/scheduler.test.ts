import { describe, expect, it } from "vitest"
import { ada, bench } from "./bench.js"

const hour = 3_600_000
const day = 24 * hour

describe("the scheduler", () => {
  it("refreshes a used connection ahead of its end, so that callers never wait", async () => {
    const { connect, mine, holdfast, time, provider } = bench()
    const { connectionId = "" } = await connect()
    await time.settle(holdfast.scheduler.tick())
    time.advance(30 * 60_000)
    await time.settle(mine.connection(connectionId, "acme").run("who"))
    time.advance(27 * 60_000)
    expect(await time.settle(holdfast.scheduler.tick())).toMatchObject({ claimed: 1, refreshed: 1, failed: 0 })
    expect(provider.counters.refreshes.issued).toBe(1)
    const asked = provider.log.length
    await time.settle(mine.connection(connectionId, "acme").accessToken())
    expect(provider.log.length).toBe(asked)
  })

  it("leaves an idle connection alone, but for what keeps its refresh token alive", async () => {
    const { connect, holdfast, time, provider } = bench({
      refreshToken: { rotation: "single-use", idleDays: 30 },
      method: { policy: { rotation: "single-use", refreshIdleDays: 30, accessTokenSeconds: 3_600 } },
    })
    await connect()
    for (let tick = 0; tick < 90 * 4; tick++) {
      time.advance(day / 4)
      await time.settle(holdfast.scheduler.tick())
    }
    // Ninety days with a token that dies after thirty idle ones: a handful of refreshes, not one an hour.
    expect(provider.counters.refreshes.issued).toBeGreaterThanOrEqual(3)
    expect(provider.counters.refreshes.issued).toBeLessThanOrEqual(6)
    expect(provider.provider.oauth.grants().every((grant) => grant.revokedAt === undefined)).toBe(true)
  })

  it("costs nothing where nothing is due", async () => {
    const { connect, holdfast, time } = bench()
    await connect()
    await time.settle(holdfast.scheduler.tick())
    expect(await time.settle(holdfast.scheduler.tick())).toEqual({
      claimed: 0,
      refreshed: 0,
      delivered: 0,
      failed: 0,
      swept: 0,
    })
  })

  it("counts all that it worked off at once", async () => {
    const { connect, holdfast, time, provider } = bench()
    for (let user = 0; user < 12; user++) await connect({ owner: { tenantId: "t1", userId: `user-${user}` } })
    const { delivered } = await time.settle(holdfast.scheduler.tick())
    expect(delivered).toBe(12)
    time.advance(hour - 60_000)
    const { refreshed } = await time.settle(holdfast.scheduler.tick())
    expect(refreshed).toBe(12)
    expect(provider.counters.refreshes.issued).toBe(12)
  })

  it("reads nothing and writes once for a row for which there is nothing to do", async () => {
    const { connect, make, holdfast, time, store } = bench()
    const { connectionId = "" } = await connect()
    await time.settle(holdfast.scheduler.tick())
    const row = await store.connections.get(connectionId)
    if (!row) throw new Error("the connection is gone")
    await store.connections.update({ ...row, dueAt: 1 })
    const asked: string[] = []
    const { connections } = store
    const watched = {
      documents: store.documents,
      connections: {
        ...connections,
        get: (id: string) => {
          asked.push("get")
          return connections.get(id)
        },
        update: (changed: typeof row) => {
          asked.push("update")
          return connections.update(changed)
        },
      },
    }
    expect(await time.settle(make({ store: watched }).scheduler.tick())).toMatchObject({ claimed: 1, failed: 0 })
    expect(asked).toEqual(["update"])
    expect((await connections.get(connectionId))?.dueAt).toBeGreaterThan(time.clock.now())
  })

  it("leaves alone what another wrote while it looked", async () => {
    const { connect, make, holdfast, time, store } = bench()
    const { connectionId = "" } = await connect()
    await time.settle(holdfast.scheduler.tick())
    const row = await store.connections.get(connectionId)
    if (!row) throw new Error("the connection is gone")
    await store.connections.update({ ...row, dueAt: 1 })
    const soon = time.clock.now() + 7_000
    const { connections } = store
    const watched = {
      documents: store.documents,
      connections: {
        ...connections,
        async claimDue(...asked: Parameters<typeof connections.claimDue>) {
          const claimed = await connections.claimDue(...asked)
          for (const one of claimed) await connections.update({ ...one, dueAt: soon })
          return claimed
        },
      },
    }
    expect(await time.settle(make({ store: watched }).scheduler.tick())).toMatchObject({ claimed: 1, failed: 0 })
    expect((await connections.get(connectionId))?.dueAt).toBe(soon)
  })

  it("is run by several processes at once, and each row is worked off by one", async () => {
    const { connect, make, holdfast, time, provider } = bench()
    await connect()
    const others = [make(), make(), make()]
    await time.settle(holdfast.scheduler.tick())
    time.advance(hour - 60_000)
    const reports = await time.settle(Promise.all([holdfast, ...others].map((each) => each.scheduler.tick())))
    expect(reports.reduce((sum, report) => sum + report.claimed, 0)).toBe(1)
    expect(provider.counters.refreshes.shown).toBe(1)
  })

  it("delivers an event again when a handler fails, and not after all have taken it", async () => {
    const { connect, holdfast, time } = bench()
    let failures = 2
    const seen: string[] = []
    holdfast.onLifecycle((event) => {
      if (failures-- > 0) throw new Error("not now")
      seen.push(event.id)
    })
    await connect()
    for (let tick = 0; tick < 5; tick++) {
      await time.settle(holdfast.scheduler.tick())
      time.advance(130_000)
    }
    expect(seen).toHaveLength(1)
  })

  it("leaves a row whose events nobody takes for a minute, so that many of them do not keep it busy", async () => {
    const { connect, holdfast, time, rows } = bench()
    holdfast.onLifecycle(() => {
      throw new Error("never")
    })
    await connect()
    expect((await time.settle(holdfast.scheduler.tick())).claimed).toBe(1)
    expect((await time.settle(holdfast.scheduler.tick())).claimed).toBe(0)
    expect((await rows())[0]?.dueAt).toBeGreaterThanOrEqual(time.clock.now() + 60_000)
    time.advance(60_000)
    expect((await time.settle(holdfast.scheduler.tick())).claimed).toBe(1)
  })

  it("sweeps attempts that nobody finished", async () => {
    const { holdfast, time, store } = bench()
    await time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b" }))
    expect(await store.documents.list("attempt:", undefined, 10)).toHaveLength(1)
    time.advance(2 * hour)
    await time.settle(holdfast.scheduler.tick())
    expect(await store.documents.list("attempt:", undefined, 10)).toHaveLength(0)
  })

  it("starts and stops, and ends when the Holdfast is closed", async () => {
    const { connect, holdfast, time, events } = bench()
    await connect()
    const stop = holdfast.scheduler.start({ everyMs: 1_000 })
    await time.settle(new Promise<void>((resolve) => void time.timers.after(3_000, resolve)))
    expect(events.map((event) => event.type)).toEqual(["connection.connected"])
    await time.settle(stop())
    await time.settle(holdfast.close())
  })
})
