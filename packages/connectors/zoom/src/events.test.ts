import { hmac, type ReceivedEvent } from "@holdfast/core"
import { bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { emulatorApp } from "./emulator.js"
import { webhooks } from "./events.js"
import { zoomWorld } from "./test-support.js"

const owner = "u-FirstOwner-00000001"
const member = "u-FirstMember-0000003"
const meeting = { id: "81000000001", uuid: "abc==", topic: "Weekly" }
const flaws = ["tampered", "foreign", "stale", "unsigned", "duplicated"] as const

describe("the signature", () => {
  const secret = "a-secret-token"
  const at = 1_749_365_726
  const body = '{"event":"meeting.started","payload":{}}'
  const verify = (headers: HeadersInit, nowSeconds = at, secretToken = secret) =>
    webhooks.verify(
      {
        app: {
          id: "zoom:1",
          clientId: "1",
          fields: { clientId: "1", ...(secretToken && { secretToken }) },
          tenantId: null,
        },
        clock: { now: () => nowSeconds * 1_000, monotonic: () => 0 },
        digest: async (text) => text,
        fetch: () => Promise.reject(new TypeError("nothing is fetched")),
        log: { debug() {}, info() {}, warn() {}, error() {} },
      },
      {
        method: "POST",
        url: "https://app.example.com/",
        headers: new Headers(headers),
        body: new TextEncoder().encode(body),
        text: body,
      },
    )
  const signed = async (timestamp: string) => ({
    "x-zm-request-timestamp": timestamp,
    "x-zm-signature": `v0=${await hmac("SHA-256", secret, [`v0:${timestamp}:${body}`], "hex")}`,
  })

  it("holds for 300 seconds, by a timestamp in seconds or milliseconds", async () => {
    for (const timestamp of [`${at}`, `${at}209`]) {
      const headers = await signed(timestamp)
      expect((await verify(headers, at + 299)).is).toBe("events")
      expect((await endOf(verify(headers, at + 302))).code).toBe("webhook_unverified")
      expect((await endOf(verify(headers, at - 302))).code).toBe("webhook_unverified")
    }
  })

  it("is refused when anything is missing, doubled or shortened, or no secret token is saved", async () => {
    const headers = await signed(`${at}`)
    const signature = headers["x-zm-signature"]
    for (const wrong of [
      {},
      { "x-zm-signature": signature },
      { "x-zm-request-timestamp": `${at}` },
      { ...headers, "x-zm-signature": signature.slice(0, -1) },
      { ...headers, "x-zm-signature": signature.slice(3) },
      { ...headers, "x-zm-request-timestamp": "soon" },
      [...Object.entries(headers), ["x-zm-signature", "v0=other"]] as [string, string][],
    ]) {
      expect((await endOf(verify(wrong as HeadersInit))).code, JSON.stringify(wrong)).toBe("webhook_unverified")
    }
    expect((await endOf(verify(headers, at, ""))).code).toBe("webhook_unverified")
  })
})

describe("the handshake (X7)", () => {
  it("answers a plainToken with its signature, when it is signed itself", async () => {
    const { deliver, emulator } = zoomWorld()
    const plainToken = "qgg8vlvZRS6UYooatFL8Aw"
    const response = await deliver(emulator.provider.urlValidation(plainToken))
    expect(response.status).toBe(200)
    const encryptedToken = await hmac("SHA-256", emulatorApp.secretToken, [plainToken], "hex")
    expect(await response.json()).toEqual({ plainToken, encryptedToken })
    const { signature, urlValidation } = emulator.provider
    for (const flaw of flaws) {
      const end = await endOf(deliver(urlValidation(plainToken), signature, { flaw }))
      expect(end.code, flaw).toBe("webhook_unverified")
    }
  })

  it("signs nothing that could be a delivery, not even for Zoom", async () => {
    const { deliver, emulator } = zoomWorld()
    const forged = `v0:1749365726:${JSON.stringify({ event: "app_deauthorized" })}`
    for (const plainToken of [forged, "v0:1:x", "", "a b", "a\n", "é", "x".repeat(65)]) {
      const end = await endOf(deliver(emulator.provider.urlValidation(plainToken)))
      expect(end.code, plainToken).toBe("webhook_unverified")
    }
    const notText = { body: { event: "endpoint.url_validation", payload: { plainToken: { toString: "x" } } } }
    expect((await endOf(deliver(notText))).code).toBe("webhook_unverified")
  })
})

describe("events", () => {
  it("reach the connection of the meeting's host once, however often Zoom tries", async () => {
    const world = zoomWorld()
    const mine = await (await world.connect()).info()
    await world.connect({ owner: bob }, { account: member })
    const heard: ReceivedEvent[] = []
    world.holdfast.on("zoom", "meeting_started", (event) => void heard.push(event))
    const delivery = world.emulator.provider.event("meeting.started", owner, meeting)
    await world.deliver(delivery)
    await world.deliver(delivery)
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatchObject({ connectionId: mine.id, payload: { object: { topic: "Weekly" } } })
    world.emulator.clock.advance(1_000)
    await world.deliver(world.emulator.provider.event("meeting.started", owner, meeting))
    expect(heard, "the same meeting, started again").toHaveLength(2)
  })

  it("of people and of kinds that we do not know are acknowledged", async () => {
    const { connect, deliver, emulator } = zoomWorld()
    await connect()
    const { provider } = emulator
    for (const delivery of [
      provider.event("meeting.started", "u-SecondOwner-0000002", meeting),
      provider.event("user.disassociated", owner, {}),
      { body: { event: "app.something", payload: { account_id: "a" } } },
      { body: "not JSON" },
      { body: [] },
    ]) {
      expect((await deliver(delivery)).status).toBe(200)
    }
  })
})

describe("deauthorization", () => {
  it("ends the connection of who has removed the app, and nobody else's", async () => {
    const { connect, deliver, emulator } = zoomWorld()
    const mine = await connect()
    const theirs = await connect({}, { account: member })
    await deliver(emulator.provider.deauthorize(owner))
    expect(await mine.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider", actor: "end_user" })
    expect((await theirs.info()).status).toBe("active")
    const { id } = await mine.info()
    expect(await (await connect({ reconnect: id })).info()).toMatchObject({ id, status: "active" })
  })

  it("cannot be claimed by a stranger", async () => {
    const { connect, deliver, emulator } = zoomWorld()
    const connection = await connect()
    const { deauthorize, signature } = emulator.provider
    for (const flaw of flaws) {
      const end = await endOf(deliver(deauthorize("u-SecondOwner-0000002"), signature, { flaw }))
      expect(end.code, flaw).toBe("webhook_unverified")
    }
    expect((await connection.info()).status).toBe("active")
  })
})
