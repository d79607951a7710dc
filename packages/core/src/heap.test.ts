import { expect, it } from "vitest"
import { createHeap } from "./heap.js"

it("gives what was put in, in order, whatever comes between", () => {
  const heap = createHeap<number>((a, b) => a < b)
  const kept: number[] = []
  let state = 7
  for (let step = 0; step < 2_000; step++) {
    state = (state * 48_271) % 2_147_483_647
    if (state % 3 > 0) {
      heap.push(state % 100)
      kept.push(state % 100)
      kept.sort((a, b) => a - b)
    } else {
      expect(heap.peek()).toBe(kept[0])
      expect(heap.pop()).toBe(kept.shift())
    }
    expect(heap.size).toBe(kept.length)
  }
  while (kept.length > 0) expect(heap.pop()).toBe(kept.shift())
  expect([heap.peek(), heap.pop()]).toEqual([undefined, undefined])
})
