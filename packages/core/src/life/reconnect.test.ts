import { describe, expect, it } from "vitest"
import type { Account } from "../account.js"
import { ada, bench } from "./bench.js"

const bob = { tenantId: "t1", userId: "bob" }

it("keeps what was granted though another connection has the alias that was asked for", async () => {
  const { connect, rows } = bench()
  await connect({ account: "U1", alias: "main" })
  const { connectionId } = await connect({ account: "U2" })
  expect(await connect({ account: "U2", alias: "main" })).toMatchObject({ status: "connected", connectionId })
  expect((await rows()).map(({ accountKey, alias }) => [accountKey, alias]).sort()).toEqual([
    ["U1", "main"],
    ["U2", null],
  ])
})

describe("connecting the same account again", () => {
  it("C7: is a reconnect of its row, and keeps id and name", async () => {
    const { connect, mine, rows, time } = bench()
    const first = await connect()
    await mine.connection(first.connectionId ?? "").rename("Ours")
    const second = await connect()
    expect(second.connectionId).toBe(first.connectionId)
    expect(await rows()).toMatchObject([{ generation: 2, detail: { name: "Ours" } }])
    await expect(time.settle(mine.get("acme").then((connection) => connection.accessToken()))).resolves.toBeTruthy()
  })

  it("is another connection for a colleague, and for another account", async () => {
    const { connect, rows, mine, holdfast } = bench()
    await connect()
    await connect({ owner: bob })
    await connect({ account: "U2" })
    expect((await rows()).map((row) => [row.userId, row.accountKey])).toEqual(
      expect.arrayContaining([
        ["ada", "U1"],
        ["bob", "U1"],
        ["ada", "U2"],
      ]),
    )
    await expect(mine.get("acme")).rejects.toMatchObject({
      code: "ambiguous_connection",
      details: { choices: expect.arrayContaining(["Account U1", "Account U2"]) },
    })
    await expect(holdfast.for(bob).get("acme")).resolves.toBeTruthy()
  })
})

describe("reconnecting", () => {
  it("pins the account: another one is refused, and nothing changes", async () => {
    const { connect, rows } = bench()
    const { connectionId = "" } = await connect()
    const before = await rows()
    const attempt = await connect({ reconnect: connectionId, account: "U2" })
    expect(attempt).toMatchObject({ status: "failed", error: { code: "account_mismatch" } })
    expect((await rows()).map(({ sealed, generation, accountKey }) => ({ sealed, generation, accountKey }))).toEqual(
      before.map(({ sealed, generation, accountKey }) => ({ sealed, generation, accountKey })),
    )
  })

  it("pins no account where the provider named none, until it names one", async () => {
    let found: Account = { id: "fingerprint-1", label: "A key", pinned: false }
    const { connect, rows } = bench({ connector: { identify: async () => found } })
    const { connectionId = "" } = await connect()
    const again = async (next: Account) => {
      found = next
      return (await connect({ reconnect: connectionId })).error?.code ?? "connected"
    }
    expect(await again({ id: "fingerprint-2", label: "A key", pinned: false })).toBe("connected")
    expect(await again({ id: "U1", label: "First" })).toBe("connected")
    expect(await again({ id: "fingerprint-3", label: "A key", pinned: false })).toBe("account_mismatch")
    expect(await rows()).toMatchObject([{ id: connectionId, accountKey: "U1" }])
  })

  it("is not offered for another owner's connection", async () => {
    const { connect, holdfast, time } = bench()
    const { connectionId = "" } = await connect()
    await expect(
      time.settle(holdfast.attempts.begin(bob, { connector: "acme", reconnect: connectionId })),
    ).rejects.toMatchObject({ code: "not_found" })
  })
})

