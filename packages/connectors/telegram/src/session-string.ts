import { HoldfastError } from "@holdfast/core"

/** What a session string holds: the data centre of the account and the authorization key made there. */
export interface StoredSession {
  readonly dcId: number
  readonly key: Buffer
}

const version = "1"
const keyBytes = 256
const port = 443

/**
 * Writes the widespread session string (version, data centre, address, port, key), so that sessions can move between libraries.
 * The address is for others to read: we dial what is configured for the data centre, never what a session says.
 */
export function writeSession({ dcId, key }: StoredSession, host: string): string {
  const address = Buffer.from(host)
  const head = Buffer.alloc(3)
  head.writeUInt8(dcId, 0)
  head.writeInt16BE(address.length, 1)
  const tail = Buffer.alloc(2)
  tail.writeInt16BE(port)
  return version + Buffer.concat([head, address, tail, key]).toString("base64")
}

/** @throws HoldfastError `input_invalid` when this is no session string */
export function readSession(text: string): StoredSession {
  const bytes = Buffer.from(text.slice(1), "base64")
  // The key comes last in every variety of the format.
  const key = Buffer.from(bytes.subarray(-keyBytes))
  const dcId = bytes[0]
  if (!text.startsWith(version) || bytes.length < keyBytes + 7 || bytes.length > keyBytes + 128 || !dcId) {
    throw new HoldfastError("input_invalid", "This is not a Telegram session string.")
  }
  return { dcId, key }
}
