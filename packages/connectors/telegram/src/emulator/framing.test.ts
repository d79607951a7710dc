import { describe, expect, it } from "vitest"
import { createFraming } from "./framing.js"

const packet = Buffer.from("0102030405060708", "hex")
const long = Buffer.alloc(2048, 7)

/** The same bytes, split at every place. */
function splits(stream: Buffer): Buffer[][] {
  return Array.from({ length: stream.length - 1 }, (_, at) => [stream.subarray(0, at + 1), stream.subarray(at + 1)])
}

const starts = { full: Buffer.alloc(0), abridged: Buffer.from([0xef]), intermediate: Buffer.from("eeeeeeee", "hex") }

describe.each(Object.entries(starts))("the %s transport", (_, start) => {
  /** Packs the way a client of this transport does: what it packs after reading such a start. */
  const packed = (...packets: Buffer[]) => {
    const framing = createFraming()
    framing.push(start)
    return Buffer.concat([start, ...packets.map((each) => framing.pack(each))])
  }

  it("reads what was packed, however it arrives", () => {
    const stream = packed(packet, long)
    expect(createFraming().push(stream)).toEqual([packet, long])
    for (const [first = Buffer.alloc(0), second = Buffer.alloc(0)] of splits(packed(packet))) {
      const framing = createFraming()
      expect([...framing.push(first), ...framing.push(second)]).toEqual([packet])
    }
  })
})

describe("a malformed stream", () => {
  it.each([
    ["a length that no packet has", Buffer.from("ffffffff00000000", "hex")],
    ["a packet beyond the limit", Buffer.from("0000200000000000", "hex")],
    ["a wrong sequence number", Buffer.from("100000000100000001020304aabbccdd", "hex")],
    ["a wrong checksum", Buffer.from("100000000000000001020304aabbccdd", "hex")],
  ])("is refused for %s", (_, stream) => {
    expect(() => createFraming().push(stream)).toThrow(RangeError)
  })
})
