import { describe, expect, it, vi } from "vitest"
import { manyListeners } from "./many-listeners.js"

describe("a signal that many listen to", () => {
  it("makes Node tell of no leak, however many wait", () => {
    const told = vi.spyOn(process, "emitWarning").mockImplementation(() => {})
    const waitOn = (signal: AbortSignal) => {
      for (let waits = 0; waits < 30; waits++) signal.addEventListener("abort", () => {}, { once: true })
    }
    waitOn(manyListeners(new AbortController().signal))
    expect(told).not.toHaveBeenCalled()
    // Later ones do not tell of any signal.
    if (process.versions.node.startsWith("20.")) {
      waitOn(new AbortController().signal)
      expect(told).toHaveBeenCalledOnce()
    }
    told.mockRestore()
  })

  it("is the same signal where there is no Node", () => {
    const builtin = vi.spyOn(process, "getBuiltinModule").mockImplementation(() => {
      throw new Error("not here")
    })
    const { signal } = new AbortController()
    expect(manyListeners(signal)).toBe(signal)
    builtin.mockRestore()
  })
})
