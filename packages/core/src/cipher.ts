import type { Key } from "./keyring.js"

/**
 * Seals and opens compact JWE (`alg: dir`, `enc: A256GCM`), with `binding` in the protected header, so that a ciphertext
 * moved to another place does not open there.
 */
export interface Cipher {
  seal(key: Key, plaintext: string, binding: readonly (string | number)[]): Promise<string>
  /** Resolves undefined when it does not open: wrong key, wrong place, or altered. */
  open(key: Key, sealed: string, binding: readonly (string | number)[]): Promise<string | undefined>
}
