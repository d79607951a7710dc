import { CompactEncrypt, compactDecrypt } from "jose"
import type { Cipher } from "./cipher.js"
import { isHeaderOf, sealedHeader } from "./cipher-header.js"

/** The cipher that runs everywhere: jose over WebCrypto. */
export function joseCipher(): Cipher {
  return Object.freeze({
    async seal(key, plaintext, binding) {
      const { ...header } = sealedHeader(key, binding)
      return new CompactEncrypt(new TextEncoder().encode(plaintext)).setProtectedHeader(header).encrypt(key.bytes)
    },
    async open(key, sealed, binding) {
      if (!isHeaderOf(sealed.slice(0, Math.max(0, sealed.indexOf("."))), key, binding)) return undefined
      try {
        const { plaintext } = await compactDecrypt(sealed, key.bytes, onlyOurs)
        return new TextDecoder().decode(plaintext)
      } catch {
        // jose says why; which of wrong key and altered text it was must make no difference.
        return undefined
      }
    },
  } satisfies Cipher)
}

const onlyOurs = { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] }
