import { approve } from "@holdfast/emulator"
import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { slack } from "./index.js"
import { slackWorld } from "./test-support.js"

const both = { userScopes: ["search:read", "chat:write"] }
const userOnly = { botScopes: [], userScopes: ["chat:write", "channels:read", "users:read"] }
const first = "T0000000A1"
const hourMs = 3_600_000

describe("leaving for Slack", () => {
  it("asks by two parameters, comma separated, and without PKCE (quirk 3)", async () => {
    const url = await slackWorld(both).leave()
    expect(url.origin + url.pathname).toBe("https://slack.com/oauth/v2/authorize")
    const { scope, user_scope, code_challenge } = Object.fromEntries(url.searchParams)
    expect(scope).toBe("chat:write,channels:read,channels:manage,users:read")
    expect(user_scope).toBe("search:read,chat:write")
    expect(code_challenge).toBeUndefined()
  })

  it("leaves out what nobody asked for: a bot alone, a person alone", async () => {
    expect((await slackWorld().leave()).searchParams.has("user_scope")).toBe(false)
    expect((await slackWorld(userOnly).leave()).searchParams.has("scope")).toBe(false)
  })

  it("sends scopes that an attempt names to where they belong", async () => {
    const { searchParams } = await slackWorld(both).leave({ scopes: ["channels:read", "search:read"] })
    expect(searchParams.get("scope")).toBe("channels:read")
    expect(searchParams.get("user_scope")).toBe("search:read")
  })
})

describe("installing (quirk 2)", () => {
  it("fills a slot for each token, each with its own clock and scopes", async () => {
    const { connect, emulator } = slackWorld(both)
    const connection = await connect()
    const expiresAt = emulator.clock.now() + 12 * hourMs
    const { slots, account, shared } = await connection.info()
    expect(slots).toMatchObject({
      bot: {
        status: "active",
        expiresAt,
        scopes: ["chat:write", "channels:read", "channels:manage", "users:read"],
      },
      user: { status: "active", expiresAt, scopes: ["search:read", "chat:write"] },
    })
    expect(account).toMatchObject({
      id: first,
      data: { teamId: first, botUserId: "U0BOT0000000A1", userId: "U0000000A1" },
    })
    expect(shared).toBe("tenant")
    expect(await connection.accessToken()).toMatch(/^xoxe\.xoxb-/)
    expect(await connection.accessToken({ as: "user" })).toMatch(/^xoxe\.xoxp-/)
  })

  it("has no user slot where only a bot was asked for", async () => {
    const connection = await slackWorld().connect()
    expect(Object.keys((await connection.info()).slots)).toEqual(["bot"])
    expect((await connection.info()).account.data).not.toHaveProperty("userId")
    expect(await endOf(connection.accessToken({ as: "user" }))).toMatchObject({ code: "scope_missing" })
  })

  it("acts as the person where there is no bot, and is theirs alone", async () => {
    const { connect, emulator } = slackWorld(userOnly)
    const connection = await connect()
    expect(await connection.info()).toMatchObject({
      shared: "user",
      account: { id: `${first}:U0000000A1`, label: "first.admin (First workspace)" },
      slots: { user: { status: "active" } },
    })
    await connection.run("send_message", { channel: "#random", message: "as myself" })
    expect(emulator.provider.messages(first, "C0000000A3")).toMatchObject([{ user: "U0000000A1" }])
    expect((await connection.check()).ok).toBe(true)
  })

  it("tells two people of one workspace apart where there is no bot", async () => {
    const { connect, holdfast } = slackWorld(userOnly)
    const one = await (await connect()).info()
    const other = await (await connect({}, { account: "U0000000A2" })).info()
    expect(other.id).not.toBe(one.id)
    expect(await holdfast.for(ada).list()).toHaveLength(2)
  })

  it("never expires without rotation, and says so (C12)", async () => {
    const connection = await slackWorld(both, { tokenRotation: false }).connect()
    expect((await connection.info()).slots).toMatchObject({ bot: { expiresAt: "never" }, user: { expiresAt: "never" } })
  })

  it("is not taken for lasting when a rotating answer forgets its expires_in", async () => {
    const { connect, emulator } = slackWorld()
    const expiresAt = emulator.clock.now() + 12 * hourMs
    emulator.faults.next({ on: "token.code", fault: { kind: "token_answer", expiresIn: "absent" } })
    expect((await (await connect()).info()).slots.bot?.expiresAt).toBe(expiresAt)
    emulator.faults.next({
      on: "token.code",
      fault: { kind: "token_answer", expiresIn: "absent", refreshToken: "absent" },
    })
    expect((await (await connect({ owner: bob })).info()).slots.bot?.expiresAt).toBe(expiresAt)
  })

  it("is known by the organisation where it is installed for all of it", async () => {
    const enterprise = { id: "E0000000A1", name: "The organisation" }
    const workspaces = [
      { id: first, name: "First", domain: "first", enterprise, users: [{ id: "W1", name: "admin" }], channels: [] },
    ]
    const connection = await slackWorld({}, { workspaces, enterpriseInstalls: true }).connect()
    expect((await connection.info()).account).toMatchObject({
      id: enterprise.id,
      label: enterprise.name,
      data: { enterpriseId: enterprise.id },
    })
    const one = await slackWorld({}, { workspaces }).connect()
    expect((await one.info()).account).toMatchObject({ id: first, data: { enterpriseId: enterprise.id } })
  })

  it("stores nothing when Slack refuses the code with HTTP 200 (quirk 1)", async () => {
    const { leave, comeBack, emulator, holdfast } = slackWorld()
    const callback = await approve(emulator.fetch, await leave())
    emulator.clock.advance(601_000)
    const expired = await comeBack(callback).catch((error: { code: string }) => ({ error }))
    expect(expired.error?.code).toMatch(/^(provider_rejected|attempt_expired)$/)
    for (const [error, code] of [
      ["invalid_code", "provider_rejected"],
      ["bad_client_secret", "config_invalid"],
      ["bad_redirect_uri", "redirect_uri_mismatch"],
      ["fatal_error", "provider_rejected"],
    ]) {
      const next = await approve(emulator.fetch, await leave())
      emulator.faults.next({ on: "token", fault: { kind: "status", status: 200, body: { ok: false, error } } })
      expect((await comeBack(next)).error?.code, error).toBe(code)
    }
    expect(await holdfast.for(ada).list()).toEqual([])
  })
})

