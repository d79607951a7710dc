import { createCipheriv, createDecipheriv } from "node:crypto"

const blockBytes = 16

/**
 * AES-256 in infinite garble extension mode, as MTProto uses it. `iv` is 32 bytes: the first half stands for the block before the first
 * cipher block, the second for the one before the first plain block.
 *
 * @see https://core.telegram.org/mtproto/AES-IGE
 */
export function igeEncrypt(plain: Buffer, key: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false)
  return chain(plain, iv.subarray(0, blockBytes), iv.subarray(blockBytes), (block) => cipher.update(block))
}

/** The inverse of {@link igeEncrypt}. */
export function igeDecrypt(encrypted: Buffer, key: Buffer, iv: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-ecb", key, null).setAutoPadding(false)
  return chain(encrypted, iv.subarray(blockBytes), iv.subarray(0, blockBytes), (block) => decipher.update(block))
}

/** out[i] = turn(in[i] ^ out[i-1]) ^ in[i-1]: both directions are the same chain, with the halves of the vector swapped. */
function chain(input: Buffer, beforeOut: Buffer, beforeIn: Buffer, turn: (block: Buffer) => Buffer): Buffer {
  if (input.length % blockBytes !== 0) throw new RangeError("IGE works on whole blocks of 16 bytes")
  const output = Buffer.alloc(input.length)
  let lastOut = beforeOut
  let lastIn = beforeIn
  for (let at = 0; at < input.length; at += blockBytes) {
    const block = input.subarray(at, at + blockBytes)
    xor(turn(xor(block, lastOut)), lastIn).copy(output, at)
    lastOut = output.subarray(at, at + blockBytes)
    lastIn = block
  }
  return output
}

/** Byte by byte, as long as the first. */
export function xor(a: Buffer, b: Buffer): Buffer {
  const result = Buffer.alloc(a.length)
  for (let i = 0; i < a.length; i++) result[i] = (a[i] ?? 0) ^ (b[i] ?? 0)
  return result
}
