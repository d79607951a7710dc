import { base64url, HoldfastError } from "@holdfast/core"

const lifeSeconds = 540
const driftSeconds = 60

// PrivateKeyInfo of RFC 5208 around an RSAPrivateKey: version 0, and rsaEncryption without parameters.
const rsaInfo = [
  0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
]

/**
 * The JSON Web Token with which a GitHub App calls as itself: RS256, issued a minute ago since clocks differ, good for less than ten minutes.
 * @throws HoldfastError `config_invalid` where the private key cannot be read
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export async function appJwt(privateKey: string, clientId: string, now: number): Promise<string> {
  const key = await importKey(privateKey)
  const seconds = Math.floor(now / 1_000)
  const claims = { iat: seconds - driftSeconds, exp: seconds + lifeSeconds, iss: clientId }
  const signed = [{ alg: "RS256", typ: "JWT" }, claims]
    .map((part) => base64url(encoded(JSON.stringify(part))))
    .join(".")
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, encoded(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

async function importKey(pem: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8Of(pem), { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, [
      "sign",
    ])
  } catch {
    // What a library says of a key may quote it.
    throw new HoldfastError("config_invalid", "The GitHub App's private key is not a PEM file of an RSA key.")
  }
}

/**
 * The key as PKCS#8, which is all that Web Crypto reads. GitHub hands out PKCS#1. A variable of the environment may have its line breaks
 * written as `\n`.
 * @see https://www.rfc-editor.org/rfc/rfc5208#section-5 https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2
 */
export function pkcs8Of(pem: string): Uint8Array<ArrayBuffer> {
  const found = /-----BEGIN (RSA )?PRIVATE KEY-----([\s\S]+?)-----END \1?PRIVATE KEY-----/.exec(
    pem.replaceAll("\\n", "\n"),
  )
  if (!found) throw new TypeError("no private key")
  const bytes = Uint8Array.from(atob((found[2] ?? "").replace(/\s/g, "")), (character) => character.charCodeAt(0))
  return found[1] === undefined ? bytes : new Uint8Array(der(0x30, [...rsaInfo, ...der(0x04, [...bytes])]))
}

/** Tag, length and content. @see https://www.itu.int/rec/T-REC-X.690 */
function der(tag: number, content: readonly number[]): number[] {
  const { length } = content
  if (length < 0x80) return [tag, length, ...content]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [tag, 0x80 | octets.length, ...octets, ...content]
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
