import { pkcs8Of } from "../app-key.js"
import type { GithubApp } from "./authorization.js"

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
const longestSeconds = 600

/**
 * What is wrong with a JSON Web Token that should be of this app; undefined where nothing is.
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export async function wrongWithAppToken(app: GithubApp, token: string, now: number): Promise<string | undefined> {
  const unreadable = "A JSON web token could not be decoded"
  const parts = token.split(".")
  const [header, claims, signature] = parts
  if (parts.length !== 3 || !header || !claims || !signature) return unreadable
  const { alg } = read(header)
  if (alg !== "RS256") return unreadable
  const signed = new TextEncoder().encode(`${header}.${claims}`)
  if (!(await crypto.subtle.verify(algorithm, await publicKey(app), bytes(signature), signed))) return unreadable
  const { iat, exp, iss } = read(claims)
  const seconds = now / 1_000
  if (iss !== app.clientId) return "Integration not found"
  if (typeof iat !== "number" || iat > seconds)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
  if (typeof exp !== "number" || exp <= seconds)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
  if (exp - seconds > longestSeconds) return "'Expiration time' claim ('exp') is too far in the future"
  return undefined
}

async function publicKey({ privateKey = "" }: GithubApp): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey("pkcs8", pkcs8Of(privateKey), algorithm, true, ["sign"])
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", key)
  return await crypto.subtle.importKey("jwk", { kty: kty ?? "RSA", n: n ?? "", e: e ?? "" }, algorithm, false, [
    "verify",
  ])
}

function read(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes(part)))
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function bytes(part: string): Uint8Array<ArrayBuffer> {
  const base64 = part.replaceAll("-", "+").replaceAll("_", "/")
  return /^[\w+/-]*$/.test(part)
    ? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    : new Uint8Array()
}
