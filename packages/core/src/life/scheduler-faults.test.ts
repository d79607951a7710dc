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
