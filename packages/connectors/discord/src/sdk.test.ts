import { REST } from "@discordjs/rest"
import { verifyKey } from "discord-interactions"
import { describe, expect, it } from "vitest"
import { createDiscordEmulator, emulatorApp, seededIds } from "./emulator.js"
import { discordWorld } from "./test-support.js"

// The libraries that bots are written with against the stand-in: what they refuse, that has wrong.

type RestFetch = NonNullable<NonNullable<ConstructorParameters<typeof REST>[0]>["makeRequest"]>

function restOver(fetch: (url: string, init: RequestInit) => Promise<Response>): REST {
  const makeRequest = (async (url, init) => await fetch(url, init as RequestInit)) as RestFetch
  return new REST({ version: "10", makeRequest, retries: 0 })
}

describe("@discordjs/rest", () => {
  it("reads and writes as the bot", async () => {
    const emulator = createDiscordEmulator()
    emulator.provider.world.botGuilds.add(seededIds.guild)
    const rest = restOver(emulator.fetch).setToken(emulatorApp.botToken)
    expect(await rest.get("/users/@me")).toMatchObject({ bot: true })
    expect(await rest.get(`/guilds/${seededIds.guild}/channels`)).toMatchObject([
      { name: "general" },
      { name: "rules" },
      { type: 4 },
    ])
    expect(await rest.post(`/guilds/${seededIds.guild}/channels`, { body: { name: "New project" } })).toMatchObject({
      name: "new-project",
    })
    const message = await rest.post(`/channels/${seededIds.general}/messages`, { body: { content: "hello" } })
    expect(message).toMatchObject({ channel_id: seededIds.general, content: "hello" })
  })

  it("sees Discord's errors: status and code", async () => {
    const emulator = createDiscordEmulator()
    const rest = restOver(emulator.fetch).setToken(emulatorApp.botToken)
    await expect(rest.get(`/guilds/${seededIds.guild}`)).rejects.toMatchObject({ status: 404, code: 10004 })
    emulator.provider.world.botGuilds.add(seededIds.guild)
    const post = (channel: string, body: object) => rest.post(`/channels/${channel}/messages`, { body })
    await expect(post(seededIds.readOnly, { content: "hello" })).rejects.toMatchObject({ status: 403, code: 50013 })
    await expect(post(seededIds.general, { content: "x".repeat(2_001) })).rejects.toMatchObject({
      status: 400,
      code: 50035,
    })
    const wrong = restOver(emulator.fetch).setToken("another")
    await expect(wrong.get("/users/@me")).rejects.toMatchObject({ status: 401 })
  })

  it("goes through a connection, without a token of its own", async () => {
    const { connect } = discordWorld()
    const connection = await connect({ method: "bot" })
    const rest = restOver((url, init) => connection.fetch(url, init))
    expect(await rest.get(`/guilds/${seededIds.guild}`, { auth: false })).toMatchObject({ name: "First server" })
  })
})

describe("discord-interactions", () => {
  it("takes the stand-in's signature, and no other", async () => {
    const { provider, clock } = createDiscordEmulator()
    const body = new TextEncoder().encode(JSON.stringify({ type: 1 }))
    const parts = { method: "POST", url: "https://app.example.com", body, at: clock.now(), id: "1" }
    const check = async ({ sign }: typeof provider.signature) => {
      const signed = await sign(parts)
      return await verifyKey(
        body,
        signed["x-signature-ed25519"] ?? "",
        signed["x-signature-timestamp"] ?? "",
        emulatorApp.publicKey,
      )
    }
    expect(await check(provider.signature)).toBe(true)
    expect(await check(provider.signature.withForeignSecret())).toBe(false)
  })
})
