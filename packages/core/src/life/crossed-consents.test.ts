import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import type { ConnectionRow } from "../store.js"
import { ada, arrivalOf, type BenchOptions, bench } from "./bench.js"

/**
 * Two people consent to one connection at once. The provider's answer to the first comes late, to a process that did not reach the store
 * meanwhile and so has lost its lease; it is written over what the other has connected.
 */
async function crossed(options: BenchOptions) {
  const sound = memoryStore()
  let isCut = false
  const reached = <Value>(ask: () => Promise<Value>): Promise<Value> =>
    isCut ? Promise.reject(new Error("cut off")) : ask()
  const store = {
    ...sound,
    connections: {
      ...sound.connections,
      get: (id: string) => reached(() => sound.connections.get(id)),
      update: (row: ConnectionRow) => reached(() => sound.connections.update(row)),
    },
  }
  const lab = bench({ ...options, store: sound })
  const { clock, timers } = lab.time
  const cutOff = lab.make({
    store,
    runtime: {
      clock,
      timers,
      async fetch(request) {
        const answer = await lab.provider.fetch(request)
        if (!request.url.endsWith("/token")) return answer
        isCut = true
        await new Promise<void>((resolve) => void timers.after(40_000, resolve))
        isCut = false
        return answer
      },
    },
  })
  const { connectionId = "" } = await lab.connect()
  const visitor = { browser: "another browser", owner: ada }
  const begun = await lab.time.settle(
    cutOff.attempts.begin(ada, { connector: "acme", browser: visitor.browser, reconnect: connectionId }),
  )
  const back = await approve(lab.provider.fetch, begun.step.kind === "redirect" ? begun.step.url : "", {
    account: "U1",
  })
  const first = cutOff.attempts.callback(arrivalOf(back), visitor)
  await lab.time.settle(new Promise<void>((resolve) => void timers.after(1_000, resolve)))
  const second = await lab.connect({ reconnect: connectionId })
  expect(second).toMatchObject({ status: "connected", connectionId })
  expect(await lab.time.settle(first)).toMatchObject({ status: "connected", connectionId })
  const [row] = await lab.rows()
  expect([row?.detail.attemptId, Object.keys(row?.spares ?? {})]).toEqual([begun.id, ["main"]])
  return { lab, connectionId }
}

const living = ({ provider }: ReturnType<typeof bench>) =>
  provider.provider.oauth.grants().filter((grant) => grant.revokedAt === undefined)

describe("two consents to one connection that crossed", () => {
  it.each([
    ["keeps both", "keeps"],
    ["keeps only the one that it heard last", "kills"],
  ] as const)("leave it usable at a provider that %s (found by simulation)", async (_what, reconsent) => {
    const policy = { rotation: "single-use", reuse: "revokes-family", accessTokenSeconds: 3_600, reconsent } as const
    // Who is there is known from the answer itself, as at many providers: nothing that has ended already is noticed by asking.
    const connector = { identify: async () => ({ id: "U1", label: "First" }) }
    const { lab, connectionId } = await crossed({ method: { policy }, server: { reconsent }, connector })
    const [, stored, other] = lab.provider.provider.oauth.grants()
    // What stands in the row has ended; the other one is tried before anybody is asked to consent again.
    if (reconsent === "keeps") lab.provider.provider.oauth.revokeGrant(stored?.id ?? "")
    expect(living(lab)).toContainEqual(other)
    await lab.time.advance(3_600_000)
    const token = await lab.time.settle(lab.mine.connection(connectionId, "acme").accessToken())
    expect(token).not.toBe("")
    expect(await lab.rows()).toMatchObject([{ id: connectionId, status: "active", spares: {} }])
  })

  it("leave nothing at the provider when the connection is disconnected", async () => {
    const { lab, connectionId } = await crossed({})
    const before = living(lab).length
    await lab.time.settle(lab.mine.connection(connectionId).disconnect())
    // The first consent of all was replaced in the usual way, and this provider keeps it.
    expect([before, living(lab).length]).toEqual([3, 1])
  })
})
