import { HoldfastError } from "../errors.js"

/**
 * The body, if it is no longer than `maxBytes`; nothing beyond that is held.
 * @throws HoldfastError `response_invalid`
 */
export async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  // A declared length is only good for giving up early: it may be of the compressed body, or a lie.
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    letGo(response.body)
    throw tooLarge(maxBytes)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > maxBytes) {
      letGo(reader)
      throw tooLarge(maxBytes)
    }
    chunks.push(value)
  }
  return join(chunks, length)
}

// Not waited for: a clone's body is only cancelled when the original's is, too.
function letGo(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => {})
}

/** The chunks as one. */
export function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

function tooLarge(maxBytes: number): HoldfastError {
  return new HoldfastError("response_invalid", `The provider's answer is longer than ${maxBytes} bytes.`, {
    details: { reason: "too_large" },
  })
}
