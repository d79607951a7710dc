import type { DeliverySignature, SignedParts } from "@holdfast/emulator"

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }

// Making an RSA key takes half a second, so the process makes two, PayPal's and a stranger's; what they sign is worth nothing anywhere.
const made: { own?: Promise<CryptoKeyPair>; foreign?: Promise<CryptoKeyPair> } = {}

function keysOf(whose: "own" | "foreign"): Promise<CryptoKeyPair> {
  made[whose] ??= crypto.subtle.generateKey(
    { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  )
  return made[whose]
}

/** A certificate around the key that signs deliveries, in PEM. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
export async function certificatePem(valid: { from: string; to: string }): Promise<string> {
  const { publicKey, privateKey } = await keysOf("own")
  const key = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey))
  const encoder = new TextEncoder()
  const sha256WithRsa = der(
    0x30,
    new Uint8Array([0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11]),
    new Uint8Array([5, 0]),
  )
  const commonName = encoder.encode("messageverificationcerts.paypal.com")
  const name = der(0x30, der(0x31, der(0x30, new Uint8Array([0x06, 3, 0x55, 4, 3]), der(0x0c, commonName))))
  const validity = der(0x30, der(0x18, encoder.encode(valid.from)), der(0x18, encoder.encode(valid.to)))
  const version = der(0xa0, new Uint8Array([2, 1, 2]))
  const signed = der(0x30, version, new Uint8Array([2, 1, 7]), sha256WithRsa, name, validity, name, key)
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, signed))
  const whole = der(0x30, signed, sha256WithRsa, der(0x03, new Uint8Array([0]), signature))
  const lines = base64(whole).match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`
}

/**
 * Signs deliveries as PayPal does.
 * @see https://developer.paypal.com/api/rest/webhooks/rest/
 */
export function paypalSignature(
  webhookId: string,
  certUrl: string,
  whose: "own" | "foreign" = "own",
): DeliverySignature {
  return {
    async sign({ body, at, id }: SignedParts) {
      const { privateKey } = await keysOf(whose)
      const time = new Date(at).toISOString().replace(/\.\d+Z$/, "Z")
      const message = new TextEncoder().encode(`${id}|${time}|${webhookId}|${checksum(body)}`)
      const signature = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, message))
      return {
        "paypal-transmission-id": id,
        "paypal-transmission-time": time,
        "paypal-transmission-sig": base64(signature),
        "paypal-cert-url": certUrl,
        "paypal-auth-algo": "SHA256withRSA",
      }
    },
    withForeignSecret: () => paypalSignature(webhookId, certUrl, "foreign"),
  }
}

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const long = [length >> 8, length & 0xff]
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, ...long]
  const bytes = new Uint8Array(head.length + length)
  bytes.set(head)
  let at = head.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

function checksum(bytes: Uint8Array): number {
  const end = bytes.reduce((sum, byte) => (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0), 0xffffffff)
  return (end ^ 0xffffffff) >>> 0
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}
