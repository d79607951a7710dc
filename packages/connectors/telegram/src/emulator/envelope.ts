import { createHash, randomBytes } from "node:crypto"
import { igeDecrypt, igeEncrypt } from "./ige.js"

/** What an encrypted message holds. `sessionId` and `messageId` are 64-bit, little-endian on the wire. */
export interface Envelope {
  readonly salt: Buffer
  readonly sessionId: bigint
  readonly messageId: bigint
  readonly sequence: number
  readonly body: Buffer
}

const fromClient = 0
const fromServer = 8

/**
 * Opens what a client sent under an authorization key. Undefined when the message key, the length or the padding is wrong.
 *
 * @see https://core.telegram.org/mtproto/description
 */
export function openEnvelope(authKey: Buffer, packet: Buffer): Envelope | undefined {
  const messageKey = packet.subarray(8, 24)
  const encrypted = packet.subarray(24)
  if (encrypted.length === 0 || encrypted.length % 16 !== 0) return undefined
  const { key, iv } = deriveKeys(authKey, messageKey, fromClient)
  const plain = igeDecrypt(encrypted, key, iv)
  if (!messageKeyOf(authKey, plain, fromClient).equals(messageKey)) return undefined
  const length = plain.readInt32LE(28)
  const padding = plain.length - 32 - length
  if (length < 0 || length % 4 !== 0 || padding < 12 || padding > 1024) return undefined
  return {
    salt: plain.subarray(0, 8),
    sessionId: plain.readBigInt64LE(8),
    messageId: plain.readBigInt64LE(16),
    sequence: plain.readInt32LE(24),
    body: plain.subarray(32, 32 + length),
  }
}

/** Seals what the server sends; the whole packet, key id in front. */
export function sealEnvelope(authKeyId: Buffer, authKey: Buffer, envelope: Envelope): Buffer {
  const head = Buffer.alloc(24)
  head.writeBigInt64LE(envelope.sessionId, 0)
  head.writeBigInt64LE(envelope.messageId, 8)
  head.writeInt32LE(envelope.sequence, 16)
  head.writeInt32LE(envelope.body.length, 20)
  const length = 8 + head.length + envelope.body.length
  const padding = randomBytes(12 + ((16 - ((length + 12) % 16)) % 16))
  const plain = Buffer.concat([envelope.salt, head, envelope.body, padding])
  const messageKey = messageKeyOf(authKey, plain, fromServer)
  const { key, iv } = deriveKeys(authKey, messageKey, fromServer)
  return Buffer.concat([authKeyId, messageKey, igeEncrypt(plain, key, iv)])
}

function messageKeyOf(authKey: Buffer, plain: Buffer, direction: number): Buffer {
  const secret = authKey.subarray(88 + direction, 120 + direction)
  return createHash("sha256").update(secret).update(plain).digest().subarray(8, 24)
}

/** @see https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector */
function deriveKeys(authKey: Buffer, messageKey: Buffer, direction: number): { key: Buffer; iv: Buffer } {
  const slice = (from: number) => authKey.subarray(from + direction, from + direction + 36)
  const a = createHash("sha256").update(messageKey).update(slice(0)).digest()
  const b = createHash("sha256").update(slice(40)).update(messageKey).digest()
  return {
    key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24)]),
    iv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24)]),
  }
}
