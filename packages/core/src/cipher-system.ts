import type { Cipher } from "./cipher.js"
import { joseCipher } from "./cipher-jose.js"
import { nodeCipher } from "./cipher-node.js"

/** The cheapest cipher that the runtime has. All write one format and open each other's. */
export function systemCipher(): Cipher {
  return nodeCipher() ?? joseCipher()
}
