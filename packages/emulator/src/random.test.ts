import { expect, it } from "vitest"
import { seededRandom } from "./random.js"

it("draws the same values from the same seed, and others from another", () => {
  const draw = (seed: string) => {
    const random = seededRandom(seed)
    return [random.id("tok-"), random.uuid(), random.string(5), random.next()]
  }
  expect(draw("slack#0")).toEqual(draw("slack#0"))
  expect(draw("slack#0")).not.toEqual(draw("slack#1"))
})

it("never draws the same id twice, even when it has few to choose from", () => {
  const random = seededRandom("ids")
  const ids = Array.from({ length: 60 }, () => random.id("", 1))
  expect(new Set(ids).size).toBe(60)
})

it("draws version 4 UUIDs", () => {
  expect(seededRandom("uuid").uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
