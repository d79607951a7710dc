import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import type { ConnectionRow } from "../store.js"
import { ada, arrivalOf, bench } from "./bench.js"

/** A reconnect that is at the provider's page, and the answer that it will come back with. */
async function atTheProvider(lab: ReturnType<typeof bench>, reconnect: string) {
  const browser = "the browser of ada"
  const { step } = await lab.time.settle(lab.holdfast.attempts.begin(ada, { connector: "acme", browser, reconnect }))
  const back = await approve(lab.provider.fetch, step.kind === "redirect" ? step.url : "", { account: "U1" })
  return () => lab.time.settle(lab.holdfast.attempts.callback(arrivalOf(back), { browser, owner: ada }))
}

const living = ({ provider }: ReturnType<typeof bench>) =>
  provider.provider.oauth.grants().filter((grant) => grant.revokedAt === undefined)

describe("a reconnect", () => {
  it("keeps what the provider granted when the store fails right behind its answer (found by simulation)", async () => {
    const sound = memoryStore()
    let failures = 0
    const store = {
      ...sound,
      connections: {
        ...sound.connections,
        async get(id: string) {
          const isGranted = (lab.provider.counters.tokenCalls.authorization_code ?? 0) === 2
          if (isGranted && ++failures <= 5) throw new Error("the store is away")
          return await sound.connections.get(id)
        },
      },
    }
    const lab = bench({ store })
    const { connectionId = "" } = await lab.connect()
    const back = await atTheProvider(lab, connectionId)
    expect(await back()).toMatchObject({ status: "connected", connectionId })
    expect(failures).toBeGreaterThan(5)
    expect(await lab.rows()).toMatchObject([{ id: connectionId, status: "active", generation: 2 }])
  })

  it("leaves nothing at the provider when the connection was disconnected meanwhile (found by simulation)", async () => {
    const lab = bench()
    const { connectionId = "" } = await lab.connect()
    const back = await atTheProvider(lab, connectionId)
    await lab.time.settle(lab.mine.connection(connectionId).disconnect())
    await lab.time.settle(lab.holdfast.scheduler.tick())
    expect(await lab.rows()).toEqual([])
    expect(await back()).toMatchObject({ status: "failed", error: { code: "not_found" } })
    expect(living(lab)).toEqual([])
  })

  it("that was cut off from the store does not overwrite one that was consented to later (found by simulation)", async () => {
    const sound = memoryStore()
    let isBack = false
    const reached = <Value>(ask: () => Promise<Value>): Promise<Value> => {
      const isCut = (lab.provider.counters.tokenCalls.authorization_code ?? 0) >= 2 && !isBack
      return isCut ? Promise.reject(new Error("cut off")) : ask()
    }
    const { connections } = sound
    const store = {
      ...sound,
      connections: {
        ...connections,
        get: (id: string) => reached(() => connections.get(id)),
        update: (row: ConnectionRow) => reached(() => connections.update(row)),
      },
    }
    const lab = bench({ store })
    const { connectionId = "" } = await lab.connect()
    const back = await atTheProvider(lab, connectionId)
    const late = back()
    await lab.time.settle(new Promise<void>((resolve) => void lab.time.timers.after(2_000, resolve)))
    const later = await lab.connect({ reconnect: connectionId, holdfast: lab.make({ store: sound }) })
    expect(later).toMatchObject({ status: "connected", connectionId })
    isBack = true
    expect(await late).toMatchObject({ status: "connected", connectionId })
    const [row] = await lab.rows()
    expect([row?.detail.attemptId, row?.generation]).toEqual([later.id, 2])
    // The first consent, which this provider keeps, and the last; what came too late was revoked.
    expect(living(lab)).toHaveLength(2)
  })
})

describe("a renewal that comes after the disconnect", () => {
  it("R11: is revoked though the provider does not answer at first", async () => {
    const lab = bench()
    const { connectionId = "" } = await lab.connect()
    lab.time.advance(3_600_000)
    lab.provider.faults.next({ on: "token.refresh", fault: { kind: "delay", ms: 40_000, when: "after" } })
    const asked = lab.mine
      .connection(connectionId, "acme")
      .accessToken({ timeoutMs: 1_000 })
      .catch((error) => error.code)
    expect(await lab.time.settle(asked)).toBe("provider_unavailable")
    // Refused: once the disconnect, whose next try is a tick's, and twice who brings the late one.
    lab.provider.faults.next({ on: "revoke", times: 3, fault: { kind: "status", status: 503 } })
    const { revocation } = await lab.time.settle(lab.mine.connection(connectionId).disconnect())
    expect([revocation, living(lab).length]).toEqual(["pending", 1])
    await lab.time.settle(new Promise<void>((resolve) => void lab.time.timers.after(180_000, resolve)))
    expect(living(lab)).toEqual([])
  })
})
