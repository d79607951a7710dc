import { describe, expect, it } from "vitest"
import { z } from "zod"
import { HoldfastError } from "../errors.js"
import { memoryStore } from "../memory-store.js"
import type { AuthMethod } from "../method.js"
import type { Choice } from "../methods/choice.js"
import { formStep, takeForm } from "../methods/form-step.js"
import { lastingClock, lastingPolicy } from "../methods/lasting.js"
import type { OAuth2Options } from "../methods/oauth2-options.js"
import type { TokenStore } from "../store.js"
import { ada, type BenchOptions, bench } from "./bench.js"

const choose: Choice = {
  id: "site",
  title: "Which site?",
  field: { name: "site", label: "Site" },
  options: async () => [
    { value: "first", label: "First" },
    { value: "second", label: "Second" },
  ],
}
/** The account's own site is gone when it is connected again, so that the person is asked once more. */
function moving(): Choice {
  const sites = ["first", "second", "third", "fourth"]
  return { ...choose, options: async () => sites.splice(0, 2).map((value) => ({ value, label: value })) }
}
const visitor = { browser: "the browser of ada", owner: ada }
const policy = { rotation: "single-use", reuse: "revokes-family", accessTokenSeconds: 3_600 } as const

/** A bench whose attempts wait for a choice once consent was given. */
function choosing(options: BenchOptions = {}) {
  const world = bench({ ...options, method: { choose, ...options.method } })
  const { holdfast, provider, store, time } = world
  return {
    ...world,
    async wait(more?: Parameters<typeof world.connect>[0]) {
      const attempt = await world.connect(more)
      expect([attempt.status, attempt.step.kind]).toEqual(["pending", "form"])
      return attempt
    },
    pick: (id: string, site = "first") => time.settle(holdfast.attempts.submit(id, visitor, { site })),
    cancel: (id: string) => time.settle(holdfast.attempts.cancel(id, visitor)),
    tick: (instance = holdfast) => time.settle(instance.scheduler.tick()),
    revocations: () => provider.counters.revocations,
    marks: () => store.documents.list("held-grant:", undefined, 10),
  }
}

/** A store whose process dies at a moment: nothing that is written from then on arrives. */
function mortal(store: TokenStore, diesAt: (write: string) => boolean) {
  let dead = false
  const guard = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
    dead ||= diesAt(name)
    if (dead) throw new HoldfastError("store_unavailable")
    return await write()
  }
  const { connections, documents } = store
  const dying: TokenStore = {
    ...store,
    connections: {
      ...connections,
      insert: (row) => guard("insert", () => connections.insert(row)),
      update: (row) => guard("update", () => connections.update(row)),
    },
    documents: {
      ...documents,
      put: (document, version) => guard(`put ${document.key.split(":")[0]}`, () => documents.put(document, version)),
      delete: (key) => guard("delete", () => documents.delete(key)),
    },
  }
  return {
    store: dying,
    revive() {
      dead = false
    },
  }
}

