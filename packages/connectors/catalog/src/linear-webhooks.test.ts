import { signDelivery } from "@holdfast/emulator"
import { connectorWorld, endOf } from "@holdfast/testing"
import { LinearWebhookClient } from "@linear/sdk/webhooks"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { createLinearEmulator, linearApp, linearKeys, linearOrganization } from "./linear.emulator.js"
import { linear } from "./linear.js"
import { linearEvent, linearSignature } from "./linear-webhooks.emulator.js"

const world = () => connectorWorld({ connectors: [linear(linearApp)], emulator: createLinearEmulator() })
const signature = linearSignature(linearApp.webhookSecret)

describe("deliveries of the application (quirks, part B)", () => {
  it("are refused when webhookTimestamp is more than 60 s away, however well signed", async () => {
    const { connect, deliver, emulator } = world()
    await connect()
    for (const [seconds, code] of [
      [-61, "webhook_unverified"],
      [61, "webhook_unverified"],
      [-59, "ok"],
    ] as const) {
      const at = emulator.clock.now() + seconds * 1_000
      const sent = linearEvent("Issue", "update", linearOrganization.id, at)
      expect(await endOf(deliver(sent, signature)), String(seconds)).toMatchObject({ code })
    }
  })

  it("of another workspace concern nobody here", async () => {
    const { connect, deliver, emulator, holdfast } = world()
    await connect()
    const heard: unknown[] = []
    holdfast.on("linear", "issue_created", ({ connectionId }) => void heard.push(connectionId))
    const at = emulator.clock.now()
    expect((await deliver(linearEvent("Issue", "create", "another-workspace", at), signature)).status).toBe(200)
    expect(heard).toEqual([])
    await deliver(linearEvent("Issue", "create", linearOrganization.id, at + 1), signature)
    expect(heard).toHaveLength(1)
  })

  it("are signed as Linear's own library wants it", async () => {
    const { clock } = createLinearEmulator()
    const at = clock.now()
    vi.useFakeTimers({ now: at, toFake: ["Date"] })
    onTestFinished(() => void vi.useRealTimers())
    const sent = linearEvent("Issue", "create", linearOrganization.id, at)
    const request = await signDelivery(sent, "https://app.example.com/hook", { signature, clock })
    const client = new LinearWebhookClient(linearApp.webhookSecret)
    const body = Buffer.from(await request.arrayBuffer())
    expect(client.verify(body, request.headers.get("linear-signature") ?? "", at)).toBe(true)
  })
})

describe("webhooks by API key", () => {
  it("are an administrator's: others connect, and hear nothing", async () => {
    const { connect, emulator, lines } = world()
    const connection = await connect({ method: "api_key", values: { key: linearKeys.second } })
    expect(await endOf(connection.run("list_teams"))).toEqual({ code: "ok" })
    expect(emulator.provider.webhooks).toEqual([])
    expect(lines.join("")).toContain("may not make webhooks at Linear")
  })

  it("are for issues and comments of all public teams, with a secret of our choice", async () => {
    const { connect, emulator } = world()
    await connect({ method: "api_key", values: { key: linearKeys.first } })
    expect(emulator.provider.webhooks).toMatchObject([{ resourceTypes: ["Issue", "Comment"] }])
    expect(emulator.provider.webhooks[0]?.secret).toMatch(/^[\da-f]{32,}$/)
  })
})
