import { describe, expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import type { DocumentStore } from "../store.js"
import { recordingLogger, virtualTime } from "./test-support.js"
import { createUsage } from "./usage.js"

function setUp(
  documents: Pick<DocumentStore, "get" | "put" | "delete"> = memoryStore().documents,
  maxConnections?: number,
) {
  const time = virtualTime()
  const { logger, lines } = recordingLogger()
  const usage = createUsage({
    documents,
    clock: time.clock,
    log: logger,
    ...(maxConnections !== undefined && { maxConnections }),
  })
  return { usage, time, lines, documents }
}

describe("usage (ruling R17)", () => {
  it("is held until flushed, then read from the store, by operation", async () => {
    const { usage, time, documents } = setUp()
    usage.record("conn_1", "send_message", true)
    time.advance(1_000)
    usage.record("conn_1", undefined, false)
    const expected = {
      calls: 2,
      errors: 1,
      lastUsedAt: time.clock.now(),
      byOperation: { send_message: { calls: 1, errors: 0 } },
    }
    expect(await usage.read("conn_1")).toEqual(expected)
    expect(await setUp(documents).usage.read("conn_1")).toMatchObject({ calls: 0, lastUsedAt: null })
    await usage.flush()
    expect(await setUp(documents).usage.read("conn_1")).toEqual(expected)
    expect(await usage.read("conn_1")).toEqual(expected)
  })

  it("of several processes adds up, whoever writes first", async () => {
    const { documents } = memoryStore()
    const all = Array.from({ length: 6 }, () => setUp(documents).usage)
    for (const usage of all) for (let call = 0; call < 10; call++) usage.record("conn_1", "list", call > 0)
    await Promise.all(all.map((usage) => usage.flush()))
    await Promise.all(all.map((usage) => usage.flush()))
    expect(await all[0]?.read("conn_1")).toMatchObject({
      calls: 60,
      errors: 6,
      byOperation: { list: { calls: 60, errors: 6 } },
    })
  })

  it("that cannot be written stays for the next time", async () => {
    const { documents } = memoryStore()
    let isAway = true
    const flaky = {
      ...documents,
      put: (...given: Parameters<DocumentStore["put"]>) =>
        isAway ? Promise.reject(new Error("away")) : documents.put(...given),
    }
    const { usage } = setUp(flaky)
    usage.record("conn_1", "list", true)
    await usage.flush()
    usage.record("conn_1", "list", true)
    isAway = false
    await usage.flush()
    expect(await setUp(documents).usage.read("conn_1")).toMatchObject({ calls: 2 })
  })

  it("is bounded in memory, and says what it dropped", async () => {
    const { usage, lines } = setUp(undefined, 2)
    for (const id of ["conn_1", "conn_2", "conn_3", "conn_1"]) usage.record(id, undefined, true)
    expect(await usage.read("conn_3")).toMatchObject({ calls: 0 })
    expect(await usage.read("conn_1")).toMatchObject({ calls: 2 })
    await usage.flush()
    expect(lines).toEqual([{ level: "warn", message: expect.any(String), fields: { calls: 1 } }])
  })

  it("goes with its connection, and a document that cannot be read starts anew", async () => {
    const { usage, documents } = setUp()
    usage.record("conn_1", undefined, true)
    await usage.flush()
    await usage.forget("conn_1")
    expect(await usage.read("conn_1")).toMatchObject({ calls: 0 })
    await documents.put({ key: "usage:conn_1", value: "not json", expiresAt: null }, 0)
    usage.record("conn_1", undefined, true)
    await usage.flush()
    expect(await usage.read("conn_1")).toMatchObject({ calls: 1 })
  })
})

describe("the last errors", () => {
  const refused = { code: "forbidden", providerCode: "no_seat", providerStatus: 403 } as const

  it("are one an operation, newest first, until the same one goes well", async () => {
    const { usage, time } = setUp()
    usage.record("conn_1", "read", false, refused)
    time.advance(1_000)
    usage.record("conn_1", undefined, false, { code: "rate_limited", providerStatus: 429 })
    usage.record("conn_1", "write", true)
    expect(await usage.lastErrors("conn_1")).toEqual([
      { code: "rate_limited", providerStatus: 429, at: time.clock.now(), operation: undefined },
      { ...refused, at: time.clock.now() - 1_000, operation: "read" },
    ])
    usage.record("conn_1", "read", true)
    expect(await usage.lastErrors("conn_1")).toMatchObject([{ code: "rate_limited" }])
  })

  it("are taken away by another process's success, and not by an older one", async () => {
    const { usage, time, documents } = setUp()
    usage.record("conn_1", "read", true)
    time.advance(1_000)
    const other = setUp(documents)
    other.time.advance(2_000)
    other.usage.record("conn_1", "read", false, refused)
    await other.usage.flush()
    await usage.flush()
    expect(await usage.lastErrors("conn_1")).toHaveLength(1)
    time.advance(5_000)
    usage.record("conn_1", "read", true)
    await usage.flush()
    expect(await setUp(documents).usage.lastErrors("conn_1")).toEqual([])
    expect((await documents.get("usage:conn_1"))?.value).not.toContain("no_seat")
  })

  it("say nothing of calls that failed before the provider was asked", async () => {
    const { usage } = setUp()
    usage.record("conn_1", "read", false, refused)
    usage.record("conn_1", "read", false)
    expect(await usage.lastErrors("conn_1")).toHaveLength(1)
    expect(await usage.read("conn_1")).toEqual({
      calls: 2,
      errors: 2,
      lastUsedAt: expect.any(Number),
      byOperation: { read: { calls: 2, errors: 2 } },
    })
  })

  it("are fifty at most in the store", async () => {
    const { usage, time, documents } = setUp()
    for (let index = 0; index < 80; index++) {
      time.advance(1)
      usage.record("conn_1", `operation_${index}`, false, refused)
    }
    await usage.flush()
    const kept = await setUp(documents).usage.lastErrors("conn_1")
    expect(kept).toHaveLength(50)
    expect(kept[0]?.operation).toBe("operation_79")
  })
})