describe("keeping fresh (quirk 2)", () => {
  it("renews each slot by itself: the other's refresh token is not spent", async () => {
    const { connect, emulator } = slackWorld(both)
    const connection = await connect()
    emulator.clock.advance(13 * hourMs)
    const bots = await Promise.all(Array.from({ length: 20 }, () => connection.accessToken()))
    expect(new Set(bots).size).toBe(1)
    expect(emulator.counters.refreshes).toMatchObject({ shown: 1, mostForOne: 1 })
    const people = await Promise.all(Array.from({ length: 20 }, () => connection.accessToken({ as: "user" })))
    expect(new Set(people).size).toBe(1)
    expect(emulator.counters.refreshes).toMatchObject({ shown: 2, mostForOne: 1 })
    expect(people[0]).toMatch(/^xoxe\.xoxp-/)
    const { slots } = await connection.info()
    expect(slots.bot?.scopes).toContain("channels:manage")
    expect(slots.user?.scopes).toEqual(["search:read", "chat:write"])
  })

  it("renews both ahead of their end when the scheduler ticks", async () => {
    const { connect, emulator, holdfast } = slackWorld(both)
    const connection = await connect()
    await connection.accessToken()
    emulator.clock.advance(12 * hourMs - 1_000)
    for (let tick = 0; tick < 3; tick++) await holdfast.scheduler.tick()
    expect(emulator.counters.refreshes).toMatchObject({ mostForOne: 1 })
    const { slots } = await connection.info()
    const expiresAt = emulator.clock.now() + 12 * hourMs
    expect(slots).toMatchObject({ bot: { expiresAt }, user: { expiresAt } })
  })

  it("leaves the bot at work when only the person's token has died", async () => {
    const { connect, emulator } = slackWorld(both)
    const connection = await connect()
    await connection.http.post("/auth.revoke", { as: "user" })
    emulator.clock.advance(61_000)
    expect(await endOf(connection.http.post("/auth.test", { as: "user" }))).toMatchObject({ code: "reauth_required" })
    const { slots } = await connection.info()
    expect(slots).toMatchObject({ bot: { status: "active" }, user: { status: "needs_reauth" } })
    await connection.run("send_message", { channel: "#general", message: "still here" })
  })
})

describe("disconnecting", () => {
  it("revokes both tokens and what would renew them", async () => {
    const { connect, emulator } = slackWorld(both)
    expect(await (await connect()).disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.provider.oauth.grants()[0]?.live).toEqual({ accessTokens: 0, refreshTokens: 0 })
    expect(emulator.counters.revocations).toBe(2)
  })

  it("ends the refresh token too when the access token has expired long ago", async () => {
    const { connect, emulator } = slackWorld()
    const connection = await connect()
    emulator.clock.advance(100 * hourMs)
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.provider.oauth.grants()[0]?.live).toEqual({ accessTokens: 0, refreshTokens: 0 })
  })

  it("keeps the workspace's one bot for whoever else connected it (C8)", async () => {
    const { connect, emulator } = slackWorld({}, { tokenRotation: false })
    const mine = await connect()
    const theirs = await connect({ owner: bob })
    expect(await theirs.accessToken()).toBe(await mine.accessToken())
    expect(await mine.disconnect()).toEqual({ revocation: "kept_shared" })
    await theirs.run("send_message", { channel: "#general", message: "still here" })
    expect(await theirs.disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.counters.revocations).toBe(1)
  })
})

