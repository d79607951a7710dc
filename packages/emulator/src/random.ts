/** Reproducible randomness: the same seed draws the same values. Not for real secrets. */
export interface EmulatorRandom {
  /** A number from 0 up to and excluding 1. */
  next(): number
  /** Letters and digits (or characters of `alphabet`). */
  string(length: number, alphabet?: string): string
  /** `prefix` and 32 letters and digits (or `length`), never the same twice. */
  id(prefix?: string, length?: number): string
  /** A version 4 UUID. */
  uuid(): string
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** A generator that draws the same values from the same seed. */
export function seededRandom(seed: string): EmulatorRandom {
  const next = mulberry32(hash32(seed))
  const seen = new Set<string>()
  const string = (length: number, alphabet = alphanumeric) =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(next() * alphabet.length))).join("")
  return {
    next,
    string,
    id(prefix = "", length = 32) {
      let value = prefix + string(length)
      while (seen.has(value)) value = prefix + string(length)
      seen.add(value)
      return value
    },
    uuid() {
      const hex = string(32, "0123456789abcdef")
      const variant = "89ab".charAt(Math.floor(next() * 4))
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
    },
  }
}

// FNV-1a, to spread similar seeds.
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
