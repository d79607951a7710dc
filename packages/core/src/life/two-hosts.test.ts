import { describe, expect, it } from "vitest"
import { systemCipher } from "../cipher-system.js"
import type { Arrived } from "../engine/commit.js"
import type { Journal, JournalEntry } from "../journal.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import type { ConnectionRow } from "../store.js"
import { createVault } from "../vault.js"
import { bench } from "./bench.js"

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
    const vault = createVault({ keyring: keyring(`k1:${"A".repeat(43)}`), cipher: systemCipher() })
    const sealed = await vault.sealDocument("journal", arrived.leaseId, arrived)
    const entries: JournalEntry[] = [{ id: arrived.leaseId, connectionId, keyId: vault.keyId, sealed }]
    const journal: Journal = {
      append: async (entry) => void entries.push(entry),
      list: async () => [...entries],
      remove: async () => void entries.pop(),
    }
    await time.settle(make({ journal }).scheduler.tick())
    const [row] = await rows()
    expect([entries, row?.detail.slots.main?.generation, row?.status]).toEqual([[], 3, "active"])
    return row?.spares.main
  }

  it("is revoked when the connection was being disconnected meanwhile (found by simulation)", async () => {
    const sound = memoryStore()
    const entries = new Map<string, JournalEntry>()
    const journal: Journal = {
      append: async (entry) => void entries.set(entry.id, entry),
      list: async () => [...entries.values()],
      remove: async (id) => void entries.delete(id),
    }
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
