import { hmac, type ReceivedEvent, type Verdict } from "@holdfast/core"
import { deliveryVariants, signDelivery } from "@holdfast/emulator"
import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { slackSignature } from "./emulator.js"
import { webhooks } from "./events.js"
import { slackWorld } from "./test-support.js"

const first = "T0000000A1"
const bot = "U0BOT0000000A1"
const both = { userScopes: ["im:history"] }
const message = { type: "message", channel: "C0000000A1", ts: "1.000001", user: "U0000000A2", text: "hello" }

// The example that Slack publishes: https://docs.slack.dev/authentication/verifying-requests-from-slack
const published = {
  secret: "8f742231b10e8888abcd99yyyzzz85a5",
  timestamp: "1531420618",
  signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
}

function verify(
  headers: HeadersInit,
  body: string | Uint8Array,
  { at = Number(published.timestamp), secret = published.secret }: { at?: number; secret?: string } = {},
): Promise<Verdict> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const fields = { clientId: "1.2", ...(secret && { signingSecret: secret }) }
  const context = {
    app: { id: "slack:1.2", clientId: "1.2", fields, tenantId: null },
    clock: { now: () => at * 1000, monotonic: () => 0 },
    digest: async (text: string) => text,
    fetch: () => Promise.reject(new TypeError("nothing is fetched")),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }
  const text = new TextDecoder().decode(bytes)
  return webhooks.verify(context, {
    method: "POST",
    url: "https://app.example.com/webhooks/slack/1.2",
    headers: new Headers(headers),
    body: bytes,
    text,
  })
}

const signed = { "x-slack-signature": published.signature, "x-slack-request-timestamp": published.timestamp }

describe("the signature", () => {
  it("is the one that Slack publishes, at both ends", async () => {
    const { "x-slack-signature": made } = await slackSignature(published.secret).sign({
      method: "POST",
      url: "https://app.example.com/",
      body: new TextEncoder().encode(published.body),
      at: Number(published.timestamp) * 1000,
      id: "1",
    })
    expect(made).toBe(published.signature)
    // A command is no event: proved, and of no concern here.
    expect(await verify(signed, published.body)).toEqual({ is: "events", events: [] })
  })

  it("holds for 300 seconds, in both directions", async () => {
    const at = Number(published.timestamp)
    for (const late of [300, -300]) expect((await verify(signed, published.body, { at: at + late })).is).toBe("events")
    for (const late of [301, -301]) {
      expect((await endOf(verify(signed, published.body, { at: at + late }))).code).toBe("webhook_unverified")
    }
  })

  it("is refused when anything is missing, changed, doubled or shortened", async () => {
    const { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp } = signed
    const wrong: [HeadersInit, string][] = [
      [{}, published.body],
      [{ "x-slack-signature": signature }, published.body],
      [{ "x-slack-request-timestamp": timestamp }, published.body],
      [{ ...signed, "x-slack-signature": signature.slice(0, -1) }, published.body],
      [{ ...signed, "x-slack-signature": signature.toUpperCase() }, published.body],
      [{ ...signed, "x-slack-signature": signature.slice(3) }, published.body],
      [{ ...signed, "x-slack-request-timestamp": "1531420619" }, published.body],
      [{ ...signed, "x-slack-request-timestamp": " 1531420618.0" }, published.body],
      [{ ...signed, "x-slack-request-timestamp": "NaN" }, published.body],
      [[...Object.entries(signed), ["x-slack-signature", "v0=other"]], published.body],
      [[...Object.entries(signed), ["x-slack-request-timestamp", "1"]], published.body],
      [signed, `${published.body} `],
      [signed, ""],
    ]
    for (const [headers, body] of wrong) {
      expect((await endOf(verify(headers, body))).code, JSON.stringify(headers)).toBe("webhook_unverified")
    }
    expect((await endOf(verify(signed, published.body, { secret: "" }))).code).toBe("webhook_unverified")
  })

  it("is over the bytes, not over what they decode to", async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])
    const of = async (parts: (string | Uint8Array)[]) =>
      `v0=${await hmac("SHA-256", published.secret, [`v0:${published.timestamp}:`, ...parts], "hex")}`
    const decoded = { ...signed, "x-slack-signature": await of([new TextDecoder().decode(bytes)]) }
    expect((await endOf(verify(decoded, bytes))).code).toBe("webhook_unverified")
    expect((await verify({ ...signed, "x-slack-signature": await of([bytes]) }, bytes)).is).toBe("events")
  })
})

describe("the handshake (X7)", () => {
  it("echoes the challenge as plain text when it is signed, and only then", async () => {
    const { deliver, emulator, holdfast } = slackWorld()
    const delivery = emulator.provider.urlVerification("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")
    const response = await deliver(delivery)
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8")
    expect(await response.text()).toBe("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")

    const app = await holdfast.apps.resolve(ada.tenantId, "slack")
    const { genuine: _, ...flawed } = await deliveryVariants(delivery, holdfast.webhooks.url("slack", app.id), {
      signature: emulator.provider.signature,
      clock: emulator.clock,
    })
    for (const [flaw, request] of Object.entries(flawed)) {
      const body = new Uint8Array(await request.arrayBuffer())
      const { url, method, headers } = request
      const arrived = { url, method, headers, body, text: new TextDecoder().decode(body) }
      const end = endOf(holdfast.webhooks.receive("slack", holdfast.apps.keyOf(app), arrived))
      expect((await end).code, flaw).toBe("webhook_unverified")
    }
  })
})

