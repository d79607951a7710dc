const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
const keyId = "emulated-microsoft-key"

// Making an RSA key takes half a second, so the process makes one; what it signs is worth nothing anywhere.
const made: { keys?: CryptoKeyPair } = {}

async function keyPair(): Promise<CryptoKeyPair> {
  if (made.keys) return made.keys
  const fresh = await crypto.subtle.generateKey(
    { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  )
  made.keys ??= fresh
  return made.keys
}

/** An id token signed with RS256, as the token endpoint gives it. */
export async function signIdToken(claims: object): Promise<string> {
  const { privateKey } = await keyPair()
  const encode = (part: object) => base64url(new TextEncoder().encode(JSON.stringify(part)))
  const signed = `${encode({ alg: "RS256", kid: keyId, typ: "JWT" })}.${encode(claims)}`
  const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

/** What `/discovery/v2.0/keys` answers. */
export async function jsonWebKeys(): Promise<object> {
  const { publicKey } = await keyPair()
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", publicKey)
  return { keys: [{ kty, n, e, use: "sig", kid: keyId, x5t: keyId }] }
}

/** UTF-8 as base64url. */
export function encoded(text: string): string {
  return base64url(new TextEncoder().encode(text))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")
}
