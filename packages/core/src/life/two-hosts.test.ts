import { describe, expect, it } from "vitest"
import { systemCipher } from "../cipher-system.js"
import type { Arrived } from "../engine/commit.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import type { ConnectionRow } from "../store.js"
import { createVault } from "../vault.js"
import { bench } from "./bench.js"
import { memoryJournal } from "./memory-journal.js"

describe("a token that the API refuses", () => {
  it("is renewed where it came by a host whose clock is ahead (found by simulation)", async () => {
    const { make, connect, mine, time, provider } = bench({ server: { accessTokenSeconds: 120 } })
    const clock = { ...time.clock, now: () => time.clock.now() + 240_000 }
    const ahead = make({ runtime: { clock, timers: time.timers, fetch: (request) => provider.fetch(request) } })
    const { connectionId = "" } = await connect({ holdfast: ahead })
    time.advance(121_000)
    await expect(time.settle(mine.connection(connectionId, "acme").run("who", {}))).resolves.toEqual({ id: "U1" })
  })
})

/** A journal in memory, as a process left it. */
async function journalWith(...left: readonly Arrived[]) {
  const journal = memoryJournal()
  const vault = createVault({ keyring: keyring(`k1:${"A".repeat(43)}`), cipher: systemCipher() })
  for (const arrived of left) {
    const { leaseId: id, connectionId } = arrived
    const sealed = await vault.sealDocument("journal", id, arrived)
    await journal.append({ id, connectionId, keyId: vault.keyId, sealed })
  }
  return { journal, entries: journal.entries }
}

describe("an answer in the journal of a process that died", () => {
  async function replayed(generation: number) {
    const { make, connect, mine, time, rows } = bench({ refreshToken: { rotation: "single-use" } })
    const { connectionId = "" } = await connect()
    for (let generations = 1; generations < 3; generations++) {
      time.advance(3_600_000)
      await time.settle(mine.connection(connectionId, "acme").accessToken())
    }
    const clock = {
      issuedAt: time.clock.now(),
      expiresAt: time.clock.now() + 3_600_000,
      rotation: "single-use",
    } as const
    const secret = { accessToken: "not-a-token", refreshToken: "not-a-token-either" }
    const arrived: Arrived = {
      connectionId,
      slot: "main",
      generation,
      leaseId: "a lease of the dead",
      outcome: { is: "renewed", secret, clock },
    }
    const { journal, entries } = await journalWith(arrived)
    await time.settle(make({ journal }).scheduler.tick())
    const [row] = await rows()
    expect([[...entries.values()], row?.detail.slots.main?.generation, row?.status]).toEqual([[], 3, "active"])
    return row?.spares.main
  }

  it.each([
    ["is committed", { seconds: 30 }, ["active", 2]],
    ["is dropped where a repeat revokes the family", "revokes-family", ["needs_reauth", 1]],
  ] as const)("%s when another process was refused meanwhile (found by simulation)", async (_, reuse, ends) => {
    const policy = { rotation: "single-use", reuse, accessTokenSeconds: 3_600 } as const
    const { make, connect, time, rows, store } = bench({ method: { policy } })
    const { connectionId = "" } = await connect()
    const [row] = await rows()
    const main = row?.detail.slots.main
    if (!row || !main) throw new Error("nothing was connected")
    const refused = { ...main, status: "needs_reauth", reason: "rotation_lost" } as const
    await store.connections.update({
      ...row,
      status: "needs_reauth",
      detail: { ...row.detail, slots: { main: refused } },
    })
    const secret = { accessToken: "not-a-token", refreshToken: "not-a-token-either" }
    const arrived: Arrived = {
      connectionId,
      slot: "main",
      generation: 1,
      leaseId: "a lease of the dead",
      outcome: { is: "renewed", secret, clock: main.clock },
    }
    const { journal, entries } = await journalWith(arrived)
    await time.settle(make({ journal }).scheduler.tick())
    const [now] = await rows()
    expect([now?.detail.slots.main?.status, now?.generation]).toEqual(ends)
    expect(entries.size).toBe(0)
  })

  it("is revoked when the connection was being disconnected meanwhile (found by simulation)", async () => {
    const sound = memoryStore()
    const { journal, entries } = await journalWith()
    let isDying = false
    const { connections } = sound
    const update = (row: ConnectionRow) =>
      isDying && row.generation > 1 ? new Promise<never>(() => {}) : connections.update(row)
    const { make, connect, mine, time, provider } = bench({
      store: { ...sound, connections: { ...connections, update } },
      holdfast: { journal },
    })
    const { connectionId = "" } = await connect()
    time.advance(3_600_000)
    isDying = true
    const asked = mine.connection(connectionId, "acme").accessToken({ timeoutMs: 2_000 })
    await expect(time.settle(asked)).rejects.toMatchObject({ code: "provider_unavailable" })
    expect(entries.size).toBe(1)
    const [row] = await connections.list({ limit: 1 })
    // Its turn comes later: what happens now is the journal's.
    if (row) await connections.update({ ...row, status: "disconnecting", lease: null, dueAt: null })
    const before = provider.counters.revocations
    await time.settle(make({ store: sound, journal }).scheduler.tick())
    expect(provider.counters.revocations).toBe(before + 1)
    expect(provider.provider.oauth.grants().filter(({ revokedAt }) => revokedAt === undefined)).toEqual([])
    expect(entries.size).toBe(0)
  })

  it("is kept as a spare when another process's was written first (found by simulation)", async () => {
    expect(await replayed(2)).toBeDefined()
  })

  it("R9: is dropped when it is older than that, since it may have been written and spent", async () => {
    expect(await replayed(1)).toBeUndefined()
  })
})
