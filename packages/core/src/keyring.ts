import { HoldfastError } from "./errors.js"
import { fromBase64url } from "./runtime.js"

/** One key of 256 bits, with the id that stands in the header of what it seals. */
export interface Key {
  readonly id: string
  readonly bytes: Uint8Array
}

/** The keys: one that seals, and all that open. To rotate, hand out the new key everywhere first (`open`), then promote it (`seal`). */
export interface Keyring {
  readonly seal: Key
  open(id: string): Key | undefined
  readonly ids: readonly string[]
}

/**
 * Reads a keyring from text: `id:base64url` entries separated by commas; the first one seals, all open.
 * `npx @holdfast/cli keygen` prints one.
 * @throws HoldfastError `config_invalid`
 */
export function keyring(text: string | undefined): Keyring {
  if (!text?.trim()) {
    throw new HoldfastError(
      "config_invalid",
      "No keys. Run `npx @holdfast/cli keygen`, put what it prints into HOLDFAST_KEYS, and keep it: what is sealed with it opens with nothing else.",
    )
  }
  const keys = text.split(",").map((entry) => parseKey(entry.trim()))
  const byId = new Map(keys.map((key) => [key.id, key]))
  if (byId.size !== keys.length)
    throw new HoldfastError("config_invalid", "Two keys of HOLDFAST_KEYS have the same id.")
  return Object.freeze({ seal: keys[0] as Key, open: (id: string) => byId.get(id), ids: [...byId.keys()] })
}

function parseKey(entry: string): Key {
  const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43})=?$/.exec(entry)
  if (!match)
    throw new HoldfastError(
      "config_invalid",
      "A key of HOLDFAST_KEYS is not of the form id:base64url with 32 bytes. Run `npx @holdfast/cli keygen`.",
    )
  const bytes = fromBase64url(match[2] as string)
  return Object.freeze({ id: match[1] as string, bytes })
}
