import { describe, expect, it } from "vitest"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import type { TokenStore } from "../store.js"
import { bench } from "./bench.js"

const hour = 3_600_000

/** A store whose calls fail when `breaks` says so, before or after they took effect. */
function frailStore(breaks: (call: string) => "before" | "after" | undefined): TokenStore {
  const sound = memoryStore()
  const frail = <Part extends object>(part: Part, kind: string): Part =>
    Object.fromEntries(
      Object.entries(part).map(([name, call]) => [
        name,
        async (...given: unknown[]) => {
          const broken = breaks(`${kind}.${name}`)
          if (broken === "before") throw new Error("the driver says: canary-in-a-driver-message")
          const answer = await (call as (...given: unknown[]) => Promise<unknown>)(...given)
          if (broken === "after") throw new Error("connection reset")
          return answer
        },
      ]),
    ) as Part
  return { connections: frail(sound.connections, "connections"), documents: frail(sound.documents, "documents") }
}

describe("a store that fails", () => {
  it("is told as store_unavailable, without the driver's own words", async () => {
    let down = false
    const { connect, mine, time } = bench({ store: frailStore(() => (down ? "before" : undefined)) })
    const { connectionId = "" } = await connect()
    down = true
    const error = await time.settle(
      mine
        .connection(connectionId, "acme")
        .accessToken()
        .catch((caught) => caught),
    )
    expect(error).toMatchObject({ code: "store_unavailable", retryable: true })
    expect(`${error} ${JSON.stringify(error)}`).not.toContain("canary")
  })

  it.each(["before", "after"] as const)(
    "loses no token when each write after the provider's answer fails once (%s it took effect)",
    async (when) => {
      for (let nth = 1; nth <= 6; nth++) {
        let armed = false
        let writes = 0
        const { connect, mine, time, provider } = bench({
          store: frailStore((call) => (armed && call === "connections.update" && ++writes === nth ? when : undefined)),
        })
        const { connectionId = "" } = await connect()
        time.advance(hour)
        armed = true
        const connection = mine.connection(connectionId, "acme")
        const first = await time.settle(connection.accessToken({ timeoutMs: 60_000 }).catch((error) => error.code))
        armed = false
        time.advance(40_000)
        const token = await time.settle(connection.accessToken({ timeoutMs: 120_000 }))
        expect(token, `write ${nth} ${when}, first answer ${first}`).toBeTruthy()
        expect(provider.counters.refreshes.mostForOne).toBe(1)
      }
    },
  )

  it("commits tokens that came while it was away, as soon as it is back, and no caller gets them before", async () => {
    let down = false
    const { connect, mine, time, provider, rows } = bench({ store: frailStore(() => (down ? "before" : undefined)) })
    const { connectionId = "" } = await connect()
    time.advance(hour)
    provider.faults.next({ on: "token.refresh", fault: { kind: "delay", ms: 2_000 } })
    time.timers.after(1_000, () => {
      down = true
    })
    time.timers.after(20_000, () => {
      down = false
    })
    const connection = mine.connection(connectionId, "acme")
    await expect(time.settle(connection.accessToken({ timeoutMs: 5_000 }))).rejects.toMatchObject({
      code: "provider_unavailable",
    })
    expect(down).toBe(true)
    await time.settle(new Promise<void>((resolve) => void time.timers.after(30_000, resolve)))
    expect((await rows())[0]).toMatchObject({ status: "active", generation: 2, lease: null, intents: {} })
    expect(provider.counters.refreshes.mostForOne).toBe(1)
  })

  it("leaves a connect under way, its grant beside it, and no row that nobody knows of", async () => {
    let armed = false
    const { connect, rows } = bench({
      store: frailStore((call) => (armed && call === "connections.insert" ? "before" : undefined)),
    })
    armed = true
    const attempt = await connect()
    expect(attempt).toMatchObject({ status: "exchanging", step: { kind: "wait" } })
    armed = false
    expect(await rows()).toEqual([])
  })

  it("connects once, when the acknowledgement of the insert is lost", async () => {
    let lost = 0
    const { connect, rows } = bench({
      store: frailStore((call) => (call === "connections.insert" && lost++ === 0 ? "after" : undefined)),
    })
    const attempt = await connect()
    expect(attempt.status).toBe("connected")
    expect(await rows()).toHaveLength(1)
  })
})

describe("a wrong key", () => {
  it("opens nothing, says which key is missing, and overwrites nothing", async () => {
    const { connect, make, time, rows, provider } = bench()
    const { connectionId = "" } = await connect()
    const [before] = await rows()
    const other = make({ keys: keyring(`k2:${"B".repeat(43)}`) })
    const connection = other.for({ tenantId: "t1", userId: "ada" }).connection(connectionId, "acme")
    time.advance(hour)
    await expect(time.settle(connection.accessToken())).rejects.toMatchObject({
      code: "credential_unreadable",
      message: expect.stringContaining("k1"),
    })
    await time.settle(other.scheduler.tick())
    expect((await rows())[0]?.sealed).toEqual(before?.sealed)
    expect((await rows())[0]?.status).toBe("active")
    expect(provider.counters.refreshes.shown).toBe(0)
  })

  it("opens what an earlier key sealed, when both are there, and seals with the first", async () => {
    const { connect, make, time, rows } = bench()
    const { connectionId = "" } = await connect()
    const both = make({ keys: keyring(`k2:${"B".repeat(43)},k1:${"A".repeat(43)}`) })
    time.advance(hour)
    await expect(
      time.settle(both.for({ tenantId: "t1", userId: "ada" }).connection(connectionId, "acme").accessToken()),
    ).resolves.toBeTruthy()
    expect((await rows())[0]?.keyId).toBe("k2")
  })
})
