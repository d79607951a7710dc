import { approve } from "@holdfast/emulator"
import { ada, bob, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createDiscordEmulator, defaultUsers, emulatorApp, seededIds } from "./emulator.js"
import { discord } from "./index.js"
import { discordWorld } from "./test-support.js"

const callback = "https://app.example.com/api/integrations/oauth/callback/discord"
const basic = `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`
const week = 604_800_000
const [first, second] = defaultUsers

describe("the token endpoint (quirk 29)", () => {
  it("is sent a form with Basic authentication", async () => {
    const { connect, requests } = discordWorld()
    await connect({ method: "oauth" })
    const [exchange] = requests
    expect(exchange?.url).toBe("https://discord.com/api/oauth2/token")
    expect(exchange?.headers.get("content-type")).toMatch(/^application\/x-www-form-urlencoded/)
    expect(exchange?.headers.get("authorization")).toBe(basic)
    expect(exchange?.headers.get("user-agent")).toMatch(/^DiscordBot \(.+, .+\)$/)
  })

  it("of the stand-in takes no JSON, to give tokens or to end them", async () => {
    const emulator = createDiscordEmulator()
    const { refreshToken = "" } = emulator.provider.oauth.issue({
      accountId: first?.id ?? "",
      scopes: ["identify"],
    }).main
    const post = (url: string, body: object) =>
      emulator.fetch(url, {
        method: "POST",
        headers: { authorization: basic, "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    const refresh = { grant_type: "refresh_token", refresh_token: refreshToken }
    expect((await post("https://discord.com/api/oauth2/token", refresh)).status).toBe(400)
    expect((await post("https://discord.com/api/oauth2/token/revoke", { token: refreshToken })).status).toBe(400)
  })
})

describe("a bot that was added to a server (quirk 29)", () => {
  it("was asked for with its permissions, and a scope that makes Discord come back with a code", async () => {
    const { leave } = discordWorld({ permissions: "2048" })
    const asked = Object.fromEntries((await leave({ method: "bot" })).searchParams)
    expect(asked).toMatchObject({
      scope: "bot applications.commands identify",
      permissions: "2048",
      integration_type: "0",
      response_type: "code",
      redirect_uri: callback,
    })
  })

  it("comes back with guild_id and permissions, and is in the server that the token answer names", async () => {
    const { leave, comeBack, emulator, holdfast } = discordWorld()
    const back = await approve(emulator.fetch, await leave({ method: "bot" }), { account: seededIds.secondGuild })
    expect(back.searchParams.get("guild_id")).toBe(seededIds.secondGuild)
    expect(back.searchParams.get("permissions")).toBe("85008")
    expect(await comeBack(back)).toMatchObject({ status: "connected" })
    const [info] = await holdfast.for(ada).list()
    expect(info?.account).toMatchObject({
      id: seededIds.secondGuild,
      label: "Second server",
      data: { guildId: seededIds.secondGuild },
    })
  })

  it("is not believed to be in another one, which the browser's guild_id only hints at", async () => {
    const { walk, holdfast } = discordWorld()
    const view = await walk(
      { method: "bot" },
      {
        arrive(back) {
          back.searchParams.set("guild_id", seededIds.secondGuild)
          return back
        },
      },
    )
    expect(view).toMatchObject({ status: "failed", error: { code: "state_mismatch" } })
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("acts with the app's own token, which nobody is given", async () => {
    const { connect, requests, store } = discordWorld()
    const connection = await connect({ method: "bot" })
    await connection.run("send_message", { channel_id: seededIds.general, content: "hello" })
    expect(requests.at(-1)?.headers.get("authorization")).toBe(`Bot ${emulatorApp.botToken}`)
    expect((await connection.info()).slots.bot).toMatchObject({
      expiresAt: "never",
      scopes: ["bot", "applications.commands", "identify"],
    })
    expect((await endOf(connection.accessToken())).code).not.toBe("ok")
    expect(await connection.unsafe.secret("bot")).toEqual({ guildId: seededIds.guild })
    expect(JSON.stringify(await store.connections.list({ limit: 10 }))).not.toContain(emulatorApp.botToken)
  })

  it("outlives the tokens of the person who added it", async () => {
    const { connect, emulator } = discordWorld()
    const connection = await connect({ method: "bot" })
    for (const { id } of emulator.provider.oauth.grants()) emulator.provider.oauth.revokeGrant(id)
    emulator.clock.advance(60 * week)
    await connection.run("list_channels")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("reaches no other server, though its token would", async () => {
    const { connect, requests, emulator } = discordWorld()
    const connection = await connect({ method: "bot" })
    await connect({ method: "bot", owner: bob }, { account: seededIds.secondGuild })
    expect(await endOf(connection.run("send_message", { channel_id: seededIds.foreign, content: "hello" }))).toEqual({
      code: "resource_not_found",
      providerCode: "10003",
    })
    expect(emulator.provider.channel(seededIds.foreign).messages).toEqual([])
    expect((await connection.run("list_guilds")).guilds.map(({ id }) => id)).toEqual([seededIds.guild])
    const before = requests.length
    expect((await endOf(connection.http.get(`/guilds/${seededIds.secondGuild}`))).code).toBe("forbidden")
    expect(requests).toHaveLength(before)
  })

  it("answers to messages of the same channel", async () => {
    const { connect, emulator } = discordWorld()
    const connection = await connect({ method: "bot" })
    const { id } = await connection.run("send_message", { channel_id: seededIds.general, content: "Who is there?" })
    await connection.run("send_message", { channel_id: seededIds.general, content: "I am.", reply_to: id })
    expect(emulator.provider.channel(seededIds.general).messages[1]).toMatchObject({ content: "I am.", replyTo: id })
    expect((await endOf(connection.run("send_message", { channel_id: seededIds.general }))).code).toBe("input_invalid")
  })

  it("ends when it is removed from the server", async () => {
    const { connect, emulator } = discordWorld()
    const connection = await connect({ method: "bot" })
    emulator.clock.advance(61_000)
    emulator.provider.kick(seededIds.guild)
    expect(await endOf(connection.run("list_channels"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })

  it("does not end when the app's token is another one now: that is the developer's to mend", async () => {
    const emulator = createDiscordEmulator()
    const world = connectorWorld({ connectors: [discord(emulatorApp)], emulator })
    const connection = await world.connect({ method: "bot" })
    emulator.clock.advance(61_000)
    emulator.faults.next({
      on: "*",
      fault: { kind: "status", status: 401, body: { message: "401: Unauthorized", code: 0 } },
      times: "always",
    })
    expect((await endOf(connection.run("list_channels"))).code).not.toBe("ok")
    expect((await connection.info()).status).toBe("degraded")
    emulator.faults.clear()
    emulator.clock.advance(24 * 3_600_000)
    await world.holdfast.scheduler.tick()
    await connection.run("list_channels")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("leaves the server on disconnecting", async () => {
    const { connect, emulator } = discordWorld()
    const connection = await connect({ method: "bot" })
    expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
    expect([...emulator.provider.world.botGuilds]).toEqual([])
  })

  it("needs the bot token before anybody is sent to Discord", async () => {
    const { botToken: _token, ...app } = emulatorApp
    const { begin } = connectorWorld({ connectors: [discord(app)], emulator: createDiscordEmulator() })
    expect((await endOf(begin({ method: "bot" }))).code).toBe("config_invalid")
  })
})

describe("a person's tokens", () => {
  it("are renewed each week, each refresh token shown once (quirk 29, quirk 40)", async () => {
    const { connect, emulator } = discordWorld()
    const connection = await connect({ method: "oauth" })
    expect((await connection.info()).slots.main).toMatchObject({
      expiresAt: emulator.clock.now() + week,
      scopes: ["identify", "guilds"],
    })
    for (let turn = 0; turn < 3; turn++) {
      emulator.clock.advance(week + 1_000)
      await Promise.all(Array.from({ length: 10 }, () => connection.run("get_user")))
    }
    expect(emulator.counters.refreshes).toMatchObject({ issued: 3, mostForOne: 1 })
  })

  it("go by Bearer, and use no bot", async () => {
    const { connect, requests } = discordWorld()
    const connection = await connect({ method: "oauth" })
    await connection.run("list_guilds")
    expect(requests.at(-1)?.headers.get("authorization")).toMatch(/^Bearer /)
    const before = requests.length
    for (const work of [
      connection.run("list_channels"),
      connection.run("send_message", { channel_id: seededIds.general, content: "hello" }),
    ])
      expect((await endOf(work)).code).toBe("scope_missing")
    expect(requests).toHaveLength(before)
  })

  it("are all ended by one revocation, sent as a form", async () => {
    const { connect, emulator, requests } = discordWorld()
    const connection = await connect({ method: "oauth" })
    await connection.disconnect()
    const last = requests.at(-1)
    expect(last?.url).toBe("https://discord.com/api/oauth2/token/revoke")
    expect(last?.headers.get("content-type")).toMatch(/^application\/x-www-form-urlencoded/)
    expect(emulator.provider.oauth.grants().every(({ live }) => live.accessTokens + live.refreshTokens === 0)).toBe(
      true,
    )
  })

  it("list servers page by page", async () => {
    const { connect } = discordWorld()
    const connection = await connect({ method: "oauth" })
    const page = await connection.run("list_guilds", { limit: 1 })
    expect(page).toMatchObject({ guilds: [{ id: seededIds.guild }], after: seededIds.guild })
    expect(await connection.run("list_guilds", { limit: 1, after: page.after })).toEqual({ guilds: [] })
  })
})

describe("limits", () => {
  it.each([
    [
      "retry_after of the body, with its fraction",
      { message: "You are being rate limited.", retry_after: 64.57, global: false },
      64_570,
    ],
    ["x-ratelimit-reset-after, where the body is none of Discord's", "<html>", 12_250],
  ])("are told by %s", async (_where, body, retryAfterMs) => {
    const emulator = createDiscordEmulator()
    const headers = { "retry-after": "65", "x-ratelimit-reset-after": "12.25" }
    const limited = () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status: 429, headers })
    const fetch = async (request: Request) =>
      request.url.endsWith("/channels") ? limited() : await emulator.fetch(request)
    const connection = await connectorWorld({ connectors: [discord(emulatorApp)], emulator, fetch }).connect({
      method: "bot",
    })
    await expect(connection.run("list_channels")).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs },
    })
  })
})

describe("deliveries (table B)", () => {
  const answerOf = async (response: Response) => [response.status, await response.text()]

  it("are interactions, which are answered at once, or events, which are acknowledged with 204", async () => {
    const { connect, deliver, emulator } = discordWorld()
    await connect({ method: "bot" })
    const { provider } = emulator
    if (!first) throw new Error("nobody is there")
    const where = { guildId: seededIds.guild, user: first }
    const send = async (delivery: Parameters<typeof deliver>[0]) =>
      await answerOf(await deliver(delivery, provider.signature))
    expect(await send(provider.interaction(1, where))).toEqual([200, '{"type":1}'])
    expect(await send(provider.interaction(2, where))).toEqual([200, '{"type":5}'])
    expect(await send(provider.interaction(3, where))).toEqual([200, '{"type":6}'])
    expect(await send(provider.interaction(4, where))).toEqual([200, '{"type":8,"data":{"choices":[]}}'])
    expect(await send(provider.interaction(5, where))).toEqual([200, '{"type":5}'])
    expect(await send(provider.event())).toEqual([204, ""])
    expect(await send(provider.event("LOBBY_MESSAGE_CREATE", {}))).toEqual([204, ""])
  })

  it("in a server concern the bot's connection there, with the token to answer with", async () => {
    const { connect, deliver, emulator, holdfast } = discordWorld()
    const connection = await connect({ method: "bot" })
    await connect({ method: "oauth" })
    const heard: unknown[] = []
    holdfast.on(
      "discord",
      "interaction_command",
      ({ connectionId, payload }) => void heard.push([connectionId, payload]),
    )
    if (!second) throw new Error("nobody is there")
    const { provider } = emulator
    await deliver(
      provider.interaction(2, { guildId: seededIds.guild, user: second }, { name: "help" }),
      provider.signature,
    )
    const { id } = await connection.info()
    expect(heard).toMatchObject([[id, { data: { name: "help" }, token: expect.any(String) }]])
  })

  it("end the person's connection when the app is deauthorized, and leave the bot's", async () => {
    const { connect, deliver, emulator } = discordWorld()
    const bot = await connect({ method: "bot" })
    const own = await connect({ method: "oauth" })
    if (!first) throw new Error("nobody is there")
    await deliver(emulator.provider.deauthorize(first), emulator.provider.signature)
    expect(await own.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
    expect(await bot.info()).toMatchObject({ status: "active" })
  })

  it("are refused, which becomes 401, where the app has no key to check them with", async () => {
    const { publicKey: _key, ...app } = emulatorApp
    const emulator = createDiscordEmulator()
    const { deliver } = connectorWorld({ connectors: [discord(app)], emulator })
    expect((await endOf(deliver(emulator.provider.event(), emulator.provider.signature))).code).toBe(
      "webhook_unverified",
    )
  })
})
