import { describe, expect, it } from "vitest"
import { z } from "zod"
import { HoldfastError } from "../errors.js"
import type { ReceivedEvent } from "../holdfast.js"
import { keyring } from "../keyring.js"
import type { Delivery, Place, Subscription, Webhooks } from "../webhook.js"
import { ada, app, bench, url } from "./bench.js"

const day = 86_400_000

/** A provider that keeps what it was asked for, and shows a secret once. */
function providerOf(more: Partial<Webhooks> = {}, lifeMs?: number) {
  const hooks = new Map<string, { url: string; secret: string }>()
  const places: Place[] = []
  let count = 0
  let down = false
  const make = (place: Place): Subscription => {
    const id = `h${++count}`
    hooks.set(id, { url: place.url, secret: `secret-of-${id}-0123456789` })
    return { data: { id }, secret: `secret-of-${id}-0123456789`, ...(lifeMs && { expiresAt: now() + lifeMs }) }
  }
  let now = () => 0
  const webhooks: Webhooks = {
    scheme: "the secret itself",
    own: {
      async verify({ account, secrets }, { headers, text }) {
        const { challenge, id, name, account: whose, payload } = JSON.parse(text)
        const handed = headers.get("x-handed-secret")
        if (handed !== null) return { is: "handshake", response: new Response(challenge), secret: handed }
        if (!secrets.includes(headers.get("x-signature") ?? "")) throw new HoldfastError("webhook_unverified")
        return { is: "events", events: [{ id, name, accountId: whose ?? account.id, payload }] }
      },
    },
    events: { pinged: { summary: "Somebody pinged", payload: z.object({ text: z.string() }) } },
    async subscribe(_call, place) {
      places.push(place)
      if (down) throw new HoldfastError("provider_unavailable")
      const known = place.known.filter(({ data }) => hooks.has(data.id ?? ""))
      return known.length > 0 ? known : [make(place)]
    },
    async unsubscribe(_call, subscriptions) {
      if (down) throw new HoldfastError("provider_unavailable")
      for (const { data } of subscriptions) hooks.delete(data.id ?? "")
    },
    ...more,
  }
  return {
    webhooks,
    hooks,
    places,
    make,
    setDown: (is: boolean) => {
      down = is
    },
    /** A bench whose provider this is. */
    bench(options: Parameters<typeof bench>[0] = {}) {
      const made = bench({ ...options, connector: { webhooks, ...options.connector } })
      now = made.time.clock.now
      const heard: ReceivedEvent[] = []
      made.holdfast.on("acme", "pinged", (event) => void heard.push(event))
      const { time } = made
      return {
        ...made,
        heard,
        async connected(more: Parameters<typeof made.connect>[0] = {}) {
          const view = await made.connect(more)
          await pause()
          return view.connectionId ?? ""
        },
        pause,
        async tick(ms = 0) {
          time.advance(ms)
          await time.settle(made.holdfast.scheduler.tick())
        },
        deliver: (to: string, signature: string, body: object = ping, holdfast = made.holdfast) =>
          holdfast.webhooks.receive("acme", keyOf(to), delivery(to, { "x-signature": signature }, body)).then(
            async ({ settled, response }) => {
              await settled
              return response.status
            },
            (error: HoldfastError) => error.code,
          ),
      }
      function pause() {
        return time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
      }
    },
  }
}

const ping = { name: "pinged", payload: { text: "hello" } }
const keyOf = (to: string) => to.slice(`${url}/webhooks/acme/`.length)

function delivery(to: string, headers: Record<string, string>, body: object): Delivery {
  const text = JSON.stringify(body)
  return { method: "POST", url: to, headers: new Headers(headers), body: new TextEncoder().encode(text), text }
}

