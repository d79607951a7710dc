/**
 * How a provider signs deliveries, as data. Templates may hold `{timestamp}`, `{body}`, `{id}`, `{url}`, `{method}`, and
 * in header values also `{signature}`.
 *
 * @example
 * const signature = hmacSignature({
 *   secret: "…",
 *   signed: "v0:{timestamp}:{body}",
 *   headers: { "x-acme-signature": "v0={signature}", "x-acme-timestamp": "{timestamp}" },
 * })
 */
export interface HmacSignatureOptions {
  secret: string
  /** Default `"SHA-256"`. */
  algorithm?: "SHA-1" | "SHA-256" | "SHA-512"
  /** Default `"hex"`. */
  encoding?: "hex" | "base64"
  /** What is signed. Default `"{body}"`. */
  signed?: string
  /** Headers of a delivery. */
  headers: Readonly<Record<string, string>>
  /** Default `"seconds"`. */
  timestamp?: "seconds" | "milliseconds"
  /** The secret is base64 of the key. Default false: the key is the secret's UTF-8 bytes. */
  secretIsBase64?: boolean
}

/** What goes into a signature. */
export interface SignedParts {
  method: string
  url: string
  body: Uint8Array
  /** Milliseconds since the epoch. */
  at: number
  id: string
}

/** Makes the headers that sign one delivery. A provider that does not use HMAC writes its own. */
export interface DeliverySignature {
  sign(parts: SignedParts): Promise<Record<string, string>>
  /** The same scheme under another secret, for forged deliveries. */
  withForeignSecret(): DeliverySignature
}

const encoder = new TextEncoder()

/** A signature scheme from templates; see {@link HmacSignatureOptions}. */
export function hmacSignature(options: HmacSignatureOptions): DeliverySignature {
  const { algorithm = "SHA-256", encoding = "hex", signed = "{body}", timestamp = "seconds" } = options
  return {
    async sign(parts) {
      const values: Record<string, string> = {
        timestamp: String(timestamp === "seconds" ? Math.floor(parts.at / 1000) : parts.at),
        id: parts.id,
        url: parts.url,
        method: parts.method,
      }
      const key = options.secretIsBase64 ? fromBase64(options.secret) : encoder.encode(options.secret)
      const signature = await hmac(algorithm, key, withBody(signed, values, parts.body), encoding)
      return Object.fromEntries(
        Object.entries(options.headers).map(([name, template]) => [name, fill(template, { ...values, signature })]),
      )
    },
    withForeignSecret() {
      const secret = options.secretIsBase64
        ? toBase64(encoder.encode("another secret altogether"))
        : `${options.secret}-of-another-app`
      return hmacSignature({ ...options, secret })
    },
  }
}

/** HMAC of a text or bytes, as hex or base64. For callback signatures and handshakes. */
export async function hmac(
  algorithm: "SHA-1" | "SHA-256" | "SHA-512",
  key: string | Uint8Array,
  data: string | Uint8Array,
  encoding: "hex" | "base64",
): Promise<string> {
  const cryptoKey = await crypto.subtle.importKey("raw", copy(key), { name: "HMAC", hash: algorithm }, false, ["sign"])
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", cryptoKey, copy(data)))
  return encoding === "hex" ? toHex(signature) : toBase64(signature)
}

/** The first 16 hex digits of the SHA-256 of a value: how secrets are told apart in counters. */
export async function digest(value: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(value)))).slice(0, 16)
}

/** The S256 `code_challenge` of a PKCE verifier. */
export async function pkceChallenge(verifier: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(verifier)))
  return toBase64(hash).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole)
}

// The body goes in as bytes: decoding it would change what is signed when it is not valid UTF-8.
function withBody(template: string, values: Readonly<Record<string, string>>, body: Uint8Array): Uint8Array {
  const pieces = template.split("{body}").map((piece) => encoder.encode(fill(piece, values)))
  const parts = pieces.flatMap((piece, index) => (index === 0 ? [piece] : [body, piece]))
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

function copy(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? encoder.encode(data) : new Uint8Array(data)
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
