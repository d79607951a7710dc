import { HoldfastError } from "@holdfast/core"

interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** With its tag and length. */
  readonly whole: Uint8Array
}

/**
 * The RSA key of the first certificate in a PEM text, where it is valid now.
 * @throws HoldfastError `webhook_unverified`
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export async function keyOfCertificate(pem: string, now: number): Promise<CryptoKey> {
  try {
    const [, base64 = ""] = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/.exec(pem) ?? []
    const [certificate] = elements(bytesOf(base64))
    const [signed] = elements(certificate?.content)
    const fields = elements(signed?.content)
    // The version stands in front, where it is not the first.
    const [, , , validity, , key] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
    const [from = Number.NaN, to = Number.NaN] = elements(validity?.content).map(timeOf)
    if (!key || !(from <= now && now <= to)) throw new TypeError("not valid now")
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
    return await crypto.subtle.importKey("spki", new Uint8Array(key.whole), algorithm, false, ["verify"])
  } catch {
    throw new HoldfastError("webhook_unverified", "PayPal's certificate cannot be read, or is not valid now.", {
      details: { connector: "paypal" },
    })
  }
}

/** Base64 as bytes; throws for what is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64.replace(/\s+/g, "")), (character) => character.charCodeAt(0))
}

/** DER, one level of it. */
function elements(bytes: Uint8Array = new Uint8Array()): Element[] {
  const found: Element[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const first = bytes[at + 1] ?? 0
    const more = first < 0x80 ? 0 : first & 0x7f
    if (more > 4) throw new TypeError("too long")
    const start = at + 2 + more
    const length = more === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
    if (start + length > bytes.length) throw new TypeError("cut off")
    found.push({
      tag: bytes[at] ?? 0,
      content: bytes.subarray(start, start + length),
      whole: bytes.subarray(at, start + length),
    })
    at = start + length
  }
  return found
}

/** `YYMMDDhhmmssZ`, or with a whole year. */
function timeOf({ tag, content }: Element): number {
  const text = new TextDecoder().decode(content)
  const full = tag === 0x17 ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
