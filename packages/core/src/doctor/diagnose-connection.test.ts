import { describe, expect, it } from "vitest"
import { z } from "zod"
import { keyring } from "../keyring.js"
import { ada, bench } from "../life/bench.js"
import { operation } from "../operation.js"
import type { ConnectionRow, SlotDetail, TokenStore } from "../store.js"
import type { Diagnosis } from "./diagnosis.js"
import type { KnownCause } from "./known-cause.js"

const hour = 3_600_000
const day = 24 * hour
const refused = { kind: "status", status: 400, body: { error: "invalid_grant" } } as const

const known: readonly KnownCause[] = [
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "seat_lost",
    actor: "end_user",
    text: "The person has lost their seat at Acme.",
    advice: "Have an owner of the workspace give it back.",
    link: "https://acme.example/docs/seats",
  },
]

function short(diagnoses: readonly Diagnosis[]) {
  return diagnoses.map(({ cause, actor, severity }) => ({ cause, actor, severity }))
}

async function change(store: TokenStore, edit: (row: ConnectionRow) => Partial<ConnectionRow>): Promise<void> {
  const [row] = await store.connections.list({ limit: 1 })
  if (!row) throw new Error("nothing is connected")
  expect(await store.connections.update({ ...row, ...edit(row) })).toBe("updated")
}

async function changeSlot(store: TokenStore, edit: Partial<SlotDetail>): Promise<void> {
  await change(store, ({ detail }) => {
    const { main } = detail.slots
    if (!main) throw new Error("no slot")
    return { status: edit.status ?? "active", detail: { ...detail, slots: { main: { ...main, ...edit } } } }
  })
}

describe("a connection that is well", () => {
  it("has no diagnosis, and nothing is sent for it", async () => {
    const { connect, mine, provider } = bench()
    await connect()
    const before = provider.log.length
    expect(await (await mine.get("acme")).diagnose()).toEqual([])
    expect(provider.log).toHaveLength(before)
  })

  it("is checked first where that is asked for", async () => {
    const { connect, mine, provider, time } = bench()
    await connect()
    const connection = await mine.get("acme")
    expect(await time.settle(connection.diagnose({ live: true }))).toEqual([])
    provider.faults.next({ on: "GET /me", fault: { kind: "status", status: 503 }, times: 10 })
    expect(short(await time.settle(connection.diagnose({ live: true })))).toEqual([
      { cause: "provider_unavailable", actor: "provider", severity: "impaired" },
    ])
  })
})

