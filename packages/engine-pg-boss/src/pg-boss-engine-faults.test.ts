import { createCanary } from "@holdfast/testing"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { Boss } from "./boss.js"
import { pgBossEngine } from "./index.js"
import { bossSchema, missingPostgres, postgresUrl, startedBoss } from "./postgres.fixture.js"

const holdfast = {
  scheduler: { tick: async () => ({ claimed: 0, refreshed: 0, delivered: 0, failed: 0, swept: 0 }) },
}
const absent = () => Promise.reject(new Error("postgres://app:canary-password@127.0.0.1/app is away"))
const away: Boss = {
  getQueue: absent,
  createQueue: absent,
  send: absent,
  fetch: absent,
  complete: absent,
  fail: absent,
}

it.each([{ everyMs: 1_500 }, { everyMs: 0 }, { concurrency: 1.5 }, { limit: -1 }, { slices: Number.NaN }])(
  "refuses %j",
  (options) => {
    expect(() => pgBossEngine({ holdfast, boss: away, ...options })).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    )
  },
)

it("says by codes alone that pg-boss cannot be used, and can be started later", async () => {
  vi.useFakeTimers()
  try {
    const engine = pgBossEngine({ holdfast, boss: away })
    for (const _ of [1, 2]) {
      const ended = engine.start().catch((error: unknown) => error)
      await vi.runAllTimersAsync()
      const error = await ended
      expect(error).toMatchObject({ code: "store_unavailable", details: { reason: "unexpected" } })
      const canary = createCanary()
      canary.watch("canary-password")
      canary.look("error", error)
      expect(canary.found()).toEqual([])
    }
  } finally {
    vi.useRealTimers()
  }
})

const missing = await missingPostgres()

if (missing !== undefined) it.skip(`starts beside others of its kind (skip: ${missing})`, () => {})
else {
  describe("on a real pg-boss", () => {
    const { schema, create, drop } = bossSchema()
    const bosses: Awaited<ReturnType<typeof startedBoss>>[] = []
    beforeAll(async () => {
      await create()
      for (let process = 0; process < 5; process++) bosses.push(await startedBoss(postgresUrl, schema))
    })
    afterAll(async () => {
      for (const boss of bosses) await boss.stop({ graceful: false, wait: true })
      await drop()
    })

    it("starts in five processes at once, none of which has its queue yet", async () => {
      const stops = await Promise.all(bosses.map((boss) => pgBossEngine({ holdfast, boss }).start()))
      expect(await bosses[0]?.getQueue("holdfast")).toMatchObject({ policy: "short" })
      await Promise.all(stops.map((stop) => stop()))
    })

    it("refuses a queue that was made for something else", async () => {
      const [boss = away] = bosses
      await bosses[0]?.createQueue("mail")
      await expect(pgBossEngine({ holdfast, boss, queue: "mail" }).start()).rejects.toMatchObject({
        code: "config_invalid",
      })
    })
  })
}
