import { describe, expect, it } from "vitest"
import { z } from "zod"
import { HoldfastError } from "../errors.js"
import type { Owner } from "../owner.js"
import { ada, type BenchOptions, bench, url } from "./bench.js"

const browser = "the browser of ada"
const claimant = { connector: "acme", browser, owner: ada }

/** A bench whose grants wait to be claimed. */
function claiming({ by = "browser", ...options }: BenchOptions & { by?: "browser" | "owner" } = {}) {
  const world = bench(options)
  const { holdfast, time, provider } = world
  const { attempts } = holdfast
  const begin = () => time.settle(attempts.begin(ada, { connector: "acme", browser, claim: by }))
  return {
    ...world,
    attempts,
    begin,
    async granted() {
      const view = await world.answer(await begin())
      expect(view.status).toBe("granted")
      return { id: view.id, handle: await time.settle(attempts.handOut(view.id, { browser, owner: ada })) }
    },
    claim: (handle: string, more: Partial<typeof claimant> = {}) =>
      time.settle(attempts.claim(handle, { ...claimant, ...more })),
    claimByServer: (handle: string, more: { connector?: string; owner?: Owner; attempt?: string } = {}) =>
      time.settle(attempts.claim(handle, { connector: "acme", owner: ada, ...more })),
    tick: () => time.settle(holdfast.scheduler.tick()),
    revocations: () => provider.counters.revocations,
  }
}

