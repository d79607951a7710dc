import { hmac, type ReceivedEvent, type Verdict } from "@holdfast/core"
import { bob, endOf } from "@holdfast/testing"
import Stripe from "stripe"
import { describe, expect, it } from "vitest"
import { emulatorApp, emulatorLiveApp, type StripeEventOptions, stripeSignature } from "./emulator.js"
import { webhooks } from "./events.js"
import { first, pasted, second, stripeWorld } from "./test-support.js"

const { webhooks: theirs } = new Stripe("sk_test_of_nobody")
const secret = "whsec_of_the_endpoint"
const at = 1_800_000_000
const event = {
  id: "evt_1",
  object: "event",
  account: first.id,
  api_version: "2026-10-28.endive",
  created: at,
  data: { object: { id: "pi_1", object: "payment_intent", amount: 1_000, description: "Grüße ☕" } },
  livemode: false,
  type: "payment_intent.succeeded",
}
const payload = JSON.stringify(event, null, 2)

function verify(
  header: string | undefined,
  body: string | Uint8Array = payload,
  { now = at, signingSecret = secret }: { now?: number; signingSecret?: string } = {},
): Promise<Verdict> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const { clientId } = emulatorApp
  const fields = { clientId, ...(signingSecret && { webhookSecret: signingSecret }) }
  const context = {
    app: { id: `stripe:${clientId}`, clientId, fields, tenantId: null },
    clock: { now: () => now * 1000, monotonic: () => 0 },
    digest: async (text: string) => text,
    fetch: () => Promise.reject(new TypeError("nothing is fetched")),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }
  return webhooks.verify(context, {
    method: "POST",
    url: "https://app.example.com/webhooks/stripe/ca_1",
    headers: new Headers(header === undefined ? {} : { "Stripe-Signature": header }),
    body: bytes,
    text: new TextDecoder().decode(bytes),
  })
}

const signed = (options: Partial<Parameters<typeof theirs.generateTestHeaderString>[0]> = {}) =>
  theirs.generateTestHeaderString({ payload, secret, timestamp: at, ...options })

describe("the signature", () => {
  it("that Stripe's own package makes is taken", async () => {
    expect(await verify(signed())).toMatchObject({
      is: "events",
      events: [{ id: "evt_1", name: "payment_succeeded", accountId: `${first.id}:test`, payload: event }],
    })
  })

  it("of the stand-in is taken by Stripe's own package", async () => {
    const body = new TextEncoder().encode(payload)
    const parts = { method: "POST", url: "https://app.example.com/", body, at: at * 1000, id: "evt_1" }
    const headers = await stripeSignature(secret).sign(parts)
    const header = headers["stripe-signature"] ?? ""
    const read = theirs.constructEvent(payload, header, secret, 300, undefined, at * 1000)
    expect(read).toMatchObject({ id: "evt_1", account: first.id })
    const foreign = await stripeSignature(secret).withForeignSecret().sign(parts)
    const wrong = foreign["stripe-signature"] ?? ""
    expect(() => theirs.constructEvent(payload, wrong, secret, 300, undefined, at * 1000)).toThrow(
      /No signatures found/,
    )
  })

  it("may be one of several, while a secret is rolled", async () => {
    const fits = signed().split(",v1=")[1]
    const other = signed({ secret: "whsec_before" }).split(",v1=")[1]
    expect((await verify(`t=${at},v1=${other},v1=${fits}`)).is).toBe("events")
    expect((await verify(`t=${at},v1=${fits},v1=${other}`)).is).toBe("events")
    expect((await verify(`t=${at}, v1=${fits}, v0=${other}`)).is).toBe("events")
  })

  it("in v0, or of no scheme, proves nothing", async () => {
    const fits = signed().split(",v1=")[1]
    for (const header of [`t=${at},v0=${fits}`, `t=${at},v2=${fits}`, `t=${at},=${fits}`, `t=${at},${fits}`]) {
      expect((await endOf(verify(header))).code, header).toBe("webhook_unverified")
    }
  })

  it("holds for 300 seconds, in both directions", async () => {
    for (const [now, code] of [
      [at + 300, "ok"],
      [at + 301, "webhook_unverified"],
      [at - 300, "ok"],
      [at - 301, "webhook_unverified"],
    ] as const) {
      expect((await endOf(verify(signed(), payload, { now }))).code, `${now - at} s`).toBe(code)
    }
  })

  it("fits nothing else: a cut, repeated, empty or missing header, another body, another secret, none", async () => {
    const header = signed()
    const fits = header.split(",v1=")[1] ?? ""
    const wrong: [string | undefined, string?, string?][] = [
      [undefined],
      [""],
      [`v1=${fits}`],
      [`t=${at}`],
      [`t=${at},v1=`],
      [`t=${at},v1=${fits.slice(0, -1)}`],
      [`t=${at},v1=${fits}00`],
      [`t=${at}x,v1=${fits}`],
      [`t=${at + 1},v1=${fits}`],
      [`t=${at},t=${at},v1=${fits}`],
      [`${header}, ${signed({ secret: "whsec_another" })}`],
      [header, `${payload} `],
      [header, JSON.stringify(event)],
      [header, ""],
      [header, payload, "whsec_another"],
      [header, payload, ""],
    ]
    for (const [given, body, signingSecret = secret] of wrong) {
      const end = await endOf(verify(given, body, { signingSecret }))
      expect(end.code, `${given} ${body}`).toBe("webhook_unverified")
    }
  })

  it("is over the bytes, not over what they decode to", async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])
    const of = async (part: string | Uint8Array) =>
      `t=${at},v1=${await hmac("SHA-256", secret, [`${at}.`, part], "hex")}`
    expect((await endOf(verify(await of(new TextDecoder().decode(bytes)), bytes))).code).toBe("webhook_unverified")
    expect((await verify(await of(bytes), bytes)).is).toBe("events")
  })
})