describe("what is stored", () => {
  it("says that a refused grant needs the person, and where", async () => {
    const { connect, mine, provider, time } = bench()
    const { connectionId } = await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: refused })
    await time.settle(connection.accessToken().catch(() => {}))
    const connectUrl = `https://app.example/api/integrations/connect/acme?reconnect=${connectionId}`
    expect(await connection.diagnose()).toEqual([
      {
        cause: "grant_ended",
        actor: "end_user",
        text: "The grant at Acme has ended: it was withdrawn, has expired, or the account was changed.",
        advice: "Reconnect the account.",
        link: connectUrl,
        connectUrl,
        severity: "broken",
        reason: "grant_refused",
        slot: "main",
        providerCode: "invalid_grant",
      },
    ])
  })

  it("says it as the connector knows it, where it knows the provider's code", async () => {
    const { connect, mine, provider, time } = bench({ connector: { causes: known } })
    await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: refused })
    await time.settle(connection.accessToken().catch(() => {}))
    const [diagnosis] = await connection.diagnose()
    expect(diagnosis).toMatchObject({
      cause: "seat_lost",
      link: "https://acme.example/docs/seats",
      connectUrl: expect.stringContaining("/connect/acme?reconnect="),
      reason: "grant_refused",
    })
  })

  it("says of an answer that was lost what was lost, whatever code the provider gave", async () => {
    const { connect, mine, store } = bench({ connector: { causes: known } })
    await connect()
    await changeSlot(store, { status: "needs_reauth", reason: "rotation_lost", providerCode: "invalid_grant" })
    const diagnoses = await (await mine.get("acme")).diagnose()
    expect(short(diagnoses)).toEqual([{ cause: "rotation_lost", actor: "end_user", severity: "broken" }])
  })

  it("says that a provider that fails is waited for: a notice while the token lives, broken when it has ended", async () => {
    const { connect, mine, provider, time } = bench({
      refreshToken: { rotation: "reusable" },
      method: { policy: { rotation: "reusable", accessTokenSeconds: 3_600 } },
    })
    await connect()
    const connection = await mine.get("acme")
    provider.faults.next({ on: "token.refresh", fault: { kind: "status", status: 503 }, times: 100 })
    time.advance(hour - 30_000)
    await time.settle(connection.accessToken().catch(() => {}))
    expect(short(await connection.diagnose())).toEqual([
      { cause: "provider_unavailable", actor: "provider", severity: "notice" },
    ])
    time.advance(day)
    await time.settle(connection.accessToken().catch(() => {}))
    const diagnoses = await connection.diagnose()
    expect(short(diagnoses)[0]).toEqual({ cause: "provider_unavailable", actor: "provider", severity: "broken" })
    expect(diagnoses[0]?.retryAt).toBeGreaterThan(time.clock.now())
  })

  it("says that the app is at fault, and leads to the provider's console", async () => {
    const { connect, mine, provider, time, make } = bench()
    const { connectionId = "" } = await connect()
    const connection = await mine.get("acme")
    time.advance(hour)
    provider.faults.next({
      on: "token.refresh",
      fault: { kind: "status", status: 401, body: { error: "invalid_client" } },
    })
    await time.settle(connection.accessToken().catch(() => {}))
    expect(await connection.diagnose()).toEqual([
      expect.objectContaining({
        cause: "app_refused",
        actor: "developer",
        severity: "broken",
        link: "https://acme.example/apps",
        retryAt: expect.any(Number),
      }),
    ])
    const without = make({ env: {} }).for(ada).connection(connectionId)
    expect((await without.diagnose()).map(({ cause }) => cause)).toEqual(["app_refused", "app_not_configured"])
  })

  it("tells the others of an app that its secret is refused", async () => {
    const { connect, mine, provider, time } = bench()
    await connect({ account: "U1" })
    const { connectionId = "" } = await connect({ account: "U2" })
    const [first] = await mine.list()
    time.advance(hour - 30_000)
    provider.faults.next({
      on: "token.refresh",
      fault: { kind: "status", status: 401, body: { error: "invalid_client" } },
    })
    await time.settle(
      mine
        .connection(first?.id ?? "")
        .http.get("/me")
        .catch(() => {}),
    )
    expect(short(await mine.connection(connectionId).diagnose())).toEqual([
      { cause: "app_refused", actor: "developer", severity: "impaired" },
    ])
  })

  it("says which permissions are missing, with a link that asks for them", async () => {
    const { connect, mine, store } = bench()
    await connect()
    await changeSlot(store, { granted: ["write"] })
    const [diagnosis] = await (await mine.get("acme")).diagnose()
    expect(diagnosis).toMatchObject({ cause: "permission_missing", severity: "impaired", missingScopes: ["read"] })
    expect(diagnosis?.link).toMatch(/&scopes=read$/)
  })

  it("says that webhooks were given up, or are tried again", async () => {
    const { connect, mine, store, time } = bench()
    await connect()
    const connection = await mine.get("acme")
    const retryAt = time.clock.now() + 60_000
    const webhooks = { subscriptions: [], tries: 3 }
    await change(store, ({ detail }) => ({
      detail: { ...detail, webhooks: { ...webhooks, state: "wanted", retryAt } },
    }))
    expect(await connection.diagnose()).toMatchObject([{ cause: "webhooks_waiting", severity: "notice", retryAt }])
    await change(store, ({ detail }) => ({ detail: { ...detail, webhooks: { ...webhooks, state: "failed" } } }))
    expect(await connection.diagnose()).toMatchObject([{ cause: "webhooks_failed", severity: "impaired" }])
  })

  it("says that nobody keeps an idle refresh token alive", async () => {
    const policy = { rotation: "reusable", refreshIdleDays: 30, accessTokenSeconds: 3_600 } as const
    const { connect, mine, time } = bench({ refreshToken: { rotation: "reusable" }, method: { policy } })
    await connect()
    const connection = await mine.get("acme")
    time.advance(20 * day)
    expect((await connection.diagnose()).map(({ cause }) => cause)).toEqual(["scheduler_behind"])
    time.advance(4 * day)
    expect(short(await connection.diagnose())).toEqual([
      { cause: "keep_alive_overdue", actor: "developer", severity: "impaired" },
    ])
  })

  it("says that a refresh token ends for good, three days ahead", async () => {
    const { connect, mine, store, time } = bench()
    await connect()
    const endsIn = async (ms: number) => {
      const at = time.clock.now() + ms
      const clock = { issuedAt: time.clock.now(), expiresAt: "unknown", rotation: "single-use" } as const
      await changeSlot(store, { clock: { ...clock, refreshExpiresAt: at } })
      return await (await mine.get("acme")).diagnose()
    }
    expect(await endsIn(4 * day)).toEqual([])
    expect(short(await endsIn(2 * day))).toEqual([
      { cause: "refresh_token_ends", actor: "end_user", severity: "impaired" },
    ])
  })

  it("says that there is no refresh token where one was to be", async () => {
    const { connect, mine, store, provider } = bench({ method: { policy: { expectsRefreshToken: false } } })
    provider.faults.next({ on: "token", fault: { kind: "token_answer", refreshToken: "absent" } })
    const { connectionId = "" } = await connect()
    expect(await (await mine.get("acme")).diagnose()).toEqual([])
    // The same row, at a version of the connector that knows better.
    const strict = bench({ store })
    expect(short(await strict.holdfast.for(ada).connection(connectionId).diagnose())).toEqual([
      { cause: "refresh_token_missing", actor: "end_user", severity: "impaired" },
    ])
  })

  it("says that no key opens the credential, and that the connector is gone", async () => {
    const { connect, make } = bench()
    const { connectionId = "" } = await connect()
    const keyless = make({ keys: keyring(`k2:${"B".repeat(43)}`) }).for(ada)
    expect(short(await keyless.connection(connectionId).diagnose())).toEqual([
      { cause: "credential_unreadable", actor: "developer", severity: "broken" },
    ])
    const [connector] = make().connectors.values()
    const other = make({ connectors: [{ ...connector, id: "other" }] as never }).asSystem()
    expect(await other.connection(connectionId).diagnose({ live: true })).toMatchObject([
      { cause: "connector_missing", actor: "developer", severity: "broken" },
    ])
  })

  it("says no more than that of a connection that is switched off or being taken apart", async () => {
    const { connect, holdfast, store } = bench()
    const { connectionId = "" } = await connect()
    for (const [status, cause] of [
      ["disabled", "connection_disabled"],
      ["disconnecting", "disconnecting"],
    ] as const) {
      await change(store, () => ({ status }))
      expect((await holdfast.asSystem().connection(connectionId).diagnose()).map((one) => one.cause)).toEqual([cause])
    }
  })

  it("is another owner's to know only", async () => {
    const { connect, holdfast } = bench()
    const { connectionId = "" } = await connect()
    const eve = holdfast.for({ tenantId: "t1", userId: "eve" })
    await expect(eve.connection(connectionId).diagnose()).rejects.toMatchObject({ code: "not_found" })
  })
})