describe("an address of a connection's own", () => {
  it("hears what its subscription's secret signs, for that connection alone", async () => {
    const provider = providerOf()
    const { connected, deliver, heard } = provider.bench()
    const mine = await connected()
    await connected({ owner: { tenantId: "t2", userId: "bob" } })
    const [first, second] = [...provider.hooks.values()]
    expect(first?.url).toMatch(new RegExp(`^${url}/webhooks/acme/~[A-Za-z0-9_-]{43}$`))
    expect(second?.url).not.toBe(first?.url)
    expect(await deliver(first?.url ?? "", first?.secret ?? "")).toBe(200)
    expect(heard.map(({ connectionId }) => connectionId)).toEqual([mine])
    expect(await deliver(first?.url ?? "", second?.secret ?? "")).toBe("webhook_unverified")
    // Rightly signed, and about somebody else: it is not its to tell.
    expect(await deliver(first?.url ?? "", first?.secret ?? "", { ...ping, account: "U2" })).toBe(200)
    expect(heard).toHaveLength(1)
  })

  it("answers a key that is none as it does an unknown connector, and an app has no address here", async () => {
    const { connected, deliver } = providerOf().bench()
    await connected()
    for (const key of [`~${"A".repeat(43)}`, "~", app.clientId, "no-such-app"])
      expect(await deliver(`${url}/webhooks/acme/${key}`, "any"), key).toBe("connector_unknown")
  })

  it("is there for a method without an app", async () => {
    const provider = providerOf()
    const { deliver, heard, holdfast, pause, time } = provider.bench()
    const begun = holdfast.attempts.begin(ada, {
      connector: "acme",
      method: "api_key",
      browser: "b",
      values: { key: "key-of-first-user" },
    })
    const { connectionId } = await time.settle(begun)
    await pause()
    const [hook] = [...provider.hooks.values()]
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "")).toBe(200)
    expect(heard).toMatchObject([{ connectionId }])
  })

  it("is made for its methods alone, and goes when the connection is made again by another", async () => {
    const provider = providerOf()
    const own = { ...provider.webhooks.own, methods: ["api_key"] } as NonNullable<Webhooks["own"]>
    const { connected, holdfast, pause, rows, store, time } = provider.bench({
      connector: { webhooks: { ...provider.webhooks, own } },
    })
    const values = { key: "key-of-first-user" }
    await time.settle(holdfast.attempts.begin(ada, { connector: "acme", method: "api_key", browser: "b", values }))
    await pause()
    expect(provider.hooks.size).toBe(1)
    // The same account, so the same row, by another method.
    const [row] = await rows()
    await time.settle(store.connections.update({ ...(row as NonNullable<typeof row>), appId: "acme:acme-app" }))
    await connected()
    expect(await rows()).toHaveLength(1)
    expect(provider.hooks.size).toBe(0)
    expect(await store.documents.list("webhook-address:", undefined, 10)).toEqual([])
  })

  it("keeps key and secrets sealed: neither is in the row, nor in the store's documents", async () => {
    const provider = providerOf()
    const { connected, rows, store } = provider.bench()
    await connected()
    const [hook] = [...provider.hooks.values()]
    const documents = await store.documents.list("", undefined, 100)
    const seen = JSON.stringify([await rows(), documents])
    for (const secret of [hook?.secret, provider.places[0]?.secret, keyOf(hook?.url ?? "").slice(1)]) {
      expect(secret?.length).toBeGreaterThan(20)
      expect(seen).not.toContain(secret)
    }
  })

  it("outlives a key that is promoted over the one it was sealed with, and then needs it no more", async () => {
    const provider = providerOf()
    const { connected, deliver, make } = provider.bench()
    await connected()
    const [hook] = [...provider.hooks.values()]
    const [old, fresh] = [`k1:${"A".repeat(43)}`, `k2:${"B".repeat(42)}A`]
    const promoted = make({ keys: keyring(`${fresh},${old}`) })
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "", ping, promoted)).toBe(200)
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "", ping, make({ keys: keyring(fresh) }))).toBe(200)
  })

  it("is gone with its connection", async () => {
    const provider = providerOf()
    const { connected, deliver, mine, store, time } = provider.bench()
    const id = await connected()
    const [hook] = [...provider.hooks.values()]
    await time.settle(mine.connection(id).disconnect())
    expect(provider.hooks.size).toBe(0)
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "")).toBe("connector_unknown")
    expect(await store.documents.list("webhook-address:", undefined, 10)).toEqual([])
  })
})