describe("a provider that gives a refresh token once", () => {
  const once = {
    refreshToken: { rotation: "reusable", onlyOnConsent: true },
    method: { policy: { rotation: "reusable", accessTokenSeconds: 3_600, expectsRefreshToken: true } },
  } as const

  it("quirk 5: a second consent without one keeps the stored one, while the row is well", async () => {
    const { connect, mine, time, provider } = bench(once)
    await connect()
    await connect()
    time.advance(3_600_000)
    await expect(time.settle(mine.get("acme").then((connection) => connection.accessToken()))).resolves.toBeTruthy()
    expect(provider.counters.refreshes.shown).toBe(1)
  })

  it("R10: a colleague's grant without one is repeated with consent asked for outright", async () => {
    const { connect, answer, holdfast, rows } = bench(once)
    await connect()
    const repeated = await connect({ owner: bob })
    // The same account, another owner: there is nothing to merge, so the person is sent once more.
    expect(repeated).toMatchObject({ status: "pending", step: { kind: "redirect" } })
    const done = await answer(repeated, { owner: bob })
    expect(done.status).toBe("connected")
    expect(await rows()).toHaveLength(2)
    void holdfast
  })

  it("R10: a dead refresh token is never merged onto a new grant", async () => {
    const { connect, answer, mine, provider, time, rows } = bench(once)
    const { connectionId = "" } = await connect()
    for (const grant of provider.provider.oauth.grants()) provider.provider.oauth.revokeGrant(grant.id)
    time.advance(3_600_000)
    await expect(time.settle(mine.connection(connectionId, "acme").accessToken())).rejects.toMatchObject({
      code: "reauth_required",
    })
    const attempt = await connect({ reconnect: connectionId })
    const done = attempt.status === "pending" ? await answer(attempt) : attempt
    expect(done).toMatchObject({ status: "connected", connectionId })
    time.advance(3_600_000)
    await expect(time.settle(mine.connection(connectionId, "acme").accessToken())).resolves.toBeTruthy()
    expect((await rows())[0]?.status).toBe("active")
  })
})

describe("a refused consent", () => {
  it("ends the attempt with access_denied, and leaves no row", async () => {
    const { connect, rows } = bench()
    expect(await connect({ deny: true })).toMatchObject({ status: "failed", error: { code: "access_denied" } })
    expect(await rows()).toEqual([])
  })
})

describe("a key", () => {
  const begin = { connector: "acme", method: "api_key", browser: "b" }

  it("is checked before it is saved, and a wrong one brings the form back", async () => {
    const { holdfast, rows, time } = bench()
    const attempt = await time.settle(holdfast.attempts.begin(ada, begin))
    const visitor = { browser: "b", owner: ada }
    const wrong = await time.settle(holdfast.attempts.submit(attempt.id, visitor, { key: "not-a-key" }))
    expect(wrong).toMatchObject({ status: "pending", step: { kind: "form", error: { code: "credential_invalid" } } })
    expect(await rows()).toEqual([])
    const right = await time.settle(holdfast.attempts.submit(attempt.id, visitor, { key: "key-of-first-user" }))
    expect(right.status).toBe("connected")
    expect(await rows()).toHaveLength(1)
  })

  it("R14: that the API refuses is asked about before it is called dead", async () => {
    const { holdfast, provider, rows, time, mine } = bench()
    const attempt = await time.settle(holdfast.attempts.begin(ada, { ...begin, values: { key: "key-of-first-user" } }))
    const connection = mine.connection(attempt.connectionId ?? "", "acme")
    await time.settle(connection.run("who"))
    provider.provider.keyOf.clear()
    await expect(time.settle(connection.run("who"))).rejects.toMatchObject({ code: "reauth_required" })
    expect((await rows())[0]).toMatchObject({ status: "needs_reauth" })
  })
})

describe("a provider where authorising again ends what was granted before", () => {
  it("C8: tells the people of the other connections, and does not show what is dead", async () => {
    const { connect, rows, holdfast, provider } = bench({
      server: { reconsent: "kills" },
      method: { policy: { rotation: "single-use", reconsent: "kills", accessTokenSeconds: 3_600 } },
    })
    await connect()
    await connect({ owner: bob })
    const status = Object.fromEntries(
      (await rows()).map((row) => [row.userId, [row.status, row.detail.slots.main?.reason]]),
    )
    expect(status).toEqual({ ada: ["needs_reauth", "superseded_elsewhere"], bob: ["active", null] })
    await expect(
      holdfast
        .for(ada)
        .get("acme")
        .then((connection) => connection.accessToken()),
    ).rejects.toMatchObject({ code: "reauth_required", details: { reason: "superseded_elsewhere" } })
    expect(provider.counters.refreshes.shown).toBe(0)
  })
})
