import type { Key } from "./keyring.js"
import { base64url, fromBase64url } from "./runtime.js"

/** What stands in the clear, authenticated, before every ciphertext. The order of the members is part of the format. */
interface SealedHeader {
  readonly alg: "dir"
  readonly enc: "A256GCM"
  readonly kid: string
  readonly ctx: readonly (string | number)[]
}

/** The protected header for `key` and `binding`. */
export function sealedHeader(key: Key, binding: readonly (string | number)[]): SealedHeader {
  return { alg: "dir", enc: "A256GCM", kid: key.id, ctx: binding }
}

/** Whether a header read from outside is the one that `key` and `binding` make; members may stand in any order, none may be added. */
export function isHeaderOf(encoded: string, key: Key, binding: readonly (string | number)[]): boolean {
  const header = parseHeader(encoded)
  return (
    header !== undefined &&
    Object.keys(header).length === 4 &&
    header.alg === "dir" &&
    header.enc === "A256GCM" &&
    header.kid === key.id &&
    JSON.stringify(header.ctx) === JSON.stringify(binding)
  )
}

// `{"alg":"dir","enc":"A256GCM","kid":"` is 36 bytes, so 48 characters that are the same before every key id.
const beforeKeyId = btoa('{"alg":"dir","enc":"A256GCM","kid":"')

/** The id of the key that a value says it is sealed under; undefined for anything that is no compact JWE of ours. */
export function keyIdOf(sealed: string): string | undefined {
  const end = sealed.indexOf(".")
  if (end < 0) return undefined
  const kid = sealed.startsWith(beforeKeyId)
    ? readToQuote(sealed, beforeKeyId.length, end)
    : parseHeader(sealed.slice(0, end))?.kid
  return typeof kid === "string" && /^[A-Za-z0-9_-]{1,32}$/.test(kid) ? kid : undefined
}

/** The header as it stands in the JWE. */
export function encodeHeader(header: SealedHeader): string {
  return base64url(new TextEncoder().encode(JSON.stringify(header)))
}

function parseHeader(encoded: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(fromBase64url(encoded)))
    return typeof header === "object" && header !== null ? (header as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const sextets = new Map([...alphabet].map((character, value) => [character.charCodeAt(0), value]))

/** Decodes base64url up to the first quote. By hand, since `atob` costs as much as opening what follows. */
function readToQuote(text: string, start: number, end: number): string | undefined {
  let read = ""
  let bits = 0
  let width = 0
  for (let at = start; at < end; at++) {
    bits = ((bits << 6) | (sextets.get(text.charCodeAt(at)) ?? 0)) & 0x3fff
    width += 6
    if (width < 8) continue
    width -= 8
    const character = String.fromCharCode((bits >> width) & 0xff)
    if (character === '"') return read
    read += character
  }
  return undefined
}
