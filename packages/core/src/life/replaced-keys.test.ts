import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { Connector } from "../connector.js"
import { keyring } from "../keyring.js"
import { ada, bench } from "./bench.js"

const [oldKey, newKey] = ["key-of-first-user", "newer-key-of-first-user"]
const begin = { connector: "acme", method: "api_key", browser: "b" }
const visitor = { browser: "b", owner: ada }

/** The provider names nobody: all that is known of a key is its fingerprint. */
const nameless: Partial<Connector> = {
  async identify({ http }, { fingerprint = "" }) {
    await http.get("/me")
    return { id: fingerprint, label: "A key", pinned: false }
  },
}

async function keyed(connector: Partial<Connector> = {}) {
  const made = bench({
    connector: {
      webhooks: {
        scheme: "none",
        own: { verify: async () => ({ is: "events", events: [] }) },
        events: { pinged: { summary: "Somebody pinged", payload: z.unknown() } },
        subscribe: async (_call, { known }) => (known.length > 0 ? known : [{ data: { id: "h1" } }]),
        unsubscribe: async () => {},
      },
      ...connector,
    },
  })
  const { time, provider, rows } = made
  const keys = provider.provider.keyOf
  const connect = async (key: string, holdfast = made.holdfast, alias?: string) =>
    await time.settle(
      holdfast.attempts.begin(ada, { ...begin, values: { key }, ...(alias !== undefined && { alias }) }),
    )
  const { connectionId = "" } = await connect(oldKey, made.holdfast, "main")
  await time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
  return {
    ...made,
    keys,
    connect,
    connectionId,
    row: async () => (await rows()).find(({ id }) => id === connectionId),
    async replace(key: string) {
      const attempt = await time.settle(made.holdfast.attempts.begin(ada, { ...begin, reconnect: connectionId }))
      return await time.settle(made.holdfast.attempts.submit(attempt.id, visitor, { key }))
    },
    call: (holdfast = made.holdfast) => holdfast.for(ada).connection(connectionId, "acme").run("who"),
  }
}

describe.each([
  ["of an account that the provider names", {}],
  ["that names nobody", nameless],
])("a key %s", (_which, connector) => {
  it("is replaced in place: id, number, alias and webhooks stay", async () => {
    const { keys, replace, row, connectionId, time, call, rows } = await keyed(connector)
    const before = await row()
    keys.set(newKey, "U1")
    expect(await replace(newKey)).toMatchObject({ status: "connected", connectionId })
    await time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
    keys.delete(oldKey)
    expect(await time.settle(call())).toEqual({ id: "U1" })
    const after = await row()
    expect(after).toMatchObject({
      number: before?.number,
      alias: "main",
      status: "active",
      generation: 2,
      detail: { name: before?.detail.name, createdAt: before?.detail.createdAt },
    })
    expect(after?.detail.webhooks).toMatchObject({
      state: "made",
      address: before?.detail.webhooks?.address,
      subscriptions: [{ data: { id: "h1" } }],
    })
    expect(await rows()).toHaveLength(1)
  })

  it("is used until the new one is there: callers always have one or the other", async () => {
    const { keys, replace, call, make, time } = await keyed(connector)
    keys.set(newKey, "U1")
    const elsewhere = make()
    let isReplaced = false
    const calls: Promise<unknown>[] = []
    const caller = async () => {
      for (let times = 0; times < 200 && !isReplaced; times++) {
        for (const holdfast of [undefined, elsewhere]) calls.push(call(holdfast))
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const calling = caller()
    await replace(newKey)
    isReplaced = true
    await calling
    // From here on the old one is dead.
    keys.delete(oldKey)
    calls.push(call(), call(elsewhere))
    const answers = await time.settle(Promise.all(calls))
    expect(answers.length).toBeGreaterThan(4)
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"id":"U1"}']))
  })

  it("that was sent when it was replaced and died is answered with the new one, and nothing is called dead", async () => {
    const { keys, replace, call, make, provider, time, row } = await keyed(connector)
    keys.set(newKey, "U1")
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    let sent = 0
    const slow = make({
      runtime: {
        clock: time.clock,
        timers: time.timers,
        async fetch(request) {
          if (sent++ === 0) await opened
          return provider.fetch(request)
        },
      },
    })
    const underWay = call(slow)
    for (let turns = 0; sent === 0 && turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve))
    await replace(newKey)
    keys.delete(oldKey)
    const seen = provider.log.length
    open()
    expect(await time.settle(underWay)).toEqual({ id: "U1" })
    expect(provider.log.slice(seen).map(({ status }) => status)).toEqual([401, 200])
    expect(await row()).toMatchObject({ status: "active" })
  })

  it("stays where the new one is wrong: the form comes back, and callers go on", async () => {
    const { replace, call, row, time } = await keyed(connector)
    const before = await row()
    expect(await replace("not-a-key")).toMatchObject({
      status: "pending",
      step: { kind: "form", error: { code: "credential_invalid" } },
    })
    expect(await row()).toEqual(before)
    expect(await time.settle(call())).toEqual({ id: "U1" })
  })

  it("that died is replaced by a living one", async () => {
    const { keys, replace, call, row, time } = await keyed(connector)
    keys.delete(oldKey)
    await expect(time.settle(call())).rejects.toMatchObject({ code: "reauth_required" })
    expect(await row()).toMatchObject({ status: "needs_reauth" })
    keys.set(newKey, "U1")
    await replace(newKey)
    expect(await row()).toMatchObject({ status: "active" })
    expect(await time.settle(call())).toEqual({ id: "U1" })
  })
})

describe("a key that names nobody", () => {
  it("is known again when it is connected once more, also after the oldest key of the ring is gone", async () => {
    const { connect, make, time, connectionId, rows } = await keyed(nameless)
    expect((await connect(oldKey)).connectionId).toBe(connectionId)
    const both = make({ keys: keyring(`k2:${"B".repeat(43)},k1:${"A".repeat(43)}`) })
    await time.settle(both.rotateKeys())
    const alone = make({ keys: keyring(`k2:${"B".repeat(43)}`) })
    expect((await connect(oldKey, alone)).connectionId).toBe(connectionId)
    expect(await rows()).toHaveLength(1)
  })

  it("is not put in the place of another by a key that another connection has", async () => {
    const { keys, connect, replace, row, rows, connectionId, time, call } = await keyed(nameless)
    keys.set(newKey, "U2")
    const other = await connect(newKey)
    expect(other.connectionId).not.toBe(connectionId)
    const before = await row()
    expect(await replace(newKey)).toMatchObject({ status: "failed", error: { code: "account_mismatch" } })
    expect((await row())?.sealed).toEqual(before?.sealed)
    expect(await rows()).toHaveLength(2)
    expect(await time.settle(call())).toEqual({ id: "U1" })
  })
})
