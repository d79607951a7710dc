import { describe, expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import type { TokenStore } from "../store.js"
import { bench } from "./bench.js"

const hour = 3_600_000

describe("an expired token with a strict single-use provider", () => {
  it("is refreshed once for a thousand callers, and all get the same living token", async () => {
    const { connect, mine, provider, time } = bench()
    await connect()
    const connection = await mine.get("acme")
    const before = await connection.accessToken()
    time.advance(hour)
    const tokens = await time.settle(Promise.all(Array.from({ length: 1_000 }, () => connection.accessToken())))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(before)
    expect(provider.counters.refreshes.shown).toBe(1)
  })

  it("is refreshed once for callers of two processes", async () => {
    const { connect, make, provider, time, holdfast } = bench()
    const { connectionId = "" } = await connect()
    time.advance(hour)
    const other = make()
    const owner = { tenantId: "t1", userId: "ada" }
    const calls = [holdfast, other].flatMap((each) =>
      Array.from({ length: 50 }, () => each.for(owner).connection(connectionId, "acme").accessToken()),
    )
    const tokens = await time.settle(Promise.all(calls))
    expect(new Set(tokens).size).toBe(1)
    expect(provider.counters.refreshes.shown).toBe(1)
  })

  it("R15: a token that lives for a minute is not refreshed at every call", async () => {
    const { connect, mine, provider, time } = bench({ server: { accessTokenSeconds: 60 } })
    await connect()
    const connection = await mine.get("acme")
    for (let call = 0; call < 5; call++) await time.settle(connection.accessToken())
    expect(provider.counters.refreshes.shown).toBe(0)
    time.advance(50_000)
    for (let call = 0; call < 5; call++) await time.settle(connection.accessToken())
    expect(provider.counters.refreshes.shown).toBe(1)
  })

  it("R19: a caller that gives up does not stop the refresh", async () => {
    const { connect, mine, provider, time } = bench()
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    const caller = new AbortController()
    const asked = connection.accessToken({ signal: caller.signal }).catch((error) => error.code)
    caller.abort()
    expect(await time.settle(asked)).toBe("aborted")
    const token = await time.settle(connection.accessToken())
    expect(token).toBeTruthy()
    expect(provider.counters.refreshes.shown).toBe(1)
  })
})

describe("a refresh that goes wrong", () => {
  it("R5: a lost answer leaves the connection ambiguous while the access token lives, and it recovers where a repeat is taken", async () => {
    const { connect, mine, provider, time, rows } = bench({
      refreshToken: { rotation: "single-use", reuse: { seconds: 600 } },
      method: { policy: { rotation: "single-use", reuse: { seconds: 600 }, accessTokenSeconds: 3_600 } },
    })
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({ code: "provider_unavailable" })
    expect((await rows())[0]).toMatchObject({ status: "ambiguous", intents: { main: { presentations: 1 } } })
    time.advance(3_000)
    await expect(time.settle(connection.accessToken())).resolves.toBeTruthy()
    expect((await rows())[0]).toMatchObject({ status: "active", intents: {} })
  })

  it.each([
    ["strict", "revokes-family"],
    ["a window", { seconds: 600 }],
  ] as const)("R7: an hour without an answer costs a few showings and no connection (%s)", async (_, reuse) => {
    const { connect, mine, provider, time, rows } = bench({
      refreshToken: { rotation: "single-use", reuse },
      method: { policy: { rotation: "single-use", reuse, accessTokenSeconds: 3_600 } },
    })
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "status", status: 503 }, times: "always" })
    const begins = provider.log.length
    for (const endsAt = time.clock.now() + hour; time.clock.now() < endsAt; time.advance(10_000)) {
      await expect(time.settle(connection.accessToken())).rejects.toMatchObject({ code: "provider_unavailable" })
    }
    const shown = provider.log.slice(begins).filter((line) => line.path === "/token").length
    expect(shown).toBeGreaterThan(5)
    expect(shown).toBeLessThan(10)
    expect((await rows())[0]).toMatchObject({ status: "ambiguous", intents: { main: { presentations: shown } } })
    provider.faults.clear()
    time.advance(hour)
    await expect(time.settle(connection.accessToken())).resolves.toBeTruthy()
    expect((await rows())[0]).toMatchObject({ status: "active", intents: {} })
  })

  it("R7: what was left in doubt without a word is cleared up by the scheduler, though nobody asks for it", async () => {
    const sound = memoryStore()
    let isAway = false
    const store: TokenStore = {
      ...sound,
      connections: {
        ...sound.connections,
        async update(row) {
          // The write that says when it may be shown again never comes: its process is gone.
          if (isAway && row.detail.slots.main?.retryAt != null) throw new Error("gone")
          return await sound.connections.update(row)
        },
      },
    }
    const { connect, mine, provider, time, rows, holdfast } = bench({ store })
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    isAway = true
    provider.faults.next({ on: "token.refresh", fault: { kind: "drop_before" } })
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({ code: "store_unavailable" })
    isAway = false
    await time.settle(holdfast.scheduler.tick())
    expect((await rows())[0]).toMatchObject({ status: "ambiguous", lease: null })
    for (let rounds = 0; rounds < 40; rounds++) {
      time.advance(15_000)
      await time.settle(holdfast.scheduler.tick())
    }
    expect((await rows())[0]).toMatchObject({ status: "active", generation: 2 })
    expect(provider.counters.refreshes.mostForOne).toBe(1)
  })

  it("R7: a value that never brings an answer is left alone after days, and the row then says why", async () => {
    const { connect, mine, provider, time, rows } = bench()
    await connect()
    const connection = await mine.get("acme")
    provider.faults.next({ on: "token.refresh", fault: { kind: "drop_before" }, times: "always" })
    for (let hours = 0; hours < 100; hours++) {
      time.advance(hour)
      await time.settle(connection.accessToken().catch(() => {}))
    }
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({
      code: "reauth_required",
      details: { reason: "refresh_unacknowledged" },
    })
    expect((await rows())[0]).toMatchObject({ status: "ambiguous", intents: { main: { presentations: 50 } } })
  })

  it("R7: a value that was spent before its answer was lost is not shown again once that is said", async () => {
    const { connect, mine, provider, time, rows } = bench()
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({ code: "provider_unavailable" })
    for (let hours = 0; hours < 3; hours++) {
      time.advance(hour)
      await expect(time.settle(connection.accessToken())).rejects.toMatchObject({
        code: "reauth_required",
        details: { reason: "rotation_lost" },
      })
    }
    expect((await rows())[0]?.status).toBe("needs_reauth")
    expect(provider.counters.refreshes.mostForOne).toBe(2)
  })

  it("R6: with a reusable refresh token a lost answer needs no caution", async () => {
    const { connect, mine, provider, time, rows } = bench({
      refreshToken: { rotation: "reusable" },
      method: { policy: { rotation: "reusable", accessTokenSeconds: 3_600 } },
    })
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({ code: "provider_unavailable" })
    expect((await rows())[0]).toMatchObject({ status: "degraded", intents: {} })
    time.advance(4_000)
    await expect(time.settle(connection.accessToken())).resolves.toBeTruthy()
    expect((await rows())[0]?.status).toBe("active")
  })

  it.each([
    ["429 with Retry-After", { kind: "status", status: 429, retryAfterSeconds: 30 }],
    ["a connection refused", { kind: "unreachable" }],
  ] as const)("R5: %s spends nothing, and is tried again later", async (_, fault) => {
    const { connect, mine, provider, time, rows } = bench()
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault })
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({
      code: "provider_unavailable",
      retryable: true,
    })
    expect((await rows())[0]).toMatchObject({ status: "degraded", intents: {} })
    time.advance(31_000)
    await expect(time.settle(connection.accessToken())).resolves.toBeTruthy()
  })

  it.each(["html", "truncated", "empty"] as const)(
    "R5: an unreadable answer (%s) is not taken for a refusal",
    async (kind) => {
      const { connect, mine, provider, time, rows } = bench()
      await connect()
      const connection = await mine.get("acme")
      time.advance(hour)
      provider.faults.next({ on: "token.refresh", fault: kind === "html" ? { kind, status: 200 } : { kind } })
      await expect(time.settle(connection.accessToken())).rejects.toMatchObject({ code: "provider_unavailable" })
      expect((await rows())[0]?.status).toBe("ambiguous")
    },
  )

  it("a provider that never answers is given up after the deadline, and callers before", async () => {
    const { connect, mine, provider, time, rows } = bench()
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "hang" }, times: "always" })
    await expect(time.settle(connection.accessToken({ timeoutMs: 5_000 }))).rejects.toMatchObject({
      code: "provider_unavailable",
    })
    await time.settle(connection.accessToken({ timeoutMs: 200_000 }).catch(() => {}))
    expect((await rows())[0]?.status).toBe("ambiguous")
  })

  it("a grant withdrawn at the provider needs authorising again, says who must act, and the id stays", async () => {
    const { connect, holdfast, mine, provider, time, rows, events } = bench()
    const { connectionId = "" } = await connect()
    const connection = await mine.get("acme")
    for (const grant of provider.provider.oauth.grants()) provider.provider.oauth.revokeGrant(grant.id)
    time.advance(hour)
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({
      code: "reauth_required",
      details: { reason: "grant_refused", providerCode: "invalid_grant" },
    })
    await time.settle(holdfast.scheduler.tick())
    expect(events.at(-1)).toMatchObject({
      type: "connection.needs_reauth",
      connectionId,
      actor: "end_user",
      reason: "grant_refused",
      reconnectUrl: expect.stringContaining(connectionId),
    })
    const again = await connect({ reconnect: connectionId })
    expect(again).toMatchObject({ status: "connected", connectionId })
    expect((await rows())[0]?.status).toBe("active")
  })

  it("an access token that still lives is used on, though the renewal was refused", async () => {
    const { connect, mine, provider, time } = bench()
    await connect()
    const connection = await mine.get("acme")
    const token = await connection.accessToken()
    time.advance(hour - 30_000)
    provider.faults.next({ on: "token.refresh", fault: { kind: "status", status: 503 } })
    expect(await time.settle(connection.accessToken())).toBe(token)
  })
})
