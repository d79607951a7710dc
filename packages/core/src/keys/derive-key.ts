import type { Key } from "../keyring.js"

/** 256 bits for one use, by HKDF (RFC 5869): who has them can do nothing else with them. Each use has a label of its own. */
export async function deriveKey(key: Key, label: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey("raw", new Uint8Array(key.bytes), "HKDF", false, ["deriveBits"])
  const info = new TextEncoder().encode(label)
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info }
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf, material, 256))
}