describe("operations", () => {
  it("take the seeds' payloads as they are (S7)", async () => {
    const { connect, holdfast, emulator } = slackWorld()
    await connect({ alias: "conn_slack_main" })
    const mine = holdfast.for(ada)
    const parameters = { channel: "#alerts", message: "New order received: {{order.id}}" }
    const sent = await mine.execute({
      provider: "slack",
      operation: "send_message",
      connectionId: "conn_slack_main",
      parameters,
    })
    expect(sent).toMatchObject({ ok: true, channel: "C0000000A2" })
    const listed = await mine.execute({
      provider: "slack",
      operation: "list_channels",
      connectionId: "conn_slack_main",
    })
    expect(listed).toMatchObject({
      channels: [{ name: "general" }, { name: "alerts" }, { name: "random" }, { name: "old-project" }],
    })
    expect(emulator.provider.messages(first, "C0000000A2")).toMatchObject([{ text: parameters.message }])
  })

  it("answer in a thread, and to a person", async () => {
    const { connect, emulator } = slackWorld()
    const connection = await connect()
    const { ts } = await connection.run("send_message", { channel: "#general", message: "question" })
    await connection.run("send_message", { channel: "#general", message: "answer", thread_ts: ts })
    expect(emulator.provider.messages(first, "C0000000A1")).toMatchObject([{ text: "question" }, { threadTs: ts }])
    expect(await connection.run("send_message", { channel: "U0000000A2", message: "hello" })).toMatchObject({
      channel: "D0000000A2",
    })
  })

  it("go from page to page up to the limit, and say where to go on", async () => {
    const users = Array.from({ length: 450 }, (_, index) => ({ id: `U${1000 + index}`, name: `person-${index}` }))
    const { connect, emulator } = slackWorld(
      {},
      { workspaces: [{ id: first, name: "Large", domain: "large", users, channels: [] }] },
    )
    const connection = await connect()
    const calls = () => emulator.log.filter(({ route }) => route === "users.list").length
    const all = await connection.run("list_users", { limit: 1_000 })
    expect(all.users).toHaveLength(451)
    expect(all).not.toHaveProperty("next_cursor")
    expect(calls()).toBe(3)
    const some = await connection.run("list_users", { limit: 250 })
    expect(some.users).toHaveLength(250)
    const rest = await connection.run("list_users", { limit: 1_000, cursor: some.next_cursor })
    expect([...some.users, ...rest.users].map(({ id }) => id)).toEqual(all.users.map(({ id }) => id))
    expect(await endOf(connection.run("list_users", { limit: 100_000 }))).toMatchObject({ code: "input_invalid" })
  })

  it("stop somewhere when Slack's cursors never end", async () => {
    const { connect, emulator } = slackWorld()
    const connection = await connect()
    const body = { ok: true, members: [{ id: "U1", name: "again" }], response_metadata: { next_cursor: "more" } }
    emulator.faults.next({ on: "users.list", fault: { kind: "status", status: 200, body }, times: "always" })
    const { users, next_cursor } = await connection.run("list_users", { limit: 5_000 })
    expect(users).toHaveLength(40)
    expect(next_cursor).toBe("more")
  })

  it("say how long to wait when it was too much", async () => {
    const { connect, emulator } = slackWorld()
    const connection = await connect()
    const body = { ok: false, error: "ratelimited" }
    emulator.faults.next({
      on: "chat.postMessage",
      fault: { kind: "status", status: 429, retryAfterSeconds: 30, body },
    })
    const error = await connection.run("send_message", { channel: "#general", message: "x" }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: "rate_limited", retryable: true, details: { retryAfterMs: 30_000 } })
  })

  it("send a message once, though its answer was lost", async () => {
    const { connect, emulator } = slackWorld()
    const connection = await connect()
    emulator.faults.next({ on: "chat.postMessage", fault: { kind: "drop_after" } })
    expect(await endOf(connection.run("send_message", { channel: "#general", message: "x" }))).toMatchObject({
      code: "provider_unavailable",
    })
    expect(emulator.provider.messages(first, "C0000000A1")).toHaveLength(1)
  })

  it("show e-mail addresses only with the scope for them", async () => {
    const { connect } = slackWorld({ botScopes: ["users:read", "users:read.email"] })
    const { user } = await (await connect()).run("get_user", { user: "U0000000A1" })
    expect(user.profile?.email).toBe("first.admin@first-workspace.example")
    const without = await (await slackWorld().connect()).run("get_user", { user: "U0000000A1" })
    expect(without.user.profile).not.toHaveProperty("email")
  })

  it("create channels with the scope that the token's kind has for it", async () => {
    const asUser = await slackWorld({ botScopes: [], userScopes: ["channels:write"] }).connect()
    expect(await asUser.run("create_channel", { name: "mine" })).toMatchObject({
      channel: { name: "mine", is_private: false },
    })
    const closed = await slackWorld({ botScopes: ["groups:write"] }).connect()
    expect(await closed.run("create_channel", { name: "closed", is_private: true })).toMatchObject({
      channel: { is_private: true },
    })
    expect(await endOf(closed.run("create_channel", { name: "open" }))).toEqual({
      code: "scope_missing",
      providerCode: "missing_scope",
    })
  })
})

describe("the app", () => {
  it("does without a signing secret until events are wanted", () => {
    const { app } = slack()
    expect(app?.schema.safeParse({ clientId: "1.2", clientSecret: "s" }).success).toBe(true)
  })
})
