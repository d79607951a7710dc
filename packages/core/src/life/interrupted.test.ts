import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import type { TokenStore } from "../store.js"
import { ada, arrivalOf, type BenchOptions, bench } from "./bench.js"

const browser = "the browser of ada"
const visitor = { browser, owner: ada }

/** An exchange whose process dies right behind the provider's answer, with what was granted written beside the attempt and nothing else. */
async function killedBehindTheAnswer(lab: ReturnType<typeof bench>, reconnect?: string, account = "U1") {
  const { time, provider } = lab
  const begun = await time.settle(
    lab.holdfast.attempts.begin(ada, { connector: "acme", browser, ...(reconnect !== undefined && { reconnect }) }),
  )
  const back = await approve(provider.fetch, begun.step.kind === "redirect" ? begun.step.url : "", { account })
  let isDead = false
  const dying = lab.make({
    runtime: {
      clock: time.clock,
      timers: { after: (delayMs, run) => time.timers.after(delayMs, () => isDead || run()) },
      // It goes on to ask who is there, and is never heard of again.
      async fetch(request) {
        if (request.url.endsWith("/token")) return await provider.fetch(request)
        isDead = true
        return await new Promise<Response>(() => {})
      },
    },
  })
  void dying.attempts.callback(arrivalOf(back), visitor).catch(() => {})
  await time.settle(new Promise<void>((resolve) => void time.timers.after(2_000, resolve)))
  expect(isDead).toBe(true)
  return begun.id
}

const living = ({ provider }: ReturnType<typeof bench>) =>
  provider.provider.oauth.grants().filter((grant) => grant.revokedAt === undefined)

/** As long as it takes until a process counts as dead, and a round of the scheduler. */
async function laterTick({ time, holdfast }: ReturnType<typeof bench>, ms = 61_000) {
  time.advance(ms)
  await time.settle(holdfast.scheduler.tick())
}

describe("what a provider granted to a process that died at once (R24)", () => {
  it("becomes the connection with the next tick of another", async () => {
    const lab = bench()
    const id = await killedBehindTheAnswer(lab)
    expect(await lab.rows()).toEqual([])
    await laterTick(lab)
    expect(await lab.rows()).toMatchObject([{ status: "active", accountKey: "U1", detail: { attemptId: id } }])
    expect(await lab.time.settle(lab.holdfast.attempts.view(id, visitor))).toMatchObject({ status: "connected" })
    // Nothing of it is left to be found again.
    await laterTick(lab, 3_600_000)
    expect([living(lab).length, (await lab.rows()).length]).toEqual([1, 1])
  })

  it("becomes the connection as soon as its person looks", async () => {
    const lab = bench()
    const id = await killedBehindTheAnswer(lab)
    lab.time.advance(61_000)
    expect(await lab.time.settle(lab.holdfast.attempts.view(id, visitor))).toMatchObject({ status: "connected" })
    expect(await lab.rows()).toMatchObject([{ status: "active" }])
  })

  const kills = {
    policy: { rotation: "single-use", reuse: "revokes-family", accessTokenSeconds: 3_600, reconsent: "kills" },
  }
  it("is not lost where it was a reconnect, and had ended what the connection held", async () => {
    const lab = bench({ method: kills as BenchOptions["method"] & object, server: { reconsent: "kills" } })
    const { connectionId = "" } = await lab.connect()
    await killedBehindTheAnswer(lab, connectionId)
    await laterTick(lab)
    lab.time.advance(3_600_000)
    expect(await lab.time.settle(lab.mine.connection(connectionId, "acme").accessToken())).not.toBe("")
    expect(await lab.rows()).toMatchObject([{ id: connectionId, status: "active" }])
  })

  it("does not stand in the way of what the person connected meanwhile", async () => {
    const lab = bench()
    const { connectionId = "" } = await lab.connect()
    await killedBehindTheAnswer(lab, connectionId)
    lab.time.advance(20_000)
    const later = await lab.connect({ reconnect: connectionId })
    await laterTick(lab)
    const [row] = await lab.rows()
    expect([row?.status, row?.detail.attemptId]).toEqual(["active", later.id])
    // The very first, which this provider keeps, and the last; what came too late was revoked.
    expect(living(lab)).toHaveLength(2)
  })

  it("waits while the provider is away, and is taken on when it is back", async () => {
    const lab = bench()
    const id = await killedBehindTheAnswer(lab)
    lab.provider.faults.next({ on: "GET /me", fault: { kind: "status", status: 503 }, times: "always" })
    await laterTick(lab)
    expect(await lab.rows()).toEqual([])
    lab.provider.faults.clear()
    await laterTick(lab, 5 * 60_000)
    expect(await lab.rows()).toMatchObject([{ status: "active", detail: { attemptId: id } }])
  })

  it("waits beside the attempt while the store takes no connection, though its process lives", async () => {
    const sound = memoryStore()
    let isAway = true
    const insert: TokenStore["connections"]["insert"] = (row) =>
      isAway ? Promise.reject(new Error("away")) : sound.connections.insert(row)
    const lab = bench({ store: { ...sound, connections: { ...sound.connections, insert } } })
    const view = await lab.connect()
    expect(view).toMatchObject({ status: "exchanging", step: { kind: "wait" } })
    isAway = false
    await laterTick(lab)
    expect(await lab.time.settle(lab.holdfast.attempts.view(view.id, visitor))).toMatchObject({ status: "connected" })
    expect([living(lab).length, (await lab.rows()).length]).toEqual([1, 1])
  })

  it("waits while its app is not configured, and does not become a connection of none", async () => {
    const lab = bench()
    const id = await killedBehindTheAnswer(lab)
    const bare = lab.make({ env: {} })
    lab.time.advance(61_000)
    expect(await lab.time.settle(bare.attempts.view(id, visitor))).toMatchObject({ status: "exchanging" })
    expect(await lab.rows()).toEqual([])
    await laterTick(lab)
    expect(await lab.rows()).toMatchObject([{ status: "active", appId: "acme:acme-app" }])
  })

  it("is revoked where it is another account's than the connection's", async () => {
    const lab = bench()
    const { connectionId = "" } = await lab.connect()
    const id = await killedBehindTheAnswer(lab, connectionId, "U2")
    await laterTick(lab)
    expect(await lab.time.settle(lab.holdfast.attempts.view(id, visitor))).toMatchObject({
      status: "failed",
      error: { code: "account_mismatch" },
    })
    expect(living(lab)).toHaveLength(1)
  })
})
