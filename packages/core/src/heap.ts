/** Items of which the first is always at hand. Putting one in and taking the first out costs the logarithm of how many there are. */
export interface Heap<Item> {
  readonly size: number
  peek(): Item | undefined
  push(item: Item): void
  pop(): Item | undefined
}

/** A binary heap in the order that `before` says. */
export function createHeap<Item>(before: (a: Item, b: Item) => boolean): Heap<Item> {
  const items: Item[] = []
  const at = (index: number) => items[index] as Item
  const swap = (a: number, b: number) => {
    const kept = at(a)
    items[a] = at(b)
    items[b] = kept
  }
  return {
    get size() {
      return items.length
    },
    peek: () => items[0],
    push(item) {
      let index = items.push(item) - 1
      while (index > 0) {
        const parent = (index - 1) >> 1
        if (!before(at(index), at(parent))) return
        swap(index, parent)
        index = parent
      }
    },
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length === 0 || last === undefined) return first
      items[0] = last
      for (let index = 0; ; ) {
        const left = index * 2 + 1
        const right = left + 1
        let least = index
        if (left < items.length && before(at(left), at(least))) least = left
        if (right < items.length && before(at(right), at(least))) least = right
        if (least === index) return first
        swap(index, least)
        index = least
      }
    },
  }
}
