import { createHash, createPublicKey } from "node:crypto"
import { HoldfastError } from "@holdfast/core"
import { helpers } from "teleproto"
import { _serverKeys } from "teleproto/crypto/RSA.js"
import { serializeBytes } from "teleproto/tl/index.js"

/** The library looks keys up in one map for the whole process; how many exchanges need each of ours there right now. */
const inUse = new Map<string, number>()

/**
 * Lets the library trust these RSA keys (PEM) while `run` makes an authorization key, and no longer. Telegram's own keys stay as they are:
 * a key is found by its fingerprint, so another one cannot take its place.
 *
 * @throws HoldfastError `config_invalid` for text that is not an RSA public key
 */
export async function withServerKeys<T>(pems: readonly string[], run: () => Promise<T>): Promise<T> {
  const keys = pems.map(readServerKey)
  for (const { fingerprint, n, e } of keys) {
    const users = inUse.get(fingerprint) ?? 0
    if (users === 0 && _serverKeys.has(fingerprint)) continue
    inUse.set(fingerprint, users + 1)
    _serverKeys.set(fingerprint, { n, e })
  }
  try {
    return await run()
  } finally {
    for (const { fingerprint } of keys) {
      const users = inUse.get(fingerprint)
      if (users === undefined) continue
      if (users > 1) {
        inUse.set(fingerprint, users - 1)
      } else {
        inUse.delete(fingerprint)
        _serverKeys.delete(fingerprint)
      }
    }
  }
}

/** The low 64 bits of the SHA-1 of the key in TL form. @see https://core.telegram.org/mtproto/auth_key */
function readServerKey(pem: string) {
  try {
    const jwk = createPublicKey(pem).export({ format: "jwk" })
    const [n, e] = [Buffer.from(jwk.n ?? "", "base64url"), Buffer.from(jwk.e ?? "", "base64url")]
    if (n.length === 0 || e.length === 0) throw new TypeError("not RSA")
    const digest = createHash("sha1")
      .update(Buffer.concat([serializeBytes(n), serializeBytes(e)]))
      .digest()
    return {
      fingerprint: digest.readBigInt64LE(12).toString(),
      n: helpers.readBigIntFromBuffer(n, false),
      e: Number.parseInt(e.toString("hex"), 16),
    }
  } catch {
    throw new HoldfastError("config_invalid", "`publicKeys` of telegram() must be RSA public keys in PEM.")
  }
}
