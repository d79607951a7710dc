import { expect, it } from "vitest"
import { memoryStore } from "../memory-store.js"
import { bench } from "./bench.js"

it("a used connection whose refresh failed for want of the store is due again, and not taken for idle (found by simulation)", async () => {
  const sound = memoryStore()
  let isAway = false
  const store = {
    ...sound,
    connections: {
      ...sound.connections,
      async get(id: string) {
        if (!isAway) return await sound.connections.get(id)
        isAway = false
        throw new Error("the store is away")
      },
    },
  }
  const { connect, mine, holdfast, time, provider } = bench({ store })
  const { connectionId = "" } = await connect()
  await time.settle(holdfast.scheduler.tick())
  await time.settle(mine.connection(connectionId, "acme").run("who", {}))
  await time.settle(holdfast.scheduler.tick())

  time.advance(3_500_000)
  isAway = true
  expect(await time.settle(holdfast.scheduler.tick())).toMatchObject({ claimed: 1, refreshed: 0 })
  expect(isAway).toBe(false)
  time.advance(61_000)
  expect(await time.settle(holdfast.scheduler.tick())).toMatchObject({ claimed: 1, refreshed: 1 })
  expect(provider.counters.refreshes.shown).toBe(1)
})

it("a used connection that another host renewed is due again, though it looks past by a clock that is ahead (found by simulation)", async () => {
  const { connect, make, mine, holdfast, time, provider, rows } = bench()
  const clock = { ...time.clock, now: () => time.clock.now() + 3_400_000 }
  const ahead = make({ runtime: { clock, timers: time.timers, fetch: (request) => provider.fetch(request) } })
  const { connectionId = "" } = await connect()
  const connection = mine.connection(connectionId, "acme")
  await time.settle(connection.run("who", {}))
  await time.settle(holdfast.scheduler.tick())
  time.advance(3_595_000)
  provider.faults.next({ on: "token.refresh", fault: { kind: "delay", ms: 5_000 } })
  const renewed = connection.accessToken({ timeoutMs: 60_000 })
  const [, report] = await time.settle(Promise.all([renewed, ahead.scheduler.tick()]))
  expect([report.claimed, provider.counters.refreshes.shown]).toEqual([1, 1])
  expect((await rows())[0]?.dueAt).toBeTypeOf("number")
})
