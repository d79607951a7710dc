import { describe, expect, it } from "vitest"
import { z } from "zod"
import { HoldfastError } from "../errors.js"
import type { ReceivedEvent } from "../holdfast.js"
import type { Delivery, Webhooks } from "../webhook.js"
import { ada, app, bench, url } from "./bench.js"

const admin = { ...ada, admin: true }

/** Signed by naming the secret: what is tried here is who is a candidate, not how a signature is made. */
function signedWebhooks(more: Partial<Webhooks> = {}): Webhooks {
  return {
    scheme: "the secret itself",
    async verify({ app: { fields } }, { headers, text }) {
      if (headers.get("x-signature") !== fields.clientSecret) throw new HoldfastError("webhook_unverified")
      const { id, name, account, payload } = JSON.parse(text)
      return { is: "events", events: [{ id, name, accountId: account, payload }] }
    },
    events: {
      pinged: { summary: "Somebody pinged", payload: z.object({ text: z.string() }) },
      gone: { summary: "The grant has ended", payload: z.unknown() },
    },
    ends: (event) => event.name === "gone",
    ...more,
  }
}

function delivery(body: unknown, secret: string = app.clientSecret): Delivery {
  const text = JSON.stringify(body)
  return {
    method: "POST",
    url: `${url}/webhooks/acme/x`,
    headers: new Headers({ "x-signature": secret }),
    body: new TextEncoder().encode(text),
    text,
  }
}

const ping = { id: "d1", name: "pinged", account: "U1", payload: { text: "hello" } }

describe("a verified delivery", () => {
  it("reaches the handler once for each connection of the account, with its owner", async () => {
    const { connect, holdfast } = bench({ connector: { webhooks: signedWebhooks() } })
    const mine = await connect()
    const theirs = await connect({ owner: { tenantId: "t2", userId: "bob" } })
    await connect({ account: "U2" })
    const seen: ReceivedEvent[] = []
    holdfast.on("acme", "pinged", (event) => void seen.push(event))
    await (await holdfast.webhooks.receive("acme", app.clientId, delivery(ping))).settled
    expect(
      seen.map(({ connectionId, owner, payload }) => ({ connectionId, tenantId: owner.tenantId, payload })),
    ).toEqual(
      expect.arrayContaining([
        { connectionId: mine.connectionId, tenantId: "t1", payload: { text: "hello" } },
        { connectionId: theirs.connectionId, tenantId: "t2", payload: { text: "hello" } },
      ]),
    )
    expect(seen).toHaveLength(2)
  })

  it("is taken once, however often the provider sends it", async () => {
    const { connect, holdfast } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect()
    let seen = 0
    holdfast.on("acme", "pinged", () => void seen++)
    const receipts = await Promise.all(
      Array.from({ length: 5 }, () => holdfast.webhooks.receive("acme", app.clientId, delivery(ping))),
    )
    await Promise.all(receipts.map((receipt) => receipt.settled))
    expect(seen).toBe(1)
    expect(receipts.every((receipt) => receipt.response.status === 200)).toBe(true)
  })

  it("is answered before its handlers are done, and their failures are their own", async () => {
    const { connect, holdfast } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect()
    let others = 0
    holdfast.on("acme", "pinged", () => Promise.reject(new Error("a handler's mistake")))
    holdfast.on("acme", "pinged", () => void others++)
    const { response, settled } = await holdfast.webhooks.receive("acme", app.clientId, delivery(ping))
    expect(response.status).toBe(200)
    await settled
    expect(others).toBe(1)
  })

  it("whose handler failed comes again with the scheduler, sealed meanwhile, until it is taken", async () => {
    const { connect, holdfast, store, time } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect()
    let failures = 2
    const seen: unknown[] = []
    holdfast.on("acme", "pinged", ({ payload }) => {
      if (failures-- > 0) throw new Error("a handler's mistake")
      seen.push(payload)
    })
    await (await holdfast.webhooks.receive("acme", app.clientId, delivery(ping))).settled
    const kept = await store.documents.list("failed-event:", undefined, 10)
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain("hello")
    const tickAfter = async (ms: number) => {
      time.advance(ms)
      await time.settle(holdfast.scheduler.tick())
    }
    await tickAfter(1_000)
    expect(failures).toBe(1)
    await tickAfter(60_000)
    expect(failures).toBe(0)
    await tickAfter(60_000)
    expect(seen).toEqual([])
    await tickAfter(60_000)
    await tickAfter(3_600_000)
    expect(seen).toEqual([{ text: "hello" }])
    expect(await store.documents.list("failed-event:", undefined, 10)).toEqual([])
  })

  it("whose handler always fails is given up, and another process's handlers are waited for", async () => {
    const { connect, holdfast, make, store, time } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect()
    let tries = 0
    holdfast.on("acme", "pinged", () => {
      tries++
      throw new Error("a handler's mistake")
    })
    await (await holdfast.webhooks.receive("acme", app.clientId, delivery(ping))).settled
    time.advance(120_000)
    await time.settle(make().scheduler.tick())
    expect(tries).toBe(1)
    for (let round = 0; round < 60; round++) {
      time.advance(3_600_000)
      await time.settle(holdfast.scheduler.tick())
    }
    expect(tries).toBe(1 + 10)
    expect(await store.documents.list("failed-event:", undefined, 10)).toEqual([])
  })

  it("is taken under the secret before the newest, while it is rolled out", async () => {
    const { connect, make } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect()
    const rolled = make({
      env: {
        ACME_CLIENT_ID: app.clientId,
        ACME_CLIENT_SECRET: "newest",
        ACME_CLIENT_SECRET_PREVIOUS: app.clientSecret,
      },
    })
    let seen = 0
    rolled.on("acme", "pinged", () => void seen++)
    await (await rolled.webhooks.receive("acme", app.clientId, delivery(ping))).settled
    await (await rolled.webhooks.receive("acme", app.clientId, delivery({ ...ping, id: "d2" }, "newest"))).settled
    expect(seen).toBe(2)
    await expect(rolled.webhooks.receive("acme", app.clientId, delivery(ping, "guess"))).rejects.toMatchObject({
      code: "webhook_unverified",
    })
  })

  it("C13: that says the grant has ended makes the connection need authorising again", async () => {
    const { connect, holdfast, rows } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect()
    await (await holdfast.webhooks.receive("acme", app.clientId, delivery({ ...ping, name: "gone" }))).settled
    expect((await rows())[0]).toMatchObject({
      status: "needs_reauth",
      detail: { slots: { main: { reason: "ended_by_provider" } } },
    })
    await expect(
      holdfast
        .for(ada)
        .get("acme")
        .then((connection) => connection.accessToken()),
    ).rejects.toMatchObject({ code: "reauth_required" })
  })
})