describe("a handshake at it", () => {
  const shake = (to: string, secret: string) => delivery(to, { "x-handed-secret": secret }, { challenge: "c1" })

  it("brings its secret while the provider is asked, before it is answered", async () => {
    let answer = ""
    const provider = providerOf({
      async subscribe(_call, { url: to }) {
        // The provider calls back before it answers.
        const { response } = await receive(to)
        answer = await response.text()
        return [{ data: { id: "h1" } }]
      },
    })
    const { connected, deliver, heard, holdfast } = provider.bench()
    let address = ""
    const receive = (to: string) => {
      address = to
      return holdfast.webhooks.receive("acme", keyOf(to), shake(to, "handed-over"))
    }
    await connected()
    expect(answer).toBe("c1")
    expect(await deliver(address, "handed-over")).toBe(200)
    expect(heard).toHaveLength(1)
  })

  it("brings none at any other time: whoever learnt the address cannot plant one", async () => {
    const provider = providerOf()
    const { connected, deliver, holdfast } = provider.bench()
    await connected()
    const [hook] = [...provider.hooks.values()]
    const to = hook?.url ?? ""
    await expect(holdfast.webhooks.receive("acme", keyOf(to), shake(to, "planted"))).rejects.toMatchObject({
      code: "webhook_unverified",
    })
    expect(await deliver(to, "planted")).toBe("webhook_unverified")
  })
})

describe("subscriptions", () => {
  it("that a crash left untold are asked for again at the same address", async () => {
    let crashes = 1
    const provider = providerOf({
      async subscribe(_call, place) {
        places.push(place)
        const one = provider.make(place)
        if (crashes-- > 0) throw new Error("the process ends here")
        for (const [id, hook] of provider.hooks)
          if (id !== one.data.id && hook.url === place.url) provider.hooks.delete(id)
        return [one]
      },
    })
    const places: Place[] = []
    const { connected, deliver, tick } = provider.bench()
    await connected()
    await tick(10 * 60_000)
    expect(places).toHaveLength(2)
    expect(places[1]).toEqual(places[0])
    expect(provider.hooks.size).toBe(1)
    const [hook] = [...provider.hooks.values()]
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "")).toBe(200)
  })

  it("are not asked for by two at once", async () => {
    const provider = providerOf()
    const { connect, holdfast, make, pause, time } = provider.bench()
    await connect()
    time.advance(5 * 60_000)
    await time.settle(Promise.all([holdfast.scheduler.tick(), make().scheduler.tick()]))
    await pause()
    expect(provider.places).toHaveLength(1)
  })

  it("that are known are answered again on reconnecting", async () => {
    const provider = providerOf()
    const { connected, deliver } = provider.bench()
    await connected()
    await connected()
    expect(provider.places[1]?.known).toMatchObject([{ data: { id: "h1" }, secret: "secret-of-h1-0123456789" }])
    expect([...provider.hooks.keys()]).toEqual(["h1"])
    const [hook] = [...provider.hooks.values()]
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "")).toBe(200)
  })

  it("that are made anew leave the old ones' secrets good while those exist", async () => {
    let refuses = true
    const provider = providerOf({
      subscribe: async (_call, place) => [provider.make(place)],
      async unsubscribe(_call, subscriptions) {
        if (refuses) throw new HoldfastError("provider_unavailable")
        for (const { data } of subscriptions) provider.hooks.delete(data.id ?? "")
      },
    })
    const { connected, deliver, rows, time } = provider.bench()
    await connected()
    const [old] = [...provider.hooks.values()]
    await connected()
    const to = old?.url ?? ""
    expect(provider.hooks.size).toBe(2)
    for (const { url: same, secret } of provider.hooks.values()) {
      expect(same).toBe(to)
      expect(await deliver(to, secret)).toBe(200)
    }
    refuses = false
    await connected()
    expect([...provider.hooks.keys()]).toEqual(["h3"])
    expect((await rows())[0]?.detail.webhooks?.subscriptions).toMatchObject([{ data: { id: "h3" } }])
    time.advance(2 * 3_600_000)
    expect(await deliver(to, old?.secret ?? "")).toBe("webhook_unverified")
  })

  it("made while the connection was being removed are removed as well", async () => {
    let during = async () => {}
    const provider = providerOf({
      async subscribe(_call, place) {
        const one = provider.make(place)
        await during()
        return [one]
      },
    })
    const { connect, rows, store, tick, time } = provider.bench()
    during = async () => {
      const [row] = await rows()
      await store.connections.update({ ...(row as NonNullable<typeof row>), status: "disconnecting" })
    }
    await connect()
    await time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
    expect(provider.hooks.size).toBe(0)
    await tick(5 * 60_000)
    expect(await store.documents.list("webhook-address:", undefined, 10)).toEqual([])
  })
})

