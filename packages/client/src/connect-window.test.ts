import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { type ConnectWindow, openWindow } from "./connect-window.js"

// Which of its states a look meets is chance in a real browser: here it is chosen.
const state = { closed: false, at: "about:blank" as string | undefined }
const opened = {
  opener: {},
  get closed() {
    return state.closed
  },
  location: {
    get href() {
      if (state.at === undefined) throw new DOMException("Blocked a frame.", "SecurityError")
      return state.at
    },
    replace() {},
  },
}
const oneLookMs = 250

let connecting: ConnectWindow
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  Object.assign(state, { closed: false, at: "about:blank" })
  const screen = { screenX: 0, screenY: 0, outerWidth: 0, outerHeight: 0 }
  for (const [name, value] of Object.entries(screen)) vi.stubGlobal(name, value)
  vi.stubGlobal("window", { open: () => opened })
  vi.stubGlobal("document", { hasFocus: () => true })
  connecting = openWindow() as ConnectWindow
  stop = connecting.watch(() => {})
  connecting.go("https://app.example.com/start")
})

afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it("does not take a window for seen at the provider that was glanced at while it was being cut off", () => {
  state.at = undefined
  vi.advanceTimersByTime(oneLookMs)
  state.closed = true
  vi.advanceTimersByTime(oneLookMs)
  expect(connecting.isClosed("redirect")).toBe(false)
  expect(connecting.isClosed("form")).toBe(false)
})

it("believes one that was open at the provider for a while", () => {
  state.at = undefined
  vi.advanceTimersByTime(4 * oneLookMs)
  expect(connecting.isClosed("redirect")).toBe(false)
  state.closed = true
  expect(connecting.isClosed("redirect")).toBe(true)
})

it("believes one that has gone on to the provider from a page of the backend only when it was seen there", () => {
  state.at = "https://app.example.com/start"
  vi.advanceTimersByTime(4 * oneLookMs)
  state.at = undefined
  vi.advanceTimersByTime(oneLookMs)
  state.closed = true
  expect(connecting.isClosed("redirect")).toBe(false)
  expect(connecting.isClosed("form")).toBe(true)
})