describe("events", () => {
  const payment = { id: "pi_1", object: "payment_intent" }
  const hear = (world: ReturnType<typeof stripeWorld>, name = "payment_succeeded") => {
    const heard: ReceivedEvent[] = []
    world.holdfast.on("stripe", name, (received) => void heard.push(received))
    return heard
  }

  it("reach the linked account's connection once, however often Stripe tries (S12)", async () => {
    const world = stripeWorld()
    const { id } = await (await world.connect()).info()
    const heard = hear(world)
    const delivery = world.emulator.provider.event("payment_intent.succeeded", payment, { account: first.id })
    await world.deliver(delivery)
    await world.deliver(delivery)
    expect(heard).toMatchObject([
      { connectionId: id, payload: { type: "payment_intent.succeeded", data: { object: payment } } },
    ])
  })

  it("of a test payment are not taken for money in live mode, whose endpoint hears of both", async () => {
    const world = stripeWorld(emulatorLiveApp)
    await world.connect()
    const heard = hear(world)
    const { provider } = world.emulator
    const signature = stripeSignature(emulatorLiveApp.webhookSecret)
    const of = (livemode: boolean) =>
      provider.event("payment_intent.succeeded", payment, { account: first.id, livemode })
    await world.deliver(of(false), signature)
    expect(heard).toEqual([])
    await world.deliver(of(true), signature)
    expect(heard).toMatchObject([{ payload: { livemode: true } }])
  })

  it("of others, of the platform itself, of unknown kinds and shapes concern nobody, and are acknowledged", async () => {
    const world = stripeWorld()
    await world.connect()
    const heard = hear(world)
    const { provider } = world.emulator
    for (const delivery of [
      provider.event("payment_intent.succeeded", payment, { account: second.id }),
      provider.event("payment_intent.succeeded", payment),
      provider.event("payment_intent.created", payment, { account: first.id }),
      provider.event("__proto__", payment, { account: first.id }),
      { body: { id: "evt_2", object: "v2.core.event", type: "v1.billing.meter.no_meter_found" } },
      { body: [] },
      { body: "not JSON" },
    ]) {
      expect((await world.deliver(delivery)).status).toBe(200)
    }
    expect(heard).toEqual([])
  })

  it("do not reach a key of the same account: it was not made with this app (X2)", async () => {
    const world = stripeWorld()
    const key = await (await world.connect({ owner: bob, ...pasted(first.keys.test) })).info()
    const linked = await (await world.connect()).info()
    const heard = hear(world)
    await world.deliver(world.emulator.provider.event("payment_intent.succeeded", payment, { account: first.id }))
    expect(heard.map(({ connectionId }) => connectionId)).toEqual([linked.id])
    expect(key.account.id).toBe(linked.account.id)
  })
})