describe("subscriptions that end", () => {
  it("are renewed a fifth of their life ahead, a day at most, and the credential is left alone", async () => {
    let renewals = 0
    const provider = providerOf(
      {
        async renew(_call, one) {
          renewals++
          return { data: one.data, expiresAt: (one.expiresAt ?? 0) + 7 * day }
        },
      },
      7 * day,
    )
    const { connected, deliver, rows, tick, pause, time } = provider.bench({
      method: { policy: { rotation: "reusable", accessTokenSeconds: "never" } },
      server: { accessTokenSeconds: 400 * 86_400 },
    })
    await connected()
    const [before] = await rows()
    expect(before?.dueAt).toBeLessThanOrEqual(time.clock.now() + 6 * day)
    await tick(5.9 * day)
    expect(renewals).toBe(0)
    await tick(0.2 * day)
    await pause()
    expect(renewals).toBe(1)
    const [after] = await rows()
    expect(after?.detail.webhooks).toMatchObject({ state: "made", subscriptions: [{ data: { id: "h1" } }] })
    expect(after).toMatchObject({ generation: before?.generation, sealed: before?.sealed })
    await tick(3 * day)
    expect(renewals).toBe(1)
    const [hook] = [...provider.hooks.values()]
    expect(await deliver(hook?.url ?? "", hook?.secret ?? "")).toBe(200)
    await tick(4 * day)
    expect(renewals).toBe(2)
  })

  it("are made again where they cannot be renewed, or when they have ended, and the old ones removed", async () => {
    const provider = providerOf({ renew: async () => Promise.reject(new HoldfastError("resource_not_found")) }, day)
    const { connected, tick } = provider.bench()
    await connected()
    await tick(0.9 * day)
    expect([...provider.hooks.keys()]).toEqual(["h2"])
    await tick(30 * day)
    expect([...provider.hooks.keys()]).toEqual(["h3"])
  })

  it("that cannot be renewed are tried a bounded number of times, and then somebody is told once", async () => {
    const provider = providerOf({}, 7 * day)
    const { connected, events, rows, tick } = provider.bench()
    await connected()
    provider.setDown(true)
    for (let round = 0; round < 40; round++) await tick(day)
    expect((await rows())[0]?.detail.webhooks?.state).toBe("failed")
    expect(provider.places).toHaveLength(1 + 12)
    expect(events.filter(({ type }) => type === "connection.webhooks_failed")).toHaveLength(1)
    // Connecting again begins anew.
    provider.setDown(false)
    await connected()
    expect((await rows())[0]?.detail.webhooks).toMatchObject({ state: "made", tries: 0 })
  })
})