describe("a delivery that proves nothing", () => {
  it("that names a place instead of an account goes to the connections that it concerns, and to none where it does not say", async () => {
    const place = (concerns?: string): Webhooks => ({
      ...signedWebhooks(),
      async verify() {
        const event = { name: "pinged", payload: { text: "hello" } }
        return {
          is: "events",
          events: [{ ...event, ...(concerns && { concerns: ({ id }: { id: string }) => id === concerns }) }],
        }
      },
    })
    for (const [webhooks, reached] of [
      [place("U2"), 1],
      [place(), 0],
    ] as const) {
      const { connect, holdfast } = bench({ connector: { webhooks } })
      await connect()
      const other = await connect({ account: "U2" })
      const seen: string[] = []
      holdfast.on("acme", "pinged", ({ connectionId }) => void seen.push(connectionId))
      await (await holdfast.webhooks.receive("acme", app.clientId, delivery(ping))).settled
      expect(seen).toEqual(reached === 1 ? [other.connectionId] : [])
    }
  })

  it("can be proved with a key that the provider publishes", async () => {
    const asked: string[] = []
    const { connect, holdfast } = bench({
      connector: {
        webhooks: signedWebhooks({
          async verify({ fetch }) {
            asked.push(typeof fetch)
            return { is: "events", events: [] }
          },
        }),
      },
    })
    await connect()
    await holdfast.webhooks.receive("acme", app.clientId, delivery(ping))
    expect(asked).toEqual(["function"])
  })

  it("is refused: wrong secret, unknown app, unknown connector", async () => {
    const { holdfast } = bench({ connector: { webhooks: signedWebhooks() } })
    await expect(holdfast.webhooks.receive("acme", app.clientId, delivery(ping, "guess"))).rejects.toMatchObject({
      code: "webhook_unverified",
    })
    await expect(holdfast.webhooks.receive("acme", "no-such-app", delivery(ping))).rejects.toMatchObject({
      code: "connector_unknown",
    })
    await expect(holdfast.webhooks.receive("nobody", app.clientId, delivery(ping))).rejects.toMatchObject({
      code: "connector_unknown",
    })
  })

  it("X2: a tenant that saves the same client id with a secret of its own reaches nobody else's rows", async () => {
    const { connect, holdfast } = bench({ connector: { webhooks: signedWebhooks() } })
    await connect({ owner: { tenantId: "t2", userId: "bob" } })
    await holdfast.apps.save(admin, "acme", { clientId: app.clientId, clientSecret: "of-the-attacker" })
    const forged = await holdfast.apps.resolve("t1", "acme")
    let seen = 0
    holdfast.on("acme", "pinged", () => void seen++)
    // Under the shared address the attacker's secret proves nothing; under its own it reaches only its own connections.
    await expect(
      holdfast.webhooks.receive("acme", app.clientId, delivery(ping, "of-the-attacker")),
    ).rejects.toMatchObject({ code: "webhook_unverified" })
    await (await holdfast.webhooks.receive("acme", holdfast.apps.keyOf(forged), delivery(ping, "of-the-attacker")))
      .settled
    expect(seen).toBe(0)
  })
})

describe("webhooks that a connection wants", () => {
  it("are made after the commit, made again by the scheduler when that failed, and removed on disconnect", async () => {
    const made: string[] = []
    let failures = 1
    const webhooks = signedWebhooks({
      async subscribe(_call, { url: target }) {
        if (failures-- > 0) throw new Error("not now")
        made.push(target)
        return [{ data: { id: "h1" } }]
      },
      async unsubscribe(_call, subscriptions) {
        made.splice(0, subscriptions.length)
      },
    })
    const { connect, holdfast, mine, rows, time } = bench({ connector: { webhooks } })
    const { connectionId = "" } = await connect()
    await time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
    expect((await rows())[0]?.detail.webhooks).toMatchObject({ state: "wanted", tries: 1 })
    time.advance(10 * 60_000)
    await time.settle(holdfast.scheduler.tick())
    expect((await rows())[0]?.detail.webhooks).toMatchObject({ state: "made", subscriptions: [{ data: { id: "h1" } }] })
    expect(made).toEqual([`${url}/webhooks/acme/${app.clientId}`])
    await time.settle(mine.connection(connectionId).disconnect())
    expect(made).toEqual([])
  })
})