describe("what the provider last said to calls", () => {
  const operations = {
    who: operation({
      summary: "Reads",
      effect: "read",
      scopes: [],
      input: z.object({}),
      output: z.object({ id: z.string() }),
      run: ({ http }) => http.get("/me", { output: z.object({ id: z.string() }) }),
    }),
  }
  const errors = {
    read: ({ body }: { body: unknown }) => z.object({ error: z.string() }).safeParse(body).data?.error,
    codes: { invalid_token: "token_expired", no_seat: "forbidden" },
  } as const

  it("is told with its operation until the same one goes well", async () => {
    const { connect, provider, make, time } = bench({ connector: { operations, errors } })
    const { connectionId = "" } = await connect()
    const one = make()
    const connection = one.for(ada).connection(connectionId)
    provider.faults.next({
      on: "GET /me",
      fault: { kind: "status", status: 403, body: { error: "no_seat", detail: "canary-of-the-provider" } },
    })
    await time.settle(connection.run("who").catch(() => {}))
    const told = [
      {
        cause: "not_allowed",
        actor: "end_user",
        text: "Acme does not let this account do that.",
        advice: "Have the account's role, plan or access to the resource changed at the provider.",
        code: "forbidden",
        moment: "calling",
        severity: "notice",
        operation: "who",
        providerCode: "no_seat",
        providerStatus: 403,
        at: time.clock.now(),
        link: expect.stringContaining("/connect/acme"),
        connectUrl: expect.stringContaining("/connect/acme"),
      },
    ]
    expect(await connection.diagnose()).toEqual(told)
    // Other processes hear of it with the next tick, and the document holds nothing else of the answer.
    const other = make().for(ada).connection(connectionId)
    expect(await other.diagnose()).toEqual([])
    await time.settle(one.scheduler.tick())
    expect(await other.diagnose()).toEqual(told)

    await time.settle(connection.run("who"))
    expect(await connection.diagnose()).toEqual([])
    await time.settle(one.scheduler.tick())
    expect(await other.diagnose()).toEqual([])
    expect(await connection.statistics()).toMatchObject({ usage: { calls: 2, errors: 1 } })
  })

  it("is kept without anything but codes", async () => {
    const { connect, provider, store, holdfast, time } = bench({ connector: { operations, errors } })
    const { connectionId = "" } = await connect()
    provider.faults.next({
      on: "GET /me",
      fault: { kind: "status", status: 418, body: { error: "a sentence with a canary in it" } },
    })
    await time.settle(
      holdfast
        .for(ada)
        .connection(connectionId)
        .run("who")
        .catch(() => {}),
    )
    await holdfast.close()
    const document = await store.documents.get(`usage:${connectionId}`)
    expect(JSON.parse(document?.value ?? "")).toMatchObject({
      last: { who: { error: { code: "provider_rejected", providerStatus: 418 } } },
    })
    expect(document?.value).not.toContain("canary")
  })

  it("is told of raw requests too, and of none that never reached the provider", async () => {
    const { connect, provider, mine, time } = bench({ connector: { operations, errors } })
    await connect()
    const connection = await mine.get("acme")
    provider.faults.next({ on: "GET /me", fault: { kind: "status", status: 429 } })
    const response = await time.settle(connection.fetch("/me"))
    expect(response.status).toBe(429)
    await connection.run("who", {}, { target: "nowhere" }).catch(() => {})
    const diagnoses = await connection.diagnose()
    expect(short(diagnoses)).toEqual([{ cause: "rate_limited", actor: "provider", severity: "notice" }])
    expect(diagnoses[0]).not.toHaveProperty("operation")
  })

  it("stands behind what is worse", async () => {
    const { connect, mine, provider, store, time } = bench({ connector: { operations, errors } })
    await connect()
    const connection = await mine.get("acme")
    provider.faults.next({ on: "GET /me", fault: { kind: "status", status: 404 } })
    await time.settle(connection.run("who").catch(() => {}))
    await change(store, ({ detail }) => ({
      detail: { ...detail, webhooks: { state: "failed", subscriptions: [], tries: 12 } },
    }))
    expect((await connection.diagnose()).map(({ severity }) => severity)).toEqual(["impaired", "notice"])
  })
})