describe("events", () => {
  it("reach the workspace's connection once, however often Slack tries", async () => {
    const { connect, deliver, emulator, holdfast } = slackWorld()
    const { id } = await (await connect()).info()
    const heard: ReceivedEvent[] = []
    holdfast.on("slack", "message", (event) => void heard.push(event))
    const delivery = emulator.provider.event(first, message)
    await deliver(delivery)
    await deliver({ ...delivery, headers: { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" } })
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatchObject({ connectionId: id, name: "message", payload: { text: "hello" } })
  })

  it("of another workspace, of no kind we know, or of another shape concern nobody, and are acknowledged", async () => {
    const { connect, deliver, emulator, holdfast } = slackWorld()
    await connect()
    const heard: ReceivedEvent[] = []
    holdfast.on("slack", "message", (event) => void heard.push(event))
    const { provider } = emulator
    for (const delivery of [
      provider.event("T0000000B1", message),
      provider.event(first, { type: "emoji_changed" }),
      provider.event(first, { type: "message" }),
      { body: { type: "app_rate_limited", team_id: first, minute_rate_limited: 1 } },
      { body: [] },
    ]) {
      expect((await deliver(delivery)).status).toBe(200)
    }
    expect(heard).toEqual([])
  })

  it("that Slack sends for one person's token go to nobody else's connection", async () => {
    const world = slackWorld(both)
    const mine = await (await world.connect()).info()
    await world.connect({ owner: bob }, { account: "U0000000A2" })
    const heard: ReceivedEvent[] = []
    world.holdfast.on("slack", "message", (event) => void heard.push(event))
    const secret = { ...message, channel: "D1", text: "between us" }
    await world.deliver(world.emulator.provider.event(first, secret, { userId: "U0000000A1" }))
    expect(heard.map(({ connectionId }) => connectionId)).toEqual([mine.id])
    await world.deliver(world.emulator.provider.event(first, message))
    expect(heard).toHaveLength(3)
  })

  it("reach a person's own connection where there is no bot", async () => {
    const world = slackWorld({ botScopes: [], userScopes: ["im:history"] })
    const { id } = await (await world.connect()).info()
    const heard: ReceivedEvent[] = []
    world.holdfast.on("slack", "message", (event) => void heard.push(event))
    await world.deliver(world.emulator.provider.event(first, message, { userId: "U0000000A1" }))
    await world.deliver(world.emulator.provider.event(first, message, { userId: "U0000000A2" }))
    expect(heard.map(({ connectionId }) => connectionId)).toEqual([id])
  })
})

describe("the end of an installation", () => {
  it("is known from the deliveries of an uninstall, and ended by connecting again", async () => {
    const { connect, deliver, emulator } = slackWorld(both)
    const connection = await connect()
    for (const delivery of emulator.provider.uninstall(first)) await deliver(delivery)
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
    const { id } = await connection.info()
    expect(await (await connect({ reconnect: id })).info()).toMatchObject({ id, status: "active" })
  })

  it("is of the token that was revoked: the bot stays when a person leaves", async () => {
    const { connect, deliver, emulator } = slackWorld(both)
    const connection = await connect()
    const revoked = (tokens: object) => deliver(emulator.provider.event(first, { type: "tokens_revoked", tokens }))
    await revoked({ oauth: ["U0000000A2"], bot: [] })
    expect((await connection.info()).status).toBe("active")
    await revoked({ oauth: ["U0000000A1"] })
    const { slots } = await connection.info()
    expect(slots).toMatchObject({ bot: { status: "active" }, user: { status: "needs_reauth" } })
    expect(await connection.accessToken()).toMatch(/xoxb/)
    await revoked({ bot: [bot] })
    expect((await connection.info()).slots.bot?.status).toBe("needs_reauth")
  })

  it("of a person's own connection is that person's alone", async () => {
    const world = slackWorld({ botScopes: [], userScopes: ["im:history"] })
    const mine = await world.connect()
    const theirs = await world.connect({}, { account: "U0000000A2" })
    const tokens = { oauth: ["U0000000A2"] }
    await world.deliver(world.emulator.provider.event(first, { type: "tokens_revoked", tokens }))
    expect((await mine.info()).status).toBe("active")
    expect((await theirs.info()).status).toBe("needs_reauth")
  })

  it("cannot be claimed with the secret of another app (X2)", async () => {
    const { connect, emulator, holdfast } = slackWorld()
    const connection = await connect()
    const app = await holdfast.apps.resolve(ada.tenantId, "slack")
    const request = await signDelivery(
      emulator.provider.event(first, { type: "app_uninstalled" }),
      holdfast.webhooks.url("slack", app.id),
      { signature: emulator.provider.signature, clock: emulator.clock, flaw: "foreign" },
    )
    const body = new Uint8Array(await request.arrayBuffer())
    const { url, method, headers } = request
    const arrived = { url, method, headers, body, text: new TextDecoder().decode(body) }
    expect((await endOf(holdfast.webhooks.receive("slack", holdfast.apps.keyOf(app), arrived))).code).toBe(
      "webhook_unverified",
    )
    expect((await connection.info()).status).toBe("active")
  })
})
