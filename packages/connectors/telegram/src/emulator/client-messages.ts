import { gunzipSync } from "node:zlib"
import { extensions } from "teleproto"

/** One message of a client, unpacked. `content` is undefined when it is not in the schema. */
export interface ClientMessage {
  readonly id: bigint
  readonly sequence: number
  readonly content: unknown
}

const containerId = 0x73f1f8dc
const gzipId = 0x3072cfa1
const largestUnpacked = 1 << 22

/**
 * Takes a message body apart: a container holds several, and each may be compressed.
 *
 * @see https://core.telegram.org/mtproto/service_messages#containers
 */
export function unpackMessages(id: bigint, sequence: number, body: Buffer): ClientMessage[] {
  if (body.length < 4 || body.readUInt32LE(0) !== containerId) return [{ id, sequence, content: read(body) }]
  const messages: ClientMessage[] = []
  const count = body.readInt32LE(4)
  let at = 8
  for (let index = 0; index < count; index++) {
    const length = body.readInt32LE(at + 12)
    const content = read(body.subarray(at + 16, at + 16 + length))
    messages.push({ id: body.readBigInt64LE(at), sequence: body.readInt32LE(at + 8), content })
    at += 16 + length
  }
  return messages
}

function read(body: Buffer): unknown {
  try {
    if (body.readUInt32LE(0) !== gzipId) return new extensions.BinaryReader(body).tgReadObject()
    const packed = new extensions.BinaryReader(body.subarray(4)).tgReadBytes()
    return read(gunzipSync(packed, { maxOutputLength: largestUnpacked }))
  } catch {
    return undefined
  }
}
