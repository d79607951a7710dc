import type { AttemptView, Step } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { pauseBetween } from "./pauses.js"

const at = (step: Step): AttemptView => ({
  id: "att_1",
  connector: "acme",
  method: "oauth",
  status: "pending",
  step,
  expiresAt: 0,
})
const redirect = at({ kind: "redirect", url: "https://accounts.acme.example/", returns: "query" })
const qr = at({ kind: "qr", data: "acme://login", expiresAt: 0, pollAfterMs: 1_500 })
const waiting = { view: redirect, draws: "window", asks: 0, failures: 0, isClosed: false, isUnwatched: false } as const

describe("pauses between asking", () => {
  it("grow from one second to three while a window is open", () => {
    const pauses = [0, 1, 2, 3, 4, 5, 50].map((asks) => Math.round(pauseBetween({ ...waiting, asks })))
    expect(pauses).toEqual([1000, 1250, 1563, 1953, 2441, 3000, 3000])
  })

  it("are what the step says where the page draws it", () => {
    expect(pauseBetween({ ...waiting, view: qr, draws: "page", asks: 9 })).toBe(1_500)
  })

  it("are longer in a tab that nobody sees", () => {
    expect(pauseBetween({ ...waiting, isUnwatched: true })).toBe(5_000)
    expect(pauseBetween({ ...waiting, asks: 50, isUnwatched: true })).toBe(6_000)
    expect(pauseBetween({ ...waiting, view: qr, draws: "page", isUnwatched: true })).toBe(5_000)
  })

  it("double with every failure, up to ten seconds: about a minute until it is given up", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => pauseBetween({ ...waiting, failures }))
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000])
  })

  it("are what the backend asks for, up to ten seconds", () => {
    const pauses = [0, 3_000, 60_000].map((retryAfterMs) => pauseBetween({ ...waiting, failures: 1, retryAfterMs }))
    expect(pauses).toEqual([1_000, 3_000, 10_000])
  })

  it("are short when the window is gone", () => {
    expect(pauseBetween({ ...waiting, asks: 50, isClosed: true })).toBe(700)
  })
})
