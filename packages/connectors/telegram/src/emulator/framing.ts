/** Cuts a TCP stream into packets, and packs answers the way the client chose with its first bytes. */
export interface Framing {
  /** The packets completed by this chunk. Throws a RangeError on a malformed stream. */
  push(chunk: Buffer): Buffer[]
  pack(packet: Buffer): Buffer
}

const largestPacket = 1 << 20

interface Codec {
  /** The next whole packet and what it took, or undefined while more must come. */
  take(stream: Buffer): { readonly packet: Buffer; readonly taken: number } | undefined
  pack(packet: Buffer): Buffer
}

/**
 * Full, abridged and intermediate transports; a client shows which by how it starts.
 *
 * @see https://core.telegram.org/mtproto/mtproto-transports
 */
export function createFraming(): Framing {
  let stream: Buffer = Buffer.alloc(0)
  let codec: Codec | undefined
  return {
    push(chunk) {
      stream = Buffer.concat([stream, chunk])
      if (!codec) {
        if (stream[0] === 0xef) {
          codec = abridged()
          stream = stream.subarray(1)
        } else if (stream.length < 4) {
          return []
        } else if (stream.readUInt32LE(0) === 0xeeeeeeee) {
          codec = intermediate()
          stream = stream.subarray(4)
        } else {
          codec = full()
        }
      }
      const packets: Buffer[] = []
      for (let next = codec.take(stream); next; next = codec.take(stream)) {
        packets.push(next.packet)
        stream = stream.subarray(next.taken)
      }
      return packets
    },
    pack(packet) {
      codec ??= full()
      return codec.pack(packet)
    },
  }
}

/** Length, sequence number, packet, CRC32. */
function full(): Codec {
  let received = 0
  let sent = 0
  return {
    take(stream) {
      if (stream.length < 4) return undefined
      const length = checkedLength(stream.readInt32LE(0), 12)
      if (stream.length < length) return undefined
      if (stream.readInt32LE(4) !== received++) throw new RangeError("the sequence number of a packet is wrong")
      const end = length - 4
      if (crc32(stream.subarray(0, end)) !== stream.readUInt32LE(end))
        throw new RangeError("the CRC of a packet is wrong")
      return { packet: stream.subarray(8, end), taken: length }
    },
    pack(packet) {
      const framed = Buffer.alloc(packet.length + 12)
      framed.writeInt32LE(framed.length, 0)
      framed.writeInt32LE(sent++, 4)
      packet.copy(framed, 8)
      framed.writeUInt32LE(crc32(framed.subarray(0, -4)), framed.length - 4)
      return framed
    },
  }
}

/** Length in words in one byte, or 0x7f and three bytes. */
function abridged(): Codec {
  return {
    take(stream) {
      if (stream.length < 4) return undefined
      const short = (stream[0] ?? 0) < 0x7f
      const head = short ? 1 : 4
      const length = checkedLength((short ? (stream[0] ?? 0) : stream.readUInt32LE(0) >>> 8) * 4, 4)
      if (stream.length < head + length) return undefined
      return { packet: stream.subarray(head, head + length), taken: head + length }
    },
    pack(packet) {
      const words = packet.length / 4
      const head = words < 0x7f ? [words] : [0x7f, words & 255, (words >> 8) & 255, words >> 16]
      return Buffer.concat([Buffer.from(head), packet])
    },
  }
}

/** Length in four bytes. */
function intermediate(): Codec {
  return {
    take(stream) {
      if (stream.length < 4) return undefined
      const length = checkedLength(stream.readInt32LE(0), 4)
      if (stream.length < 4 + length) return undefined
      return { packet: stream.subarray(4, 4 + length), taken: 4 + length }
    },
    pack(packet) {
      const head = Buffer.alloc(4)
      head.writeInt32LE(packet.length)
      return Buffer.concat([head, packet])
    },
  }
}

function checkedLength(length: number, least: number): number {
  if (length < least || length > largestPacket) throw new RangeError("the length of a packet is wrong")
  return length
}

const crcTable = Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc >>> 0
})

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
