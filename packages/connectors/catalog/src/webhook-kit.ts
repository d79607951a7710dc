import { HoldfastError, hmac, isSameText } from "@holdfast/core"

/** Whether one of the keys signs these parts so. All are tried, so that time tells nothing. */
export async function isSignedByAny(
  keys: readonly string[],
  parts: readonly (string | Uint8Array)[],
  given: string,
  encoding: "hex" | "base64",
): Promise<boolean> {
  const expected = await Promise.all(keys.map((key) => hmac("SHA-256", key, parts, encoding)))
  return expected.map((one) => isSameText(one, given)).includes(true)
}

/** The text as JSON; undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands in base64; undefined where it is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** What verifiers throw. `why` is for whoever runs the program. */
export function unverified(connector: string, why: string): HoldfastError {
  return new HoldfastError("webhook_unverified", why, { details: { connector } })
}
