import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { asanaApp, asanaTokens, createAsanaEmulator } from "./asana.emulator.js"
import { asana } from "./asana.js"
import { asanaHeartbeat, asanaSignature, asanaTaskEvent } from "./asana-webhooks.emulator.js"

/** A world in which Asana reaches the address that it was given. */
function reachable(answer?: (request: Request) => Promise<Response>) {
  const emulator = createAsanaEmulator({ handshake: (request) => (answer ?? receive)(request) })
  const world = connectorWorld({ connectors: [asana(asanaApp)], emulator })
  async function receive(request: Request): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer())
    const { method, url, headers } = request
    const key = new URL(url).pathname.split("/").at(-1) ?? ""
    const delivery = { method, url, headers, body, text: new TextDecoder().decode(body) }
    return (await world.holdfast.webhooks.receive("asana", key, delivery)).response
  }
  return { ...world, receive }
}

describe("the handshake of a new webhook (quirks, part B)", () => {
  it("is answered while the webhook is being asked for, and its secret proves what comes", async () => {
    const { connect, deliver, emulator, holdfast } = reachable()
    const connection = await connect()
    const { id } = await connection.info()
    const [webhook] = emulator.provider.webhooks
    if (!webhook) throw new Error("Asana was asked for no webhook")
    const heard: unknown[] = []
    holdfast.on("asana", "task_changed", ({ connectionId, payload }) => void heard.push([connectionId, payload]))
    const sent = asanaTaskEvent("changed")
    const response = await deliver(sent, asanaSignature(webhook.secret), { url: webhook.target })
    expect(response.status).toBe(200)
    expect(heard).toMatchObject([[id, { change: { field: "due_on" } }]])
  })

  it("is refused at any other time: nobody plants a secret of their own", async () => {
    const { connect, emulator, receive } = reachable()
    await connect()
    emulator.clock.advance(3_600_000)
    const headers = { "x-hook-secret": "b".repeat(64) }
    const target = emulator.provider.webhooks[0]?.target ?? ""
    const planted = receive(new Request(target, { method: "POST", headers, body: "{}" }))
    expect(await endOf(planted)).toMatchObject({ code: "webhook_unverified" })
  })

  it("that nobody answers leaves a connection without webhooks, and they are asked for again", async () => {
    let isUp = false
    const { connect, emulator, holdfast, receive } = reachable(async (request) =>
      isUp ? await receive(request) : new Response(null, { status: 502 }),
    )
    const connection = await connect({ method: "personal_token", values: { key: asanaTokens.first } })
    expect(emulator.provider.webhooks).toEqual([])
    expect(await endOf(connection.run("list_workspaces"))).toEqual({ code: "ok" })
    isUp = true
    emulator.clock.advance(3_600_000)
    await holdfast.scheduler.tick()
    expect(emulator.provider.webhooks).toHaveLength(1)
  })
})

describe("deliveries", () => {
  it("without events are heartbeats, and acknowledged", async () => {
    const { connect, deliver, emulator } = reachable()
    await connect()
    const { target = "", secret = "" } = emulator.provider.webhooks[0] ?? {}
    expect((await deliver(asanaHeartbeat, asanaSignature(secret), { url: target })).status).toBe(200)
  })

  it("cost nothing where consent has no scope for them", async () => {
    const { connect, emulator } = reachable()
    const scopes = ["users:read", "workspaces:read", "projects:read", "tasks:read"]
    await connect({ scopes })
    expect(emulator.provider.webhooks).toEqual([])
  })
})
