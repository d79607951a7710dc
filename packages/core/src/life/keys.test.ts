import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { z } from "zod"
import { systemCipher } from "../cipher-system.js"
import { HoldfastError } from "../errors.js"
import type { JournalEntry } from "../journal.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import { storedPurposes } from "../sealed-documents.js"
import type { ConnectionRow, TokenStore } from "../store.js"
import { createVault } from "../vault.js"
import type { Webhooks } from "../webhook.js"
import { ada, app, arrivalOf, bench, url } from "./bench.js"
import { memoryJournal } from "./memory-journal.js"

const hour = 3_600_000
const admin = { ...ada, admin: true }
const [k1, k2] = [`k1:${"A".repeat(43)}`, `k2:${"B".repeat(43)}`]
const both = keyring(`${k2},${k1}`)
const newest = keyring(k2)

const pinging: Webhooks = {
  scheme: "the secret itself",
  async verify({ app: { fields } }, { headers, text }) {
    if (headers.get("x-signature") !== fields.clientSecret) throw new HoldfastError("webhook_unverified")
    return { is: "events", events: [JSON.parse(text)] }
  },
  own: {
    verify: async ({ account }) => ({ is: "events", events: [{ ...ping, id: "d2", accountId: account.id }] }),
  },
  events: { pinged: { summary: "Somebody pinged", payload: z.object({ text: z.string() }) } },
  subscribe: async (_call, place) => {
    ownUrl = place.url
    return [{ data: { id: "h1" } }]
  },
  unsubscribe: async () => {},
}
let ownUrl = ""
const ping = { id: "d1", name: "pinged", accountId: "U1", payload: { text: "hello" } }

function delivery(to: string) {
  const text = JSON.stringify(ping)
  const headers = new Headers({ "x-signature": app.clientSecret })
  return { method: "POST", url: to, headers, body: new TextEncoder().encode(text), text }
}

