const encoder = new TextEncoder()

/** The hash functions that {@link hmac} works with. */
export type HmacAlgorithm = "SHA-1" | "SHA-256" | "SHA-512"

/**
 * HMAC over texts and bytes, one after the other, as providers sign deliveries and callbacks. Texts are taken as UTF-8.
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export async function hmac(
  algorithm: HmacAlgorithm,
  key: string | Uint8Array,
  parts: readonly (string | Uint8Array)[],
  encoding: "hex" | "base64",
): Promise<string> {
  const hmacKey = await crypto.subtle.importKey("raw", bytesOf([key]), { name: "HMAC", hash: algorithm }, false, [
    "sign",
  ])
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, bytesOf(parts)))
  if (encoding === "hex") return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return btoa(Array.from(signature, (byte) => String.fromCharCode(byte)).join(""))
}

/**
 * Whether one of the keys signs these parts so, in hexadecimal or base64: while a secret is rolled, there are two. `given` may be several
 * signatures. Every key is tried and every signature compared, so that time tells nothing.
 */
export async function isSignedByAny(
  algorithm: HmacAlgorithm,
  keys: readonly (string | Uint8Array)[],
  parts: readonly (string | Uint8Array)[],
  encoding: "hex" | "base64",
  given: string | readonly string[],
): Promise<boolean> {
  const signatures = [given].flat()
  const expected = await Promise.all(keys.map((key) => hmac(algorithm, key, parts, encoding)))
  return expected.flatMap((one) => signatures.map((signature) => isSameText(signature, one))).includes(true)
}

/** Whether a point in time is near enough to now, before or after: against deliveries sent again. A time that could not be read is not. */
export function isFresh(sentAt: number, now: number, toleranceMs: number): boolean {
  return Math.abs(now - sentAt) <= toleranceMs
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. Their lengths are no secret. */
export function isSameText(left: string, right: string): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at)
  return difference === 0
}

function bytesOf(parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part))
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
