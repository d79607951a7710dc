import { describe, expect, it, vi } from "vitest"
import { systemClock, virtualClock } from "./clock.js"

describe("virtualClock", () => {
  it("stands still until it is advanced", () => {
    const clock = virtualClock(1000)
    expect(clock.now()).toBe(1000)
    clock.advance(250)
    expect(clock.now()).toBe(1250)
  })

  it("wakes sleepers when their time has come, and not before", async () => {
    const clock = virtualClock()
    const woken = vi.fn()
    const sleeping = clock.sleep(100).then(woken)
    clock.advance(99)
    await Promise.resolve()
    expect(woken).not.toHaveBeenCalled()
    clock.advance(1)
    await sleeping
    expect(woken).toHaveBeenCalledOnce()
  })

  it("rejects a sleeper whose signal aborts", async () => {
    const stop = new AbortController()
    const sleeping = virtualClock().sleep(100, stop.signal)
    stop.abort(new Error("enough"))
    await expect(sleeping).rejects.toThrow("enough")
  })

  it("never goes back", () => {
    expect(() => virtualClock().advance(-1)).toThrow(RangeError)
    expect(() => virtualClock().advance(Number.NaN)).toThrow(RangeError)
  })
})

describe("systemClock", () => {
  it("is the machine's clock, pushed ahead by advance, which also wakes sleepers", async () => {
    const clock = systemClock()
    const before = clock.now()
    const sleeping = clock.sleep(3_600_000)
    clock.advance(3_600_000)
    await sleeping
    expect(clock.now()).toBeGreaterThanOrEqual(before + 3_600_000)
  })

  it("rejects a sleeper whose signal aborts", async () => {
    const stop = new AbortController()
    const sleeping = systemClock().sleep(3_600_000, stop.signal)
    stop.abort(new Error("enough"))
    await expect(sleeping).rejects.toThrow("enough")
  })

  it("lets a short sleep end by itself", async () => {
    await expect(systemClock().sleep(1)).resolves.toBeUndefined()
  })
})
