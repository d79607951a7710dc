import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from "node:crypto"

/** The RSA key that a server is known by. */
export interface ServerKey {
  /** PKCS #1 or SPKI PEM, for the `publicKeys` option of the connector. */
  readonly publicKeyPem: string
  /** Low 64 bits of the SHA-1 of the key in TL form, as a little-endian signed number. */
  readonly fingerprint: bigint
  /** RSA without padding. Undefined when the number does not fit the modulus. */
  decrypt(data: Buffer): Buffer | undefined
}

/** Makes a fresh 2048-bit server key. */
export function createServerKey(): ServerKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  return {
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    fingerprint: fingerprintOf(publicKey),
    decrypt(data) {
      try {
        return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, data)
      } catch {
        return undefined
      }
    },
  }
}

/** @see https://core.telegram.org/mtproto/auth_key#dh-exchange-initiation */
function fingerprintOf(key: KeyObject): bigint {
  const { n = "", e = "" } = createPublicKey(key.export({ type: "spki", format: "pem" })).export({ format: "jwk" })
  const body = Buffer.concat([tlString(Buffer.from(n, "base64url")), tlString(Buffer.from(e, "base64url"))])
  return createHash("sha1").update(body).digest().subarray(12).readBigInt64LE()
}

/** @see https://core.telegram.org/mtproto/serialize#base-types */
function tlString(bytes: Buffer): Buffer {
  const head =
    bytes.length < 254
      ? Buffer.from([bytes.length])
      : Buffer.from([254, bytes.length & 255, (bytes.length >> 8) & 255, bytes.length >> 16])
  const length = head.length + bytes.length
  return Buffer.concat([head, bytes, Buffer.alloc((4 - (length % 4)) % 4)])
}