describe("a grant that waits to be claimed", () => {
  it("is no connection before, and one afterwards", async () => {
    const { granted, claim, rows, time, mine, tick, revocations } = claiming()
    const { handle } = await granted()
    expect(await rows()).toEqual([])
    const view = await claim(handle)
    expect(view.status).toBe("connected")
    expect((await rows()).map(({ id }) => id)).toEqual([view.connectionId])
    time.advance(120_000)
    await tick()
    expect(revocations()).toBe(0)
    expect(await time.settle(mine.connection(view.connectionId ?? "", "acme").run("who"))).toEqual({ id: "U1" })
  })

  it("answers the same handle again with the first result, and makes nothing new", async () => {
    const { granted, claim, rows } = claiming()
    const { handle } = await granted()
    const [first, second] = await Promise.all([claim(handle), claim(handle)])
    expect([first, second, await claim(handle)].map(({ status, connectionId }) => [status, connectionId])).toEqual(
      Array.from({ length: 3 }, () => ["connected", first?.connectionId]),
    )
    expect(await rows()).toHaveLength(1)
  })

  it.each([
    ["another provider's page", { connector: "other" }],
    ["another browser", { browser: "the browser of eve" }],
    ["a colleague", { owner: { tenantId: "t1", userId: "eve" } }],
    ["another tenant", { owner: { tenantId: "t2", userId: "ada" } }],
  ])("is not claimed by %s, whose try uses nothing up (S4, X18)", async (_, more) => {
    const { granted, claim, rows } = claiming()
    const { handle } = await granted()
    await expect(claim(handle, more)).rejects.toMatchObject({ code: "state_mismatch" })
    expect(await rows()).toEqual([])
    expect(await claim(handle)).toMatchObject({ status: "connected" })
  })

  it("is claimed by its owner's server, which has no browser, only where it was begun for that (X4, X18)", async () => {
    const forPage = claiming()
    const { handle } = await forPage.granted()
    await expect(forPage.claimByServer(handle)).rejects.toMatchObject({ code: "state_mismatch" })
    expect(await forPage.claim(handle)).toMatchObject({ status: "connected" })

    const forServer = claiming({ by: "owner" })
    const waiting = await forServer.granted()
    for (const more of [
      { connector: "other" },
      { owner: { tenantId: "t1", userId: "eve" } },
      { owner: { tenantId: "t1" } },
      { owner: { tenantId: "t2", userId: "ada" } },
      { attempt: "att_other" },
    ])
      await expect(forServer.claimByServer(waiting.handle, more)).rejects.toMatchObject({ code: "state_mismatch" })
    // A browser that is said must still be the one.
    await expect(forServer.claim(waiting.handle, { browser: "another" })).rejects.toMatchObject({
      code: "state_mismatch",
    })
    const [first, second] = await Promise.all([
      forServer.claimByServer(waiting.handle, { attempt: waiting.id }),
      forServer.claimByServer(waiting.handle),
    ])
    expect(first).toMatchObject({ status: "connected", connectionId: second?.connectionId })
    expect(await forServer.rows()).toHaveLength(1)
  })

  it("waits only when it is whole: without a refresh token the person goes to the provider once more, under the id they know", async () => {
    const again = claiming({
      by: "owner",
      refreshToken: { rotation: "reusable", onlyOnConsent: true },
      method: { policy: { rotation: "reusable", accessTokenSeconds: 3_600 } },
    })
    await again.connect({ owner: { tenantId: "t1", userId: "bob" } })
    const begun = await again.begin()
    const repeated = await again.answer(begun)
    expect(repeated).toMatchObject({ status: "pending", begunAs: begun.id, step: { kind: "redirect" } })
    const granted = await again.answer(repeated)
    expect(granted).toMatchObject({ status: "granted", begunAs: begun.id })
    const handle = await again.time.settle(again.attempts.handOut(begun.id, { browser, owner: ada }))
    expect(await again.claimByServer(handle, { attempt: begun.id })).toMatchObject({
      status: "connected",
      begunAs: begun.id,
    })
  })

  it("is revoked when nobody claims it in a minute, and its handle is worth nothing then", async () => {
    const { granted, claim, time, tick, rows, revocations } = claiming()
    const { handle } = await granted()
    time.advance(61_000)
    await expect(claim(handle)).rejects.toMatchObject({ code: "attempt_expired" })
    await tick()
    expect(revocations()).toBe(1)
    expect(await rows()).toEqual([])
  })

  it("is revoked at once when the person gives up", async () => {
    const { granted, claim, time, attempts, revocations } = claiming()
    const { id, handle } = await granted()
    await time.settle(attempts.cancel(id, { browser, owner: ada }))
    expect(revocations()).toBe(1)
    expect(await claim(handle)).toMatchObject({ status: "failed", error: { code: "aborted" } })
  })

  it("says why, and is revoked, where it cannot become a connection", async () => {
    const connector = {
      identify: () => Promise.reject(new HoldfastError("provider_rejected")),
    }
    const { granted, claim, rows, revocations } = claiming({ connector })
    const { handle } = await granted()
    expect(await claim(handle)).toMatchObject({ status: "failed", error: { code: "provider_rejected" } })
    expect(await rows()).toEqual([])
    expect(revocations()).toBe(1)
  })

  it("has no handle before the provider has granted, and none for a text that is no handle", async () => {
    const { begin, attempts, claim, time } = claiming()
    const { id } = await begin()
    await expect(time.settle(attempts.handOut(id, { browser, owner: ada }))).rejects.toMatchObject({
      code: "input_invalid",
    })
    for (const text of ["", "x", "handle:x"])
      await expect(claim(text)).rejects.toMatchObject({ code: "state_mismatch" })
  })

  it("is not found by who reads the database: neither the handle nor the grant stands there in the clear", async () => {
    const { granted, store } = claiming()
    const { handle } = await granted()
    const documents = await store.documents.list("", undefined, 100)
    expect(documents.some(({ key }) => key.startsWith("handle:"))).toBe(true)
    expect(JSON.stringify(documents)).not.toContain(handle)
  })
})

describe("the default redirect URI of who begins", () => {
  it("gives way to one that is set, and stands before our own", async () => {
    const own = "https://app.example/own"
    const begun = async (env: Record<string, string>) => {
      const { make, time } = bench()
      const holdfast = make({ env: { ACME_CLIENT_ID: "acme-app", ACME_CLIENT_SECRET: "acme-secret-1", ...env } })
      const asked = { connector: "acme", browser, defaultRedirectUri: own }
      const { step } = await time.settle(holdfast.attempts.begin(ada, asked))
      return new URL(z.object({ url: z.string() }).parse(step).url).searchParams.get("redirect_uri")
    }
    expect(await begun({})).toBe(own)
    expect(await begun({ ACME_REDIRECT_URI: `${url}/elsewhere` })).toBe(`${url}/elsewhere`)
  })
})