describe("changing keys while people connect and callers call", () => {
  it("R23: leaves nothing that needs the old key: connections, apps, attempts, addresses and events go on without it", async () => {
    const { connect, holdfast, make, time, provider, rows, store } = bench({ connector: { webhooks: pinging } })
    const { connectionId = "" } = await connect()
    await time.settle(new Promise<void>((resolve) => void time.timers.after(1_000, resolve)))
    await holdfast.apps.save(admin, "acme", { clientId: "of-the-tenant", clientSecret: "canary" })
    holdfast.on("acme", "pinged", () => Promise.reject(new Error("not today")))
    await (await holdfast.webhooks.receive("acme", app.clientId, delivery(`${url}/webhooks/acme/x`))).settled
    await holdfast.apps.remove(admin, "acme")
    await holdfast.apps.save({ ...admin, tenantId: "t2" }, "acme", { clientId: "theirs", clientSecret: "canary" })
    const keyed = await time.settle(
      holdfast.attempts.begin(ada, { connector: "acme", method: "api_key", values: { key: "key-of-first-user" } }),
    )
    const begun = await time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "b" }))
    const documentsOf = async () =>
      (await Promise.all(storedPurposes.map((purpose) => store.documents.list(`${purpose}:`, undefined, 100)))).flat()
    const kinds = new Set((await documentsOf()).map(({ key }) => key.slice(0, key.indexOf(":"))))
    expect(kinds).toEqual(
      new Set(["app", "app-tenant", "attempt", "failed-event", "fingerprint-key", "webhook-address"]),
    )

    const rotating = make({ keys: both })
    const before = await time.settle(rotating.verifyKeys())
    expect(before).toMatchObject({ keyId: "k2", retired: [], unreadable: 0, keys: { k2: { connections: 0 } } })
    const rotated = await time.settle(rotating.rotateKeys())
    expect(rotated).toMatchObject({ connections: 2, left: 0, unreadable: 0, conflicts: 0 })
    const documents = await documentsOf()
    expect(rotated.documents).toBe(documents.length)
    expect(await time.settle(rotating.verifyKeys())).toMatchObject({
      retired: ["k1"],
      unreadable: 0,
      keys: {
        k1: { connections: 0, documents: 0, journal: 0 },
        k2: { connections: 2, documents: documents.length, journal: 0 },
      },
    })

    const alone = make({ keys: newest })
    expect(await time.settle(alone.verifyKeys())).toMatchObject({ unreadable: 0, retired: [] })
    time.advance(60_000)
    const heard: unknown[] = []
    alone.on("acme", "pinged", (event) => void heard.push(event.deliveryId))
    await time.settle(alone.scheduler.tick())
    expect(heard).toEqual(["d1"])
    const own = ownUrl.slice(ownUrl.lastIndexOf("/") + 1)
    await (await alone.webhooks.receive("acme", own, delivery(ownUrl))).settled
    expect(heard).toEqual(["d1", "d2"])
    expect((await alone.apps.resolve("t2", "acme")).fields.clientSecret).toBe("canary")
    // The conversation that was under way ends as if nothing had happened.
    const step = begun.step as { url: string }
    const back = await approve(provider.fetch, step.url, { account: "U1" })
    const done = await time.settle(alone.attempts.callback(arrivalOf(back), { browser: "b", owner: ada }))
    expect(done).toMatchObject({ status: "connected", connectionId })
    time.advance(hour)
    await expect(time.settle(alone.for(ada).connection(connectionId, "acme").accessToken())).resolves.toBeTruthy()
    await time.settle(
      alone
        .for(ada)
        .connection(keyed.connectionId ?? "", "acme")
        .run("who"),
    )
    expect((await rows()).every(({ keyId }) => keyId === "k2")).toBe(true)
  })

  it.each([
    ["before it is committed", 1_000],
    ["after it was committed", 5_000],
  ])("R1: lets a refresh land that is under way, %s", async (_when, afterMs) => {
    const { connect, mine, make, time, provider, rows } = bench()
    const { connectionId = "" } = await connect()
    const rotating = make({ keys: both })
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "delay", ms: 2_000 } })
    const refreshed = mine.connection(connectionId, "acme").token()
    const rotated = new Promise<void>((resolve) => void time.timers.after(afterMs, resolve)).then(() =>
      rotating.rotateKeys(),
    )
    const [token] = await time.settle(Promise.all([refreshed, rotated]))
    expect((await rows())[0]).toMatchObject({ generation: 2, lease: null, intents: {}, status: "active" })
    // Whoever still seals with the old key may do so after the rotation: it is run again.
    await time.settle(rotating.rotateKeys())
    expect((await rows())[0]?.keyId).toBe("k2")
    const alone = make({ keys: newest }).for(ada).connection(connectionId, "acme")
    expect((await time.settle(alone.token())).value).toBe(token.value)
    expect(provider.counters.refreshes).toMatchObject({ shown: 1, issued: 1 })
  })

  it("R9: seals what a crash left in the journal anew, and it is committed without the old key", async () => {
    const sound = memoryStore()
    const journal = memoryJournal()
    let isDying = false
    const dying: TokenStore = {
      ...sound,
      connections: {
        ...sound.connections,
        update: (row) => (isDying && row.generation > 1 ? new Promise(() => {}) : sound.connections.update(row)),
      },
    }
    const { connect, mine, make, time, provider } = bench({ store: dying, holdfast: { journal } })
    const { connectionId = "" } = await connect()
    time.advance(hour)
    isDying = true
    await expect(
      time.settle(mine.connection(connectionId, "acme").accessToken({ timeoutMs: 2_000 })),
    ).rejects.toMatchObject({ code: "provider_unavailable" })
    const [left] = journal.entries.values()
    expect(left).toMatchObject({ connectionId, keyId: "k1" })
    const stale = { ...(left as JournalEntry), id: "answered-long-ago" }
    const foreign = { ...stale, id: "of-another-key", sealed: "canary" }
    journal.entries.set(foreign.id, foreign)

    const rotating = make({ keys: both, store: sound })
    expect(await time.settle(rotating.verifyKeys())).toMatchObject({ keys: { k1: { journal: 1 } }, retired: [] })
    expect(await time.settle(rotating.rotateKeys())).toMatchObject({
      journal: 1,
      unreadable: 1,
      unreadableValues: [{ in: "journal", id: "of-another-key", reason: "malformed" }],
    })
    expect(journal.entries.get(foreign.id)).toEqual(foreign)
    expect(journal.entries.get(left?.id ?? "")).toMatchObject({ connectionId, keyId: "k2" })

    const alone = make({ keys: newest, store: sound })
    await time.settle(alone.scheduler.tick())
    // What cannot be opened keeps nothing else from being committed.
    expect([...journal.entries.values()]).toEqual([foreign])
    const row = (await sound.connections.get(connectionId)) as ConnectionRow
    expect(row).toMatchObject({ generation: 2, keyId: "k2", intents: {} })
    await expect(time.settle(alone.for(ada).connection(connectionId, "acme").accessToken())).resolves.toBeTruthy()
    expect(provider.counters.refreshes).toMatchObject({ shown: 1, issued: 1 })
  })

  it("R9: purges what the journal holds for nobody any more", async () => {
    const journal = memoryJournal()
    const { connect, make, time } = bench({ holdfast: { journal } })
    const { connectionId = "" } = await connect()
    const vault = createVault({ keyring: keyring(k1), cipher: systemCipher() })
    for (const [id, of] of [
      ["answered", connectionId],
      ["deleted", "conn_gone"],
    ] as const)
      await journal.append({ id, connectionId: of, keyId: "k1", sealed: await vault.sealDocument("journal", id, {}) })
    expect(await time.settle(make({ keys: both }).rotateKeys())).toMatchObject({ journal: 0, unreadable: 0 })
    expect(journal.entries.size).toBe(0)
  })
})

describe("verifyKeys", () => {
  it("changes nothing, names what does not open, and keeps the oldest key until fingerprints need it no more", async () => {
    const { connect, make, time, rows, store } = bench()
    await connect()
    const { connectionId = "" } = await connect({ account: "U2" })
    const broken = (await rows()).find(({ id }) => id === connectionId) as ConnectionRow
    await store.connections.update({
      ...broken,
      sealed: { main: broken.sealed.main?.replace(/.{6}$/, "AAAAAA") ?? "" },
    })
    const before = [await rows(), await store.documents.list("", undefined, 100)]
    const alone = make({ keys: newest })
    const missing = await time.settle(alone.verifyKeys())
    expect(missing.unreadableValues.map(({ reason }) => reason)).toContain("key_missing")
    const census = await time.settle(make({ keys: both }).verifyKeys({ batch: 1 }))
    expect(census).toMatchObject({
      keys: { k1: { connections: 2 }, k2: { connections: 0 } },
      retired: [],
      unreadable: 1,
      unreadableValues: [{ in: "connection", id: connectionId, slot: "main", keyId: "k1", reason: "not_opened" }],
    })
    expect([await rows(), await store.documents.list("", undefined, 100)]).toEqual(before)

    const unused = keyring(`${k1},k0:${"C".repeat(43)},k3:${"D".repeat(43)}`)
    expect((await time.settle(make({ keys: unused }).verifyKeys())).retired).toEqual(["k3"])
    await time.settle(make({ keys: unused }).rotateKeys())
    expect((await time.settle(make({ keys: unused }).verifyKeys())).retired).toEqual(["k0", "k3"])
  })
})