describe("a grant that waits for a choice", () => {
  it("becomes the connection, and is left alone from then on", async () => {
    const { marks, mine, pick, revocations, tick, time, wait } = choosing()
    const { id } = await wait()
    expect(await marks()).toHaveLength(1)
    const { connectionId = "", status } = await pick(id)
    expect(status).toBe("connected")
    expect(await marks()).toEqual([])
    time.advance(86_400_000)
    await tick()
    expect(revocations()).toBe(0)
    await expect(time.settle(mine.connection(connectionId, "acme").accessToken())).resolves.toBeTruthy()
  })

  it("is revoked at once where the person cancels", async () => {
    const { cancel, marks, provider, revocations, wait } = choosing()
    const { id } = await wait()
    await cancel(id)
    expect(revocations()).toBe(1)
    expect(await marks()).toEqual([])
    expect(provider.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
  })

  it("is revoked by a tick where nobody comes back, and not before", async () => {
    const { holdfast, marks, revocations, tick, time, wait } = choosing()
    const { id } = await wait()
    time.advance(599_000)
    await tick()
    expect(revocations()).toBe(0)
    time.advance(2_000)
    await tick()
    expect(revocations()).toBe(1)
    expect(await marks()).toEqual([])
    await expect(time.settle(holdfast.attempts.view(id, visitor))).resolves.toMatchObject({
      status: "failed",
      error: { code: "attempt_expired" },
    })
  })

  it("is still found where nothing ticked for two days", async () => {
    const { revocations, tick, time, wait } = choosing()
    await wait()
    time.advance(2 * 86_400_000)
    await tick()
    expect(revocations()).toBe(1)
  })

  it("is revoked once, however many processes tick", async () => {
    const { holdfast, make, revocations, time, wait } = choosing()
    await wait()
    time.advance(600_001)
    await time.settle(Promise.all([holdfast, make(), make()].map((one) => one.scheduler.tick())))
    expect(revocations()).toBe(1)
  })

  it("is revoked by later ticks where the provider is away, and the person does not wait for it", async () => {
    const { cancel, provider, revocations, tick, time, wait } = choosing()
    const { id } = await wait()
    provider.faults.next({ on: "revoke", fault: { kind: "hang" } })
    provider.faults.next({ on: "revoke", fault: { kind: "status", status: 503 }, times: 3 })
    const before = time.clock.monotonic()
    await cancel(id)
    expect(time.clock.monotonic() - before).toBeLessThanOrEqual(6_000)
    for (let round = 0; round < 12 && revocations() === 0; round++) {
      time.advance(3_600_000)
      await tick()
    }
    expect(revocations()).toBe(1)
  })

  it("is given up in the end, and forgotten here", async () => {
    const { marks, provider, tick, time, wait } = choosing()
    await wait()
    provider.faults.next({ on: "revoke", fault: { kind: "status", status: 503 }, times: "always" })
    for (let round = 0; round < 20; round++) {
      time.advance(6 * 3_600_000)
      await tick()
    }
    expect(await marks()).toEqual([])
  })

  it.each([
    ["everything that the account granted ends with it", { policy: { ...policy, revokes: "grant" } }],
    ["there is no way to", { revocationEndpoint: undefined }],
  ])("is left to the provider where %s", async (_why, method) => {
    const { cancel, marks, revocations, wait } = choosing({ method: method as Partial<OAuth2Options> })
    const { id } = await wait()
    await cancel(id)
    expect(revocations()).toBe(0)
    expect(await marks()).toEqual([])
  })

  it("is revoked where it turns out that nobody can be found out behind it", async () => {
    const identify = async () => Promise.reject(new HoldfastError("provider_unavailable"))
    const { pick, revocations, wait } = choosing({ connector: { identify } })
    const { id } = await wait()
    expect(await pick(id)).toMatchObject({ status: "failed", error: { code: "provider_unavailable" } })
    expect(revocations()).toBe(1)
  })

  it("is revoked where another account was expected, once", async () => {
    const { pick, revocations, wait } = choosing({ method: { choose: moving() } })
    const first = await wait()
    const { connectionId = "" } = await pick(first.id)
    const attempt = await wait({ reconnect: connectionId, account: "U2" })
    expect(await pick(attempt.id, "third")).toMatchObject({ status: "failed", error: { code: "account_mismatch" } })
    expect(revocations()).toBe(1)
  })

  it("is revoked where the provider does not say what there is to choose", async () => {
    const options = async () => Promise.reject(new HoldfastError("provider_unavailable"))
    const { connect, revocations } = choosing({ method: { choose: { ...choose, options } } })
    expect(await connect()).toMatchObject({ status: "failed", error: { code: "provider_unavailable" } })
    expect(revocations()).toBe(1)
  })
})

describe("a crash", () => {
  it("between the row and the attempt's last line leaves the connection its grant", async () => {
    let inserted = false
    const real = memoryStore({ now: () => clock() })
    const { store, revive } = mortal(real, (write) => {
      const dies = inserted && write === "put attempt"
      inserted ||= write === "insert"
      return dies
    })
    const { mine, pick, revocations, tick, time, wait, marks } = choosing({ store })
    const clock = () => time.clock.now()
    const { id } = await wait()
    await expect(pick(id)).rejects.toBeTruthy()
    revive()
    inserted = false
    time.advance(3_600_000)
    await tick()
    expect(revocations()).toBe(0)
    expect(await marks()).toEqual([])
    await expect(time.settle(mine.get("acme").then((connection) => connection.accessToken()))).resolves.toBeTruthy()
  })

  it("before the row is written has the grant revoked", async () => {
    const real = memoryStore({ now: () => clock() })
    const { store, revive } = mortal(real, (write) => write === "insert")
    const { pick, revocations, rows, tick, time, wait } = choosing({ store })
    const clock = () => time.clock.now()
    const { id } = await wait()
    await expect(pick(id)).rejects.toBeTruthy()
    revive()
    expect(revocations()).toBe(0)
    time.advance(3_600_000)
    await tick()
    expect(revocations()).toBe(1)
    expect(await rows()).toEqual([])
  })

  it("before the attempt holds its grant leaves nothing to do but a mark that is swept", async () => {
    let marked = false
    const real = memoryStore({ now: () => clock() })
    const { store, revive } = mortal(real, (write) => {
      const dies = marked && write === "put attempt"
      marked ||= write === "put held-grant"
      return dies
    })
    const { connect, marks, revocations, tick, time } = choosing({ store })
    const clock = () => time.clock.now()
    await expect(connect()).rejects.toBeTruthy()
    revive()
    expect(await marks()).toHaveLength(1)
    time.advance(3_600_000)
    await tick()
    expect([await marks(), revocations()]).toEqual([[], 0])
  })
})

describe("a grant that waited for nothing", () => {
  it("is revoked where nobody can be found out behind it", async () => {
    const identify = async () => Promise.reject(new HoldfastError("provider_unavailable"))
    const { connect, provider } = bench({ connector: { identify } })
    expect(await connect()).toMatchObject({ status: "failed", error: { code: "provider_unavailable" } })
    expect(provider.counters.revocations).toBe(1)
  })
})

describe("connecting again with a choice", () => {
  it("is given the lease while it finishes, and not while the person thinks", async () => {
    let seen: unknown
    const { pick, rows, wait, time } = choosing({
      method: { choose: moving() },
      connector: {
        async identify() {
          seen = (await rows())[0]?.lease
          return { id: "U1", label: "First" }
        },
      },
    })
    const { connectionId = "" } = await pick((await wait()).id)
    const again = await wait({ reconnect: connectionId })
    expect((await rows())[0]?.lease).toBeNull()
    expect(seen).toBeUndefined()
    time.advance(60_000)
    expect(await pick(again.id, "third")).toMatchObject({ status: "connected", connectionId })
    expect(seen).toMatchObject({ id: expect.any(String) })
    expect((await rows())[0]?.lease).toBeNull()
  })
})

describe("a secret that was replaced", () => {
  it("is revoked where it would live on, unless the provider handed out the same one again", async () => {
    const revoked: string[] = []
    const fields = [{ name: "token", label: "Token", type: "text" }] as const
    const form = { id: "session", title: "Session", fields, schema: z.object({ token: z.string() }) }
    const session: AuthMethod<string> = {
      id: "session",
      kind: "session",
      label: "Session",
      needsApp: false,
      slots: ["main"],
      secret: z.string(),
      fields: [],
      input: z.object({}),
      policy: { ...lastingPolicy, revokesReplaced: true },
      facts: { hostIsChosen: false, startsWith: "form" },
      begin: async () => ({ step: formStep(form) }),
      async advance({ clock }, input) {
        const typed = takeForm(form, input, {})
        if ("step" in typed) return typed
        const secret = typed.values.token ?? ""
        return { grant: { slots: { main: { secret, clock: lastingClock(clock.now()) } }, evidence: {} } }
      },
      revoke: async (_context, secret) => void revoked.push(secret),
    }
    const { holdfast, time } = bench({
      connector: { methods: [session as AuthMethod], identify: async () => ({ id: "U1", label: "First" }) },
    })
    for (const token of ["one", "one", "two"]) {
      const { id } = await time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: visitor.browser }))
      await time.settle(holdfast.attempts.submit(id, visitor, { token }))
    }
    expect(revoked).toEqual(["one"])
  })
})