describe("the end of a link", () => {
  it("is known from account.application.deauthorized, and ended by linking again", async () => {
    const { connect, deliver, emulator } = stripeWorld()
    const connection = await connect()
    await deliver(emulator.provider.disconnect(first.id))
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
    const { id } = await connection.info()
    expect(await (await connect({ reconnect: id })).info()).toMatchObject({ id, status: "active" })
  })

  it("is of this application, account and mode alone", async () => {
    const { connect, deliver, emulator } = stripeWorld()
    const connection = await connect()
    const of = (id: string, options: { account: string; livemode?: boolean }) =>
      deliver(emulator.provider.event("account.application.deauthorized", { id, object: "application" }, options))
    await of("ca_another", { account: first.id })
    await of(emulatorApp.clientId, { account: second.id })
    await of(emulatorApp.clientId, { account: first.id, livemode: true })
    expect((await connection.info()).status).toBe("active")
  })
})

describe("an account's own endpoint", () => {
  it("is made with its key, once, and its secret proves what happens in the account", async () => {
    const { connect, deliver, emulator, holdfast } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    await connect(pasted(first.keys.test))
    const [endpoint, another] = emulator.provider.webhookEndpoints(first.id)
    if (!endpoint) throw new Error("no endpoint was made")
    expect(another).toBeUndefined()
    expect(endpoint.enabled_events).toContain("invoice.paid")
    const heard: ReceivedEvent[] = []
    holdfast.on("stripe", "invoice_paid", (event) => void heard.push(event))
    const invoice = { id: "in_1", object: "invoice" }
    const signature = stripeSignature(endpoint.secret)
    const deliverTo = (options: StripeEventOptions) =>
      deliver(emulator.provider.event("invoice.paid", invoice, options), signature, { url: endpoint.url })
    await deliverTo({})
    expect(heard).toMatchObject([{ connectionId: (await connection.info()).id }])
    // Another account's, and money of the other mode.
    await deliverTo({ account: second.id })
    await deliverTo({ livemode: true })
    expect(heard).toHaveLength(1)
  })

  it("is not there for a restricted key that may not have one", async () => {
    const { connect, emulator, store } = stripeWorld()
    const connection = await connect(pasted("rk_test_emulated_customers_only"))
    const row = await store.connections.get((await connection.info()).id)
    expect(row?.detail.webhooks).toMatchObject({ state: "made", subscriptions: [] })
    expect(emulator.provider.webhookEndpoints(first.id)).toEqual([])
  })

  it("whose secret was lost with the answer is removed and made again at the same address", async () => {
    const { connect, emulator, holdfast, store } = stripeWorld()
    emulator.faults.next({ on: "webhook_endpoints.create", fault: { kind: "drop_after" } })
    const connection = await connect(pasted(first.keys.test))
    const [lost] = emulator.provider.webhookEndpoints(first.id)
    emulator.clock.advance(600_000)
    await holdfast.scheduler.tick()
    const [endpoint, another] = emulator.provider.webhookEndpoints(first.id)
    expect(another).toBeUndefined()
    expect(endpoint?.url).toBe(lost?.url)
    expect(endpoint?.id).not.toBe(lost?.id)
    const row = await store.connections.get((await connection.info()).id)
    expect(row?.detail.webhooks?.subscriptions).toMatchObject([{ data: { id: endpoint?.id } }])
  })

  it("whose address was lost is removed, and another made", async () => {
    const { connect, emulator, store } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const row = await store.connections.get((await connection.info()).id)
    await store.documents.delete(`webhook-address:${row?.detail.webhooks?.address}`)
    const [lost] = emulator.provider.webhookEndpoints(first.id)
    await connect(pasted(first.keys.test))
    const [endpoint, another] = emulator.provider.webhookEndpoints(first.id)
    expect(another).toBeUndefined()
    expect(endpoint?.url).not.toBe(lost?.url)
  })
})
